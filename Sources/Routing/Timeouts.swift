/// The waits of the request path, in milliseconds; 0 means without limit.
@frozen
public struct Timeouts: Sendable, Equatable, Codable {
    /// For a connection to an endpoint to come up.
    public var connect: UInt32 = 2_000
    /// For the first byte of the endpoint's answer after the whole request was sent.
    public var responseHead: UInt32 = 60_000
    /// Between two pieces of a body, in either direction.
    public var idle: UInt32 = 60_000
    /// Of an idle connection kept to an endpoint.
    public var upstreamIdle: UInt32 = 55_000
    /// Of a tunnel (WebSocket, other upgrades) in which nothing moves.
    public var tunnel: UInt32 = 3_600_000

    /// The defaults.
    public init() {}
}
