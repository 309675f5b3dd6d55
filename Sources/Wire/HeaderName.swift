/// The field names that Portico acts on; all others are `.other` and are compared by their octets.
@frozen
public enum HeaderName: UInt8, Sendable, CaseIterable {
    case other
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive, expect
    case proxyConnection, proxyAuthorization, proxyAuthenticate, proxy, http2Settings
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xForwardedPrefix, xForwardedServer
    case xForwardedSSL, xRealIP, xRequestID, via
    /// W3C Trace Context.
    case traceParent, traceState
    /// All names that begin with `X-Client-Cert-`: what a gateway says of the client's certificate.
    case xClientCertificate
    case cookie, authorization, userAgent, referer, accept, contentType, date, server, location
    case secWebSocketKey, secWebSocketVersion
    /// A name that differs from one of the trusted names above only by `_` for `-` (`X_Forwarded_For`): servers that map
    /// both to one variable would believe it, so it is always dropped.
    case underscoreTwin
}
