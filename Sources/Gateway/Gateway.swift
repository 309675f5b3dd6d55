public import Routing

/// Why a gateway could not start.
public struct GatewayStartError: Error, Sendable, CustomStringConvertible {
    /// What, where, and what would be right.
    public let description: String
}

/// The data plane: listeners, worker threads, and the table that they route by.
///
/// Thread-safe; every method may be called from any thread.
public final class Gateway: Sendable {
    /// Binds every listener; throws if one cannot be bound.
    public init(configuration: GatewayConfiguration) throws(GatewayStartError) {
    }

    /// The addresses it listens at, in the configuration's order, with the ports that the kernel chose.
    public var listenAddresses: [ListenAddress] { [] }

    /// Starts the worker threads.
    public func start() throws(GatewayStartError) {
    }

    /// Puts `table` in force. Every worker takes it up between two events; a request keeps the route it began with.
    public func install(_ table: RoutingTable) {
    }

    /// Stops accepting, lets requests finish, closes connections as they fall idle, and returns when all are gone or
    /// `timeout` has passed.
    ///
    /// - Returns: the connections that were cut.
    public func drain(timeout: Duration) async -> Int {
        0
    }

    /// Opens the access log's file anew, for log rotation.
    public func reopenLogs() {
    }

    /// The counters as they stand.
    public func statistics() -> GatewayStatistics {
        GatewayStatistics()
    }
}
