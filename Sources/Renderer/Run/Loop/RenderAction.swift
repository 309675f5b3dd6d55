/// What is to be done for a run of ``RenderLoop``.
enum RenderAction: Sendable, Equatable {
    /// Execute a template, and tell what came of it.
    case render(template: Int)
    /// Begin to follow the answers to a question.
    case watch(Dependency)
    /// Follow a question no longer, and forget its answer.
    case unwatch(Dependency)
    /// Put a template's newest text into its place, and tell what came of it.
    case write(template: Int)
    /// Do a job, and tell what came of it.
    case run(RenderJob)
    /// Start the child.
    case startChild
    /// Send the child a signal.
    case signalChild(ProcessSignal)
    /// Kill the child's group.
    case killChild
    /// Read the configuration anew; nothing is under way.
    case reconfigure
    /// Say something.
    case log(LogLevel, String)
    /// End.
    case end(RenderExit)
}

/// A command that is due, for all templates that want the same one.
struct RenderJob: Sendable, Equatable {
    /// What is run; nil if changes are made without any.
    var command: ExecSettings?
    /// The templates whose files are new, in their order.
    var templates: [Int]
    /// When the command may run at the earliest; changes that need none are made at once.
    var notBefore: Duration
}
