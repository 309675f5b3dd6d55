/// The field by which trusted proxies name the client.
///
/// One alone counts: a proxy that writes one of them lets the others pass as the client sent them.
public enum ClientAddressField: String, Sendable, CaseIterable {
    /// The list to which each proxy adds whom it had before it; walked from its end.
    case xForwardedFor = "x-forwarded-for"
    /// The same by RFC 7239.
    case forwarded
    /// The client alone.
    case xRealIP = "x-real-ip"
}
