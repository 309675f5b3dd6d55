/// What came of changes, since the program started.
public struct HAProxyCounters: Sendable, Equatable {
    /// Changes that were made by the runtime API, and read back.
    public var liveChanges = 0
    /// Commands that they took.
    public var commands = 0
    /// New texts that came into force without a reload: live changes, and texts that mean the same as before.
    public var savedReloads = 0
    /// Changes that should have been live, and were left to a reload instead.
    public var fallbacks = 0
    /// Reloads after which the new process was seen to serve.
    public var reloads = 0
    /// Reloads after which it was not.
    public var failedReloads = 0
    /// Workers of earlier configurations that were ended because there were too many.
    public var endedWorkers = 0

    /// All zero.
    public init() {}
}
