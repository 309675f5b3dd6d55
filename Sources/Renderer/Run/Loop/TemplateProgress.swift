/// How far a template has come.
struct TemplateProgress: Sendable {
    /// Growing pauses between attempts at something that fails.
    struct Retry: Sendable, Equatable {
        /// The first pause, and the longest: a full disk or a broken command may take a person to heal.
        private static let first = Duration.seconds(1)
        private static let longest = Duration.seconds(60)

        private(set) var at: Duration
        private var pause: Duration

        /// The attempt after `last`, of which nil was the first.
        init(after last: Retry?, now: Duration) {
            pause = last.map { min($0.pause * 2, Self.longest) } ?? Self.first
            at = now + pause
        }
    }

    /// How long it is waited for quiet.
    struct Quiet: Sendable, Equatable {
        var until: Duration
        var deadline: Duration
    }

    /// Whether it has to be executed.
    var needsRendering = true
    /// Whether it is being executed.
    var isRendering = false
    /// Set while changes are gathered.
    var quiet: Quiet?
    /// What it asked last.
    var used: Set<Dependency> = []
    /// What of that has no answer.
    var missing: Set<Dependency> = []
    /// Since when something is missing.
    var missingSince: Duration?
    /// When it is told next what it waits for.
    var reportAt: Duration?
    /// Whether it was ever complete.
    var isRendered = false
    /// Whether there is a text that was not written yet.
    var hasText = false
    /// Whether a text is being written.
    var isWriting = false
    /// Whether its file is, or was, as it should be.
    var isSettled = false
    /// The error of the template that was last told.
    var failure: String?
    /// What kept its text from its file, as it was last told.
    var obstacle: String?
    /// When a write is tried again.
    var writeRetry: Retry?
    /// Whether its command has to run.
    var isOwed = false
    /// Whether its command runs.
    var isInJob = false
    /// When its command is tried again.
    var jobRetry: Retry?
    /// Whether something failed that is not tried again.
    var isFailed = false
}
