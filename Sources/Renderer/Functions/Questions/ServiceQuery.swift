/// Which instances of which service are asked for.
public struct ServiceQuery: Hashable, Sendable {
    /// The service's name.
    public var name: String
    /// The tag that an instance must have; empty for any.
    public var tag = ""
    /// The states that are wanted, sorted: `any`, `passing`, `warning`, `critical`, `maintenance`.
    public var filters = ["passing"]
    /// Whether the proxies are meant that speak for the service (`connect`).
    public var isConnect = false

    /// The passing instances of the service `name`.
    public init(name: String) { self.name = name }

    /// Whether only passing instances are wanted, so that the agent can be asked for these alone.
    public var isPassingOnly: Bool { filters == ["passing"] }

    /// Whether an instance in the state `status` is wanted.
    public func accepts(_ status: String) -> Bool { filters.contains { $0 == status || $0 == "any" } }

    func id(_ suffix: String) -> String {
        let filter = filters.isEmpty ? "" : "|" + filters.joined(separator: ",")
        return "health.\(isConnect ? "connect" : "service")(\(tag.isEmpty ? "" : tag + ".")\(name)\(suffix)\(filter))"
    }
}
