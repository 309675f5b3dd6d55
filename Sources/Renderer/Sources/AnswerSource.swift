/// Where answers to templates' questions come from.
protocol AnswerSource: Sendable {
    /// Tells what is known of `dependency`, now and whenever it changes, until the task is cancelled.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async
}

/// What a source says about a question.
enum SourceWord: Sendable, Equatable {
    /// The answer as it is now.
    ///
    /// `isSuspect`: the source was away before it, or its index went backwards.
    case answer(Answer, isSuspect: Bool)
    /// There is nothing, and the question waits for something.
    case absent
    /// The source does not answer; what it said last holds.
    case unavailable(String)
}
