internal import Reactor

/// TLS handshakes with clients.
public struct HandshakeCounters: Sendable, Equatable {
    /// What was agreed on: the version of TLS and the protocol in it.
    public enum Session: UInt8, Sendable, CaseIterable {
        /// TLS 1.2: without a protocol, with HTTP/1.1, with HTTP/2.
        case tls12, tls12HTTP1, tls12HTTP2
        /// TLS 1.3, as well.
        case tls13, tls13HTTP1, tls13HTTP2

        init(isLatest: Bool, agreed: TLSSession.AgreedProtocol) {
            switch agreed {
            case .none: self = isLatest ? .tls13 : .tls12
            case .http1: self = isLatest ? .tls13HTTP1 : .tls12HTTP1
            case .http2: self = isLatest ? .tls13HTTP2 : .tls12HTTP2
            }
        }

        /// The version's number.
        public var version: String { rawValue < Session.tls13.rawValue ? "1.2" : "1.3" }

        /// The protocol's name, as clients and servers tell it (RFC 7301); `none` where nothing was agreed on.
        public var protocolName: String {
            switch self {
            case .tls12, .tls13: "none"
            case .tls12HTTP1, .tls13HTTP1: "http/1.1"
            case .tls12HTTP2, .tls13HTTP2: "h2"
            }
        }
    }

    /// Handshakes that succeeded, by ``Session``.
    public var sessions = [UInt64](repeating: 0, count: Session.allCases.count)
    /// Those among them that took up an earlier session.
    public var resumed: UInt64 = 0
    /// Handshakes that came to nothing.
    public var failed: UInt64 = 0

    /// None.
    public init() {}

    /// Handshakes that succeeded.
    public var succeeded: UInt64 { sessions.reduce(0, &+) }

    /// How many agreed on this.
    public subscript(session: Session) -> UInt64 { sessions[Int(session.rawValue)] }
}
