public import Routing

/// A route that an endpoint brings along in its value: it is there as long as one of its service's endpoints says it.
public struct EndpointRoute: Sendable, Hashable {
    /// The most of them in one value.
    public static let limit = 64

    /// What tells it from the others of its service; nil for the first of its hosts and paths.
    public var name: String?
    /// What it matches and does; without a name, services and provenance, which are its service's.
    public var route: RouteDescription
    /// What it says of waits, retries and limits.
    public var policy: ServicePolicy
    /// Of routes of several services with the same hosts, paths and conditions, the highest counts.
    public var priority: Int

    /// A route.
    public init(
        name: String? = nil, route: RouteDescription, policy: ServicePolicy = ServicePolicy(), priority: Int = 0
    ) {
        self.name = name
        self.route = route
        self.policy = policy
        self.priority = priority
    }

    /// Hashes what most of them differ in.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(route.hosts)
        hasher.combine(route.paths)
        hasher.combine(route.methods)
    }

    /// What it may say: all that an operator's route says but where it leads.
    static let keys =
        RouteDocument.keys.filter { !["service", "services"].contains($0) } + ["priority"]
    /// Priorities lie in these bounds.
    static let priorities = -1_000_000_000...1_000_000_000
}

extension DocumentReader {
    /// Reads a route of an endpoint, or nil if it makes no sense; the errors say why.
    ///
    /// - Parameter name: what the route is called where its document does not say it.
    func endpointRoute(_ node: DocumentNode, name: String? = nil) -> EndpointRoute? {
        let before = errors.count
        guard case .mapping(let fields) = node.content else {
            report("a route is a mapping with hosts, paths and the like", at: node)
            return nil
        }
        for field in fields where ["service", "services"].contains(field.name) {
            report(
                "a route of an endpoint leads to the endpoint's own service: take \(field.name) out", at: field.place)
        }
        let rest = fields.filter { !["service", "services"].contains($0.name) }
        let members = self.fields(
            of: DocumentNode(content: .mapping(rest), line: node.line, column: node.column), in: "a route",
            keys: EndpointRoute.keys)
        var route = RouteDescription(name: "", provenance: Provenance(source: ""))
        readMatchAndActions(members, into: &route)
        var attached = EndpointRoute(name: name, route: route)
        if let node = members["name"] { attached.name = routeName(node, key: nil, at: node) }
        if let node = members["priority"] { attached.priority = priority(node) }
        attached.policy = policy(members, scope: .route).policy
        if redirectsToHTTPS(members) { attached.policy.access.https = .redirect }
        return errors.count == before ? attached : nil
    }

    private func priority(_ node: DocumentNode) -> Int {
        let text = node.scalar ?? ""
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let number = decimal(digits, in: 0...EndpointRoute.priorities.upperBound) else {
            report("priority is \(quoted(node)): it is a whole number", at: node)
            return 0
        }
        return text.hasPrefix("-") ? -number : number
    }
}
