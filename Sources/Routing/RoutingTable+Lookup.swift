internal import Synchronization

extension RoutingTable {
    /// The index of the route called `name`.
    public func route(named name: String) -> Int? {
        routeParts.indices[name].map(Int.init)
    }

    /// The index of the service called `name`.
    public func service(named name: String) -> Int? {
        serviceParts.indices[name].map(Int.init)
    }

    /// The endpoints of `service`, as indices into `endpoints` and `states`; empty if there is no such service.
    public func endpointIndices(of service: Int) -> Range<Int> {
        guard service >= 0, service < services.count else { return 0..<0 }
        let record = services[service]
        return Int(record.firstEndpoint)..<Int(record.firstEndpoint + record.endpointCount)
    }

    /// The services that `route` leads to, as indices into `services`.
    public func serviceIndices(of route: Int) -> [Int] {
        guard route >= 0, route < routes.count else { return [] }
        let first = Int(routes[route].firstShare)
        return routeParts.shares[first..<first + Int(routes[route].shareCount)].map { Int($0.service) }
    }

    /// How `endpoint` is checked: an index into `checks`; nil if it is not.
    public func check(of endpoint: Int) -> Int? {
        serviceParts.health.check(of: endpoint)
    }

    /// What `route`, an index into `routes`, was compiled from.
    public func routeDescription(at route: Int) -> RouteDescription {
        description.routes[Int(routeParts.sources[route])]
    }

    /// What `service`, an index into `services`, was compiled from.
    public func serviceDescription(at service: Int) -> ServiceDescription {
        description.services[Int(serviceParts.sources[service])]
    }

    /// What `endpoint`, an index into `endpoints`, was compiled from.
    public func endpointDescription(at endpoint: Int) -> EndpointDescription {
        let service = Int(endpoints[endpoint].service)
        return serviceDescription(at: service).endpoints[Int(serviceParts.endpointSources[endpoint])]
    }

    /// Matches of the table's regular expressions that were given up for passing a limit, and so counted as none.
    ///
    /// Expressions that stay from table to table keep their count.
    public var regexLimitHits: Int {
        routeParts.regexes.values.reduce(0) { $0 + $1.limitHits.load(ordering: .relaxed) }
    }
}
