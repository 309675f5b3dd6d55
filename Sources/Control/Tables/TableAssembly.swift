internal import Discovery
internal import Routing

/// Puts a table's description together: services and their routes from the store, an operator's routes from the file and
/// from the store, and what the configuration says of all of them.
struct TableAssembly: Sendable {
    /// What the configuration says; the rest of it does not matter here.
    var configuration: EdgeConfiguration

    init(configuration: EdgeConfiguration) {
        self.configuration = configuration
    }

    /// The description, sorted by names, and what was left out of it.
    mutating func assemble(
        groups: [ServiceGroup], derived: [ServiceRoutes.Derived], storeRoutes: [RouteDocument]
    ) -> (TableDescription, [DiscoveryProblem]) {
        var problems: [DiscoveryProblem] = []
        var services = groups.map(service)
        let operators = operatorRoutes(storeRoutes, problems: &problems)
        addMissingServices(of: operators, to: &services, problems: &problems)
        services.sort { $0.name < $1.name }

        var claims = RouteClaims()
        claims.reserve(derived.count * 2)
        for document in operators {
            claims.add(finished(document, services: services), strength: .operators)
        }
        // The lowest name first, so that it wins.
        let ordered = derived.contains(where: \.isExplicit) ? derived.sorted { $0.route.name < $1.route.name } : derived
        for item in ordered where item.isExplicit && !item.isVanished { claims.add(item.route, strength: .attributes) }
        for item in ordered where !item.isExplicit && !item.isVanished { claims.add(item.route, strength: .defaults) }
        for item in ordered where item.isVanished { claims.add(item.route, strength: .remembered) }

        var description = TableDescription()
        description.services = services
        description.routes = claims.routes.sorted { $0.name < $1.name }
        return (description, problems + claims.problems)
    }

    private func service(_ group: ServiceGroup) -> ServiceDescription {
        var service = group.service
        configuration.defaults.apply(to: &service)
        if let balance = group.balance { service.balance = balance }
        configuration.services[group.name]?.apply(to: &service)
        return service
    }

    /// The file's routes, then the store's; of two with one name the file's counts.
    private func operatorRoutes(
        _ storeRoutes: [RouteDocument], problems: inout [DiscoveryProblem]
    ) -> [RouteDocument] {
        var routes = configuration.routes.sorted { $0.route.name < $1.route.name }
        let names = Dictionary(
            configuration.routes.map { ($0.route.name, $0.route.provenance.source) },
            uniquingKeysWith: { first, _ in first })
        for document in storeRoutes.sorted(by: { $0.route.name < $1.route.name }) {
            guard let place = names[document.route.name] else {
                routes.append(document)
                continue
            }
            problems.append(
                DiscoveryProblem(
                    subject: "route \(document.route.name)",
                    reason: "the route of this name at \(place) counts: give one of them another name",
                    provenance: document.route.provenance))
        }
        return routes
    }

    /// A service that only a route names exists, without endpoints: its requests get 503.
    private func addMissingServices(
        of routes: [RouteDocument], to services: inout [ServiceDescription], problems: inout [DiscoveryProblem]
    ) {
        guard !routes.isEmpty else { return }
        var known = Set(services.map(\.name))
        for document in routes {
            for share in document.route.services where known.insert(share.service).inserted {
                var service = ServiceDescription(name: share.service)
                configuration.defaults.apply(to: &service)
                configuration.services[share.service]?.apply(to: &service)
                services.append(service)
                problems.append(
                    DiscoveryProblem(
                        subject: "route \(document.route.name)",
                        reason: "service \(share.service) has no endpoint: write one under services/\(share.service)/, "
                            + "or correct the name",
                        provenance: document.route.provenance))
            }
        }
    }

    /// The route with its own waits, retries and limits on top of its first service's.
    private func finished(_ document: RouteDocument, services: [ServiceDescription]) -> RouteDescription {
        var route = document.route
        let policy = document.policy
        if policy.setsTimeouts || policy.setsRetries {
            let name = route.services.first?.service
            let service = services.first { $0.name == name }
            if policy.setsTimeouts {
                var timeouts = service?.timeouts ?? Timeouts()
                policy.apply(to: &timeouts)
                route.timeouts = timeouts
            }
            if policy.setsRetries {
                var retries = service?.retries ?? RetryPolicy()
                policy.apply(to: &retries)
                route.retries = retries
            }
        }
        if let limit = policy.requestBodyLimit { route.requestBodyLimit = limit ?? Int64.max }
        return route
    }
}
