/// A command, or the child of exec mode, and how it is treated.
public struct ExecSettings: Sendable, Equatable {
    /// The command.
    public var command: RenderCommand
    /// What of our environment it gets.
    public var environment = EnvironmentFilter()
    /// What asks it to end; nil: nothing does, and it is killed when its time is up.
    public var killSignal: ProcessSignal? = .interrupt
    /// How long it may take to end.
    public var killTimeout = Duration.seconds(30)
    /// What tells it of new files; nil: it is ended and started again.
    public var reloadSignal: ProcessSignal?
    /// The longest random pause before it is told or ended.
    public var splay = Duration.zero
    /// How long it may run; zero for no limit.
    ///
    /// A template's command with zero is started and not waited for.
    public var timeout = Duration.zero

    /// A command with the defaults of exec mode.
    public init(_ command: RenderCommand) {
        self.command = command
    }
}
