/// A rate limit as the request path asks for it.
public struct CompiledRate: Sendable {
    /// Who has a bucket of his own.
    public enum Kind: UInt8, Sendable {
        case address, header, cookie, everyone
    }

    /// Nil: there is no limit, whatever others say.
    public let rule: RateRule?
    /// Who has a bucket.
    public let kind: Kind
    /// The field's name in lower case, or the cookie's as it is.
    public let name: [UInt8]

    /// The compiled form of `limit`.
    init(_ limit: RateLimit) {
        rule = limit.isUnlimited ? nil : RateRule(limit)
        switch limit.key {
        case .address: (kind, name) = (.address, [])
        case .everyone: (kind, name) = (.everyone, [])
        case .header(let field): (kind, name) = (.header, FieldSyntax.lower(field))
        case .cookie(let cookie): (kind, name) = (.cookie, Array(cookie.utf8))
        }
    }
}
