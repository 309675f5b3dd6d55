/// What ties requests of a service to endpoints: the key that it is balanced by, and its sticky cookie.
public final class ServiceAffinity: Sendable {
    /// An endpoint as a cookie names it.
    private struct Token: Sendable {
        var high: UInt64
        var low: UInt64
        var endpoint: Int32
    }

    /// Octets of a token in a cookie: 128 bits in hexadecimal digits.
    public static let tokenCount = 32

    /// What the key is taken from; nil where the service is not balanced by one.
    public let source: HashPolicy.Source?
    /// The field's name in lower case, the cookie's or parameter's; empty if it goes without.
    public let name: [UInt8]
    /// The sticky cookie's name; empty where the service is not sticky.
    public let cookie: [UInt8]
    /// `Set-Cookie: NAME=`, which a token follows.
    public let lineStart: [UInt8]
    /// What follows that: attributes, but for `Secure`, and no line end.
    public let lineEnd: [UInt8]
    /// ``StickyPolicy/isSecure``.
    public let isSecure: Bool?
    /// By token.
    private let sorted: [Token]
    /// By endpoint, the first of the service's at 0.
    private let tokens: [Token]
    private let first: Int

    /// The affinity of `service`, whose endpoints are the last of `endpoints`.
    init(
        _ service: ServiceDescription, sticky: StickyPolicy?, record: ServiceRecord, endpoints: [EndpointRecord]
    ) {
        switch service.balance {
        case .hash: source = service.hash.source
        case .source: source = .source
        default: source = nil
        }
        let named = source?.isNamed == true ? service.hash.name : ""
        name = source == .header ? FieldSyntax.lower(named) : Array(named.utf8)
        first = Int(record.firstEndpoint)
        guard let sticky else {
            (cookie, lineStart, lineEnd, isSecure, sorted, tokens) = ([], [], [], nil, [], [])
            return
        }
        let cookie = sticky.cookie.isEmpty ? Self.cookieName(of: service.name) : sticky.cookie
        self.cookie = Array(cookie.utf8)
        lineStart = Array("Set-Cookie: \(cookie)=".utf8)
        lineEnd = Array(Self.attributes(of: sticky).utf8)
        isSecure = sticky.isSecure
        tokens = (first..<first + Int(record.endpointCount)).map { index in
            // The identity and nothing else: the cookie outlives tables, restarts and the order of keys.
            let message = Array("\(service.name)/\(endpoints[index].address)".utf8)
            let (high, low) = SipHash.hash(message, key: sticky.key)
            return Token(high: high, low: low, endpoint: Int32(index))
        }
        sorted = tokens.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
    }

    /// Why a policy cannot be acted on; nil if it can.
    static func fault(of policy: StickyPolicy) -> String? {
        if !policy.cookie.isEmpty, !FieldSyntax.isToken(policy.cookie) {
            return "\"\(policy.cookie)\" is no cookie's name: write letters, digits, - and _"
        }
        if !StickyPolicy.isPath(policy.path) {
            return "\"\(policy.path)\" is no cookie's path: write / or /prefix, without blanks and semicolons"
        }
        return nil
    }

    /// `portico-` and eight hexadecimal digits made of the service's name.
    static func cookieName(of service: String) -> String {
        let octets = Array(service.utf8)
        let hash = unsafe KeyHash.hash(octets.span.bytes)
        let digits = String(hash >> 32, radix: 16)
        return "portico-" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func attributes(of policy: StickyPolicy) -> String {
        var text = "; Path=\(policy.path)"
        if let maxAge = policy.maxAge { text += "; Max-Age=\(maxAge)" }
        if policy.isHTTPOnly { text += "; HttpOnly" }
        switch policy.sameSite {
        case .lax: text += "; SameSite=Lax"
        case .strict: text += "; SameSite=Strict"
        case .some(.none): text += "; SameSite=None"
        case nil: break
        }
        return text
    }

    /// The endpoint (an index into the table's) that `text`, a cookie's value, names; -1 for none of the service's.
    ///
    /// Nobody without the key can make a token: one that is found was given by an edge.
    public func endpoint(of text: RawSpan) -> Int {
        guard text.byteCount == Self.tokenCount, let high = Self.word(text, from: 0),
            let low = Self.word(text, from: 16)
        else { return -1 }
        var (start, end) = (0, sorted.count)
        while start < end {
            let middle = (start + end) / 2
            if (sorted[middle].high, sorted[middle].low) < (high, low) { start = middle + 1 } else { end = middle }
        }
        guard start < sorted.count, sorted[start].high == high, sorted[start].low == low else { return -1 }
        return Int(sorted[start].endpoint)
    }

    /// The token of `endpoint`, an index into the table's; to be written as sixteen hexadecimal digits each.
    public func token(of endpoint: Int) -> (high: UInt64, low: UInt64) {
        guard tokens.indices.contains(endpoint - first) else { return (0, 0) }
        return (tokens[endpoint - first].high, tokens[endpoint - first].low)
    }

    /// Sixteen hexadecimal digits in lower case; nil if they are none.
    private static func word(_ text: RawSpan, from start: Int) -> UInt64? {
        var word: UInt64 = 0
        for position in start..<start + 16 {
            let octet = text[position]
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(octet - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(octet - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return word
    }
}
