public import HTTP2

/// What a whole gateway has seen and has now, summed over its workers.
public struct GatewayTotals: Sendable, Equatable {
    /// Worker threads.
    public var workers = 0
    /// Requests and TCP sessions of all listeners.
    public var requests: UInt64 = 0
    /// Client connections now open.
    public var connections = 0
    /// The most that may be open, of all workers together.
    public var connectionsMaximum = 0
    /// Connections to endpoints that are open.
    public var upstreamConnections = 0
    /// Those among them that wait for their next request.
    public var idleConnections = 0
    /// Connections to endpoints that were begun.
    public var dials: UInt64 = 0
    /// Requests that went over a connection to an endpoint that was there already.
    public var reuses: UInt64 = 0
    /// TLS handshakes with endpoints that succeeded, those among them that took up an earlier session, and those that failed.
    public var upstreamHandshakes: UInt64 = 0
    /// See `upstreamHandshakes`.
    public var upstreamResumptions: UInt64 = 0
    /// See `upstreamHandshakes`.
    public var upstreamHandshakeFailures: UInt64 = 0
    /// Tunnels that were begun, and those that are open.
    public var tunnelsBegun: UInt64 = 0
    /// See `tunnelsBegun`.
    public var tunnels = 0
    /// Clients' connections that were turned away.
    public var refusals = Refusals()
    /// Requests refused by the parser.
    public var badRequests: UInt64 = 0
    /// TLS handshakes that succeeded, those among them that took up an earlier session, and those that failed.
    public var handshakes: UInt64 = 0
    /// See `handshakes`.
    public var resumptions: UInt64 = 0
    /// See `handshakes`.
    public var handshakeFailures: UInt64 = 0
    /// HTTP/2 with clients and endpoints: streams, resets, and connections that were ended for what the peer did.
    public var http2 = HTTP2Counters()
    /// Log lines that were dropped because the writer was behind.
    public var logLinesDropped: UInt64 = 0
    /// Answers that were compressed, and the octets of their bodies before and after.
    public var compressed: UInt64 = 0
    /// See `compressed`.
    public var compressedIn: UInt64 = 0
    /// See `compressed`.
    public var compressedOut: UInt64 = 0
    /// Tables that workers took up, each worker's counted, and the nanoseconds that they did nothing else for it.
    public var swaps: UInt64 = 0
    /// See `swaps`.
    public var swapNanoseconds: UInt64 = 0
    /// Requests and sessions by the error that ended them, as the access log names it; those with none are left out.
    public var errors: [ErrorCount] = []
    /// Number of the table in force on every worker; the lowest if they differ.
    public var generation: UInt64 = 0

    /// Clients' connections that were turned away, by what kept them out.
    public struct Refusals: Sendable, Equatable {
        /// There were as many as a worker may have.
        public var limit: UInt64 = 0
        /// There was no descriptor left.
        public var descriptors: UInt64 = 0
        /// Their address had as many as one may have, or made them faster than it may.
        public var address: UInt64 = 0

        /// None.
        public init() {}
    }

    /// An error and how often it was.
    public struct ErrorCount: Sendable, Equatable {
        /// Its name in the access log: `no-endpoint`.
        public var label: String
        /// Whose fault it is: `client`, `upstream`, `own`.
        public var side: String
        /// How often.
        public var count: UInt64
    }

    /// Nothing seen.
    public init() {}
}
