/// How much of a service's load is let through at once besides ``ServiceDescription/connectionsPerEndpoint``, and what becomes
/// of the rest.
@frozen
public struct CircuitLimits: Sendable, Equatable, Codable {
    /// The most requests at all endpoints of the service together; 0 for no limit.
    public var connections: Int32 = 0
    /// The most requests that wait in line for an endpoint with room, of all workers together; Envoy's number.
    public var pending: Int32 = 1_024
    /// Milliseconds that a request waits in line at the most; 0: it is refused at once.
    public var queue: UInt32 = 1_000

    /// The defaults: nothing waits unless something is limited.
    public init() {}
}
