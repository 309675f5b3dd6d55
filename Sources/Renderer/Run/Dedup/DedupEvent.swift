internal import KeyValue

/// Something that the store has said to ``DedupDesk``.
enum DedupEvent: Sendable {
    /// There is a session.
    case sessionMade(String)
    /// Whether the session is still there.
    case sessionRenewed(Bool)
    case sessionFailed(KeyValueError)
    /// What is there for a template.
    case seen(String, DedupKeys.View)
    /// The store does not tell what is there.
    case away(String, String)
    /// Whether a template's lock is held under this session.
    case locked(String, Bool, session: String)
    case lockFailed(String, KeyValueError)
    /// Whether a template's data was written; not if somebody else has written meanwhile.
    case published(String, Bool)
    case publishFailed(String, KeyValueError)
    /// Time has passed.
    case time
}

/// What is to be done for ``DedupDesk``.
enum DedupAction: Sendable, Equatable {
    case makeSession
    case renewSession(String)
    /// Ask for a template's lock under a session.
    case acquire(String, session: String)
    /// Write what is known for a template over the value at an index, as the session's.
    case publish(String, SharedAnswers, session: String, over: UInt64)
    /// Take keys away that nobody reads any more.
    case sweep([String])
    /// Templates see this from now on; nil: there is nothing, and the question waits for something.
    case hand(Dependency, Answer?)
    /// What is handed on is not told at present, for this reason.
    case isAway(Dependency, String)
    /// It is told again.
    case isBack(Dependency)
    /// Say something.
    case log(LogLevel, String)
}
