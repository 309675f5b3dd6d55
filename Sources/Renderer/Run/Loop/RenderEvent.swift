/// Something that happened to a run of ``RenderLoop``.
enum RenderEvent: Sendable {
    /// What an execution of a template came to.
    struct Rendering: Sendable {
        /// What it asked.
        var used: [Dependency]
        /// What of that has no answer.
        var missing: [Dependency] = []
        /// Why there is no text; counts only if nothing is missing.
        var failure: String?
    }

    /// What a write came to.
    enum Writing: Sendable, Equatable {
        /// The file is already so; `isOwed`: its command has not succeeded since it was written.
        case unchanged(isOwed: Bool)
        /// The file is new.
        case written
        /// Shown instead of written.
        case shown
        /// The file is as it was, for this reason.
        case failed(String)
    }

    /// What a job came to.
    enum Working: Sendable, Equatable {
        /// It did what it was to do; `hasReloaded` is false if the command was not needed.
        case done(hasReloaded: Bool)
        /// The command has failed; it is still owed.
        case failed(String)
        /// It was found not to have worked, and the old files are back.
        case takenBack(String)
    }

    case rendered(template: Int, Rendering)
    /// There is a new answer to a question.
    case answered(Dependency)
    /// The source answers a question, and there is nothing new.
    case heard(Dependency)
    /// The source says that there is nothing, and the question waits for something.
    case absent(Dependency)
    /// The source does not answer; what was last heard holds.
    case unavailable(Dependency, String)
    case wrote(template: Int, Writing)
    case jobEnded(Working)
    case childEnded(ProcessEnding)
    /// The child could not be started.
    case childFailed(String)
    case signal(ProcessSignal)
    /// The configuration could not be read anew; the old one holds.
    case keptConfiguration
    /// Time has passed.
    case time
}
