extension HeaderName {
    /// Whether a field of this name is never forwarded, whatever `Connection` says (RFC 9110 §7.6.1, RFC 9113 §8.2.2).
    ///
    /// `Proxy` is here for what CGI makes of it (HTTP_PROXY), ``underscoreTwin`` for what servers make of `_`.
    @inlinable
    public var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade, .proxyAuthorization,
            .proxyAuthenticate, .http2Settings, .proxy, .underscoreTwin:
            true
        default: false
        }
    }
}
