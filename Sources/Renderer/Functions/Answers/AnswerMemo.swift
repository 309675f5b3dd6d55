internal import Synchronization
internal import Template

/// What answers look like to a template, kept from pass to pass.
///
/// An answer that is the same array as before is not turned into values again, and what the template wrote for a value that
/// is still there is not written again: a change of one service among thousands costs that service alone.
public final class AnswerMemo: Sendable {
    private struct Entry {
        var answer: Answer
        var value: Value
    }

    private struct Kept {
        var question: Dependency
        var state: any AnyObject & Sendable
    }

    private let entries = Mutex<[Dependency: Entry]>([:])
    private let states = Mutex<[String: Kept]>([:])
    /// What the template wrote for elements that are still the same.
    let execution = ExecutionMemo()

    /// An empty memo.
    public init() {}

    /// Forgets all but what `questions` ask.
    public func keep(only questions: Set<Dependency>) {
        entries.withLock { entries in entries = entries.filter { questions.contains($0.key) } }
        states.withLock { states in states = states.filter { questions.contains($0.value.question) } }
    }

    /// What `make` makes of `answer`, or made of an equal one.
    func value(of question: Dependency, _ answer: Answer, _ make: (Answer) -> Value) -> Value {
        if let entry = entries.withLock({ $0[question] }), entry.answer == answer { return entry.value }
        let value = make(answer)
        entries.withLock { $0[question] = Entry(answer: answer, value: value) }
        return value
    }

    /// What a function keeps from pass to pass under `name` for the answers to `question`; `make` makes it at first.
    func state<State: AnyObject & Sendable>(_ name: String, of question: Dependency, _ make: () -> State) -> State {
        states.withLock { states in
            if let state = states[name]?.state as? State { return state }
            let state = make()
            states[name] = Kept(question: question, state: state)
            return state
        }
    }
}
