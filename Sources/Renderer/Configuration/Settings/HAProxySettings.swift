/// The HAProxy that reads a template's file: with them, changes of endpoints alone need no reload.
public struct HAProxySettings: Sendable, Equatable {
    /// The stats socket with `level admin`.
    public var runtimeSocket: String?
    /// The master process's socket.
    public var masterSocket: String?
    /// The file that holds the master's process number.
    public var pidFile: String?

    /// One that nothing is known of.
    public init() {}
}
