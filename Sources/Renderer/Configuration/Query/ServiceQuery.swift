/// A query for the instances of a service.
public struct ServiceQuery: Sendable, Hashable {
    /// The service.
    public var name: String
    /// A tag that they have.
    public var tag: String?
    /// The node that the nearest ones come first of; `_agent` for the agent's own.
    public var near: String?
    /// Which of them, by name; none of them for an empty list.
    public var filters: [HealthFilter] = [.passing]
    /// Whether it is those that Consul's service mesh reaches.
    public var isConnect = false
    /// Where.
    public var scope = QueryScope()

    /// The passing instances of a service.
    public init(name: String) {
        self.name = name
    }
}
