/// What the request path asks of an ``AccessPolicy``.
public final class CompiledAccess: Sendable {
    /// Which clients are let in; nil: all.
    public let networks: NetworkTable?
    /// Over what it is served; nil where nothing is said of it.
    public let https: HTTPSPolicy?
    /// How many requests a client may make; nil where nothing is said of it.
    public let rate: CompiledRate?
    /// Whose password is asked for; nil where nothing is said of it.
    public let passwords: PasswordTable?
    /// No password is asked for, whatever others say.
    public let asksNobody: Bool
    /// Octets a second of an answer's body, 0 for no limit; nil where nothing is said of it.
    public let bandwidth: Int64?

    /// The policy's compiled form; nil where it asks for nothing.
    public init?(_ policy: AccessPolicy) {
        let (allow, deny) = (policy.allow ?? [], policy.deny ?? [])
        networks = allow.isEmpty && deny.isEmpty ? nil : NetworkTable(allow: allow, deny: deny)
        https = policy.https
        rate = policy.rate.map(CompiledRate.init)
        bandwidth = policy.bandwidth
        asksNobody = policy.basicAuth?.isOff == true
        passwords = policy.basicAuth.flatMap { $0.isOff ? nil : PasswordTable($0) }
        if networks == nil, https == nil, rate == nil, bandwidth == nil, policy.basicAuth == nil { return nil }
    }
}
