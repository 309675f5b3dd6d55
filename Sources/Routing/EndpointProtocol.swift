/// What is spoken to an endpoint.
public enum EndpointProtocol: UInt8, Sendable, Codable, CaseIterable {
    /// HTTP/1.1 in the clear.
    case http
    /// TLS; by ALPN (RFC 7301) HTTP/2 or HTTP/1.1, as the endpoint chooses.
    case https
    /// HTTP/2 in the clear, by prior knowledge (RFC 9113 §3.3).
    case h2c
    /// HTTP/2 under TLS, nothing else.
    case h2

    /// Whether it goes under TLS.
    @inlinable public var isSecure: Bool { self == .https || self == .h2 }
    /// Whether it is HTTP/2 whatever the endpoint says.
    @inlinable public var isHTTP2Only: Bool { self == .h2c || self == .h2 }
}
