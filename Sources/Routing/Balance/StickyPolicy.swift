/// How clients are kept at the endpoint that they have come to: by a cookie (RFC 6265bis) that names it.
public struct StickyPolicy: Sendable, Equatable, Codable {
    /// With which requests from other sites a browser sends the cookie.
    public enum SameSite: String, Sendable, Codable, CaseIterable {
        case lax, strict, none
    }

    /// The cookie's name; empty for one that is made of the service's name, so that services of one host do not quarrel.
    public var cookie = ""
    /// Whether browsers may send it by https alone; nil: if the client came by TLS.
    public var isSecure: Bool?
    /// Whether it is kept from scripts.
    public var isHTTPOnly = true
    /// `SameSite`; nil: not said.
    public var sameSite: SameSite?
    /// Seconds that a browser keeps it; nil: until it ends.
    public var maxAge: UInt32?
    /// Below which path a browser sends it.
    public var path = "/"
    /// What cookies are made with, the same for all edges that clients come to in turn; all zeros: none was given yet.
    public var key = SipKey()

    /// The defaults.
    public init() {}

    /// Whether `path` can stand in a cookie's attribute: it begins with a slash and holds neither `;` nor anything unseen.
    public static func isPath(_ path: String) -> Bool {
        path.utf8.first == UInt8(ascii: "/")
            && path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ";") }
    }
}
