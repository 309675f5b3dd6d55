internal import HTTPTypes
internal import KeyValue

/// Who may ask what.
///
/// Three kinds of strangers are kept out: other machines' programs, by the address or a token; web pages of others that a
/// browser on this machine shows, by the page's origin, and because a change needs a field that no page can send without
/// asking first (no question is ever granted); and pages that have their name resolve to this machine, by that name.
struct AdminGate: Sendable {
    /// What requests have to show, nil for nothing.
    let token: [UInt8]?
    /// Only this machine's programs come here, browsers among them.
    let isLoopback: Bool

    /// A field that says that a change is meant; its value does not matter.
    static let intentField = "X-Requested-With"

    /// Lets a request in, or throws why not.
    ///
    /// - Parameters:
    ///   - isOpen: it takes no token.
    ///   - isPage: it is of the dashboard, to which others' pages may have links.
    func admit(
        method: HTTPRequest.Method, authority: String, fields: HTTPFields, isOpen: Bool, isPage: Bool = false
    ) throws(AdminRefusal) {
        let host = HostText.name(authority)
        if isLoopback, !HostText.isLocal(host) {
            throw AdminRefusal(
                .misdirectedRequest, "Host \(host) is none of this machine's: use localhost or the address")
        }
        if let origin = fields[.origin], !Self.isSame(origin, authority) {
            throw AdminRefusal(.forbidden, "requests of other web pages (Origin: \(origin)) are refused")
        }
        let isFollowed = isPage && fields[Self.mode] == "navigate" && fields[Self.destination] == "document"
        if let site = fields[Self.site], site != "same-origin", site != "none", !isFollowed {
            throw AdminRefusal(.forbidden, "requests of other web pages (Sec-Fetch-Site: \(site)) are refused")
        }
        let isChange = method != .get && method != .head
        guard let token else {
            guard !isChange || fields[Self.intent] != nil else {
                throw AdminRefusal(
                    .forbidden,
                    "a change needs the field \(Self.intentField), with any value: curl -H '\(Self.intentField): curl'")
            }
            return
        }
        guard !isOpen else { return }
        guard let shown = Self.bearer(fields[.authorization]), Self.isEqual(shown, token) else {
            var refusal = AdminRefusal(.unauthorized, "a token is needed: Authorization: Bearer TOKEN")
            refusal.fields[.wwwAuthenticate] = "Bearer realm=\"portico\""
            throw refusal
        }
    }

    /// Whether an origin (RFC 6454 §6.1) is the one that is asked.
    private static func isSame(_ origin: String, _ authority: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
        }
        return false
    }

    /// What stands behind `Bearer` (RFC 6750 §2.1).
    private static func bearer(_ value: String?) -> [UInt8]? {
        guard let value else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return Array(parts[1].utf8)
    }

    /// Whether both are the same, in a time that does not tell how far they are.
    static func isEqual(_ shown: [UInt8], _ token: [UInt8]) -> Bool {
        var difference = UInt8(shown.count == token.count ? 0 : 1)
        for index in token.indices {
            difference |= token[index] ^ (index < shown.count ? shown[index] : ~token[index])
        }
        return difference == 0
    }

    private static let mode = HTTPField.Name("Sec-Fetch-Mode") ?? .origin
    private static let destination = HTTPField.Name("Sec-Fetch-Dest") ?? .origin
    private static let site = HTTPField.Name("Sec-Fetch-Site") ?? .origin
    private static let intent = HTTPField.Name(intentField) ?? .origin
}
