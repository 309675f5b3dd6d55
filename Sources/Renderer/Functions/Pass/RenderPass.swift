internal import Synchronization
internal import Template

/// One execution of one template: what it may know, and what it turned out to ask.
///
/// Each execution needs a pass of its own. As in consul-template, a question without an answer gives an empty value of its
/// type, is noted as missing, and the template goes on; what fails then fails because of the emptiness. Whether an error counts
/// while something is missing is for the caller to say.
public final class RenderPass: Sendable {
    /// What is known.
    public let answers: [Dependency: Answer]
    /// The variables that `env` and its like see.
    public let environment: [String: String]
    /// What the clock says.
    public let now: Moment
    /// The folder that `file` may read in; nil for any.
    public let sandbox: String?
    /// What there is besides the store.
    public let sources: Set<ForeignSource>
    /// What functions may do outside of the template.
    public let effects: RenderEffects
    /// Asked now and then; true ends the execution.
    public let shouldStop: (@Sendable () -> Bool)?

    let memo: AnswerMemo
    private let state = Mutex(State())

    private struct State {
        var used = OrderedQuestions()
        var missing = OrderedQuestions()
        var scratch: Scratch?
    }

    /// A pass that knows `answers`.
    ///
    /// - `memo`: what was made of answers in earlier passes; sharing one makes passes with the same answers cheap.
    public init(
        answers: [Dependency: Answer] = [:], environment: [String: String] = [:], now: Moment = .now,
        sandbox: String? = nil, sources: Set<ForeignSource> = [], effects: RenderEffects = RenderEffects(),
        memo: AnswerMemo = AnswerMemo(), shouldStop: (@Sendable () -> Bool)? = nil
    ) {
        self.answers = answers
        self.environment = environment
        self.now = now
        self.sandbox = sandbox
        self.sources = sources
        self.effects = effects
        self.memo = memo
        self.shouldStop = shouldStop
    }

    /// What the template asked, in the order of first asking.
    public var used: [Dependency] { state.withLock { $0.used.list } }

    /// What it asked and did not get, in the order of first asking.
    public var missing: [Dependency] { state.withLock { $0.missing.list } }

    /// The answer to `question`, which is noted as asked, and as missing when there is none.
    func ask(_ question: Dependency) -> Answer? {
        let answer = answers[question]
        state.withLock { state in
            state.used.insert(question)
            if answer == nil { state.missing.insert(question) }
        }
        return answer
    }

    /// Notes that the answer to `question` does not do.
    func note(missing question: Dependency) {
        state.withLock { $0.missing.insert(question) }
    }

    /// The store for values that lives as long as the pass.
    var scratch: Scratch {
        state.withLock { state in
            if let scratch = state.scratch { return scratch }
            let scratch = Scratch()
            state.scratch = scratch
            return scratch
        }
    }
}

/// Questions in the order of first asking.
private struct OrderedQuestions {
    private(set) var list: [Dependency] = []
    private var known: Set<Dependency> = []

    mutating func insert(_ question: Dependency) {
        if known.insert(question).inserted { list.append(question) }
    }
}
