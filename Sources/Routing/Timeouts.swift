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
    /// For the answer's head in each try, from the choice of its endpoint on; what the client takes to send its body does not
    /// count.
    public var perTry: UInt32 = 0
    /// For the whole exchange, all tries and the answer's body included.
    public var total: UInt32 = 0

    /// The defaults.
    public init() {}
}
