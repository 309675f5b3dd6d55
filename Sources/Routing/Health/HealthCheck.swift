/// A health policy made ready: one object for all endpoints that go by it, and the same from table to table.
public final class HealthCheck: Sendable {
    /// The policy.
    public let policy: HealthPolicy
    private let body: HealthBody

    /// From a policy whose ``HealthPolicy/fault`` is nil; another's body counts as fit.
    public init(_ policy: HealthPolicy) {
        self.policy = policy
        body = (try? HealthBody(policy.body)) ?? .any
    }

    /// Whether the answer's body has to be read.
    public var readsBody: Bool {
        if case .any = body { false } else { true }
    }

    /// Whether the answer's body will do.
    public func accepts(body octets: RawSpan) -> Bool { body.accepts(octets) }
}
