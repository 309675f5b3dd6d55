internal import Synchronization
internal import Template

/// What answers look like to templates, kept from pass to pass.
///
/// An answer that is the same array as before is not turned into values again: a change of one service among thousands costs
/// that service alone.
public final class AnswerMemo: Sendable {
    private struct Entry {
        var answer: Answer
        var value: Value
    }

    private let entries = Mutex<[Dependency: Entry]>([:])

    /// An empty memo.
    public init() {}

    /// Forgets all but what `questions` ask.
    public func keep(only questions: Set<Dependency>) {
        entries.withLock { entries in entries = entries.filter { questions.contains($0.key) } }
    }

    /// What `make` makes of `answer`, or made of an equal one.
    func value(of question: Dependency, _ answer: Answer, _ make: (Answer) -> Value) -> Value {
        if let entry = entries.withLock({ $0[question] }), entry.answer == answer { return entry.value }
        let value = make(answer)
        entries.withLock { $0[question] = Entry(answer: answer, value: value) }
        return value
    }
}
