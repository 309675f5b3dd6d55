/// What connections are, and where they stand.
extension Worker {
    enum Kind {
        static let client: UInt8 = 1
        static let upstream: UInt8 = 2
        /// A client's stream in an HTTP/2 session: no socket of its own, `session` is the engine's stream.
        static let clientStream: UInt8 = 3
        /// A stream to an endpoint.
        static let upstreamStream: UInt8 = 4
        /// A client's connection at a TCP listener, and the one to its endpoint.
        static let tcpClient: UInt8 = 5
        static let tcpUpstream: UInt8 = 6
        /// A client that asks for permission on behalf of a request: no socket, and no stream either.
        static let asker: UInt8 = 7
    }

    /// Where a client's connection stands.
    enum ClientPhase {
        /// TLS is being agreed on.
        static let handshake: UInt8 = 5
        /// It carries an HTTP/2 session: its requests have connections of their own (``Kind/stream``).
        static let session: UInt8 = 6
        /// Between requests.
        static let idle: UInt8 = 0
        /// Part of a head is there.
        static let head: UInt8 = 1
        static let exchange: UInt8 = 2
        /// The last answer is on its way out; then the connection is closed.
        static let flushing: UInt8 = 3
        /// Our side is closed; what the client still sends is thrown away, so that it can read the answer.
        static let lingering: UInt8 = 4
        /// Its PROXY header is waited for.
        static let proxy: UInt8 = 7
    }

    /// Where a connection to an endpoint stands.
    enum UpstreamPhase {
        static let connecting: UInt8 = 0
        static let active: UInt8 = 1
        static let idle: UInt8 = 2
        /// TLS is being agreed on.
        static let handshake: UInt8 = 3
        /// It carries an HTTP/2 session.
        static let session: UInt8 = 4
    }
}
