internal import Discovery
internal import Routing

/// Puts a table's description together: services and their routes from the store, an operator's routes from the file and
/// from the store, and what the configuration says of all of them.
struct TableAssembly: Sendable {
    /// What a table is made of, sorted by names.
    struct Parts: Sendable {
        var services: [Named<ServiceDescription>] = []
        var routes: [Named<RouteDescription>] = []

        /// The description of a table of this `generation`.
        func description(generation: UInt64) -> TableDescription {
            var description = TableDescription()
            description.generation = generation
            description.services = services.map(\.value)
            description.routes = routes.map(\.value)
            return description
        }
    }

    /// What the configuration says; the rest of it does not matter here.
    let configuration: EdgeConfiguration
    private var services = IdentityCache<ServiceGroup, Named<ServiceDescription>>()
    private var routes = IdentityCache<DerivedRoute, Named<RouteDescription>>()

    init(configuration: EdgeConfiguration) {
        self.configuration = configuration
    }

    /// The parts of the next table, and what was left out of it.
    ///
    /// - Parameter overridden: the store's services as operators have them.
    mutating func assemble(
        groups: [ServiceGroup], derived: [DerivedRoute], storeRoutes: [RouteDocument],
        overridden: ([Named<ServiceDescription>]) -> [Named<ServiceDescription>] = { $0 }
    ) -> (parts: Parts, problems: [DiscoveryProblem]) {
        var problems: [DiscoveryProblem] = []
        var parts = Parts()
        let configuration = configuration
        parts.services = services.map(groups.flatMap { [$0] + $0.parts }) {
            Named($0.name, Self.service($0, configuration))
        }
        parts.services = overridden(parts.services)
        let operators = operatorRoutes(storeRoutes, problems: &problems)
        addMissingServices(of: operators, to: &parts.services, problems: &problems)
        addAskedAddresses(of: operators, to: &parts.services)
        parts.services.sort { $0.name < $1.name }

        var claims = RouteClaims()
        for document in operators {
            let route = finished(document, services: parts.services)
            claims.add(Named(route.name, route), strength: .operators)
        }
        let pools = addDerived(derived, services: parts.services, to: &claims)
        if !pools.members.isEmpty { addServices(of: pools, claims, to: &parts.services) }
        parts.routes = claims.routes.sorted { $0.name < $1.name }
        return (parts, problems + claims.problems + pools.notices)
    }

    /// Routes of attributes first, the highest priority first and of equals the lowest name, so that it wins.
    ///
    /// - Returns: what several services have in common.
    private mutating func addDerived(
        _ derived: [DerivedRoute], services: [Named<ServiceDescription>], to claims: inout RouteClaims
    ) -> RoutePools {
        let finish = finished
        let named = routes.map(derived) { item in
            guard item.policy != ServicePolicy() else { return Named(item.route.name, item.route) }
            // What a service's waits are stays the same as long as the configuration does.
            return Named(item.route.name, finish(RouteDocument(route: item.route, policy: item.policy), services))
        }
        var others: [(item: DerivedRoute, route: Named<RouteDescription>)] = []
        for (item, route) in zip(derived, named) where !item.isSimple || item.isVanished {
            others.append((item, route))
        }
        others.sort {
            $0.item.priority == $1.item.priority
                ? $0.route.name < $1.route.name : $0.item.priority > $1.item.priority
        }
        let pools = RoutePools(others.filter { $0.item.isExplicit && !$0.item.isVanished }) { first, second in
            guard let first = Self.find(first, services), let second = Self.find(second, services) else { return false }
            return first.isReached(like: second)
        }
        for (_, route) in pools.items { claims.add(route, strength: .attributes) }
        for (item, route) in others where !item.isExplicit && !item.isVanished {
            claims.add(route, strength: .defaults)
        }
        // Hosts of one-label names are unique already. They are noted only if somebody weaker may want them.
        let areNoted = others.contains { $0.item.isVanished }
        for (item, route) in zip(derived, named) where item.isSimple && !item.isVanished {
            claims.addSimple(route, isNoted: areNoted)
        }
        for (item, route) in others where item.isVanished { claims.add(route, strength: .remembered) }
        return pools
    }

    /// The services of pools that some route leads to.
    private func addServices(
        of pools: RoutePools, _ claims: RouteClaims, to services: inout [Named<ServiceDescription>]
    ) {
        let wanted = Set(claims.routes.flatMap(\.value.services).map(\.service))
        let found = pools.members.filter { wanted.contains($0.key) }.compactMap { name, members in
            ServiceDescription(pool: name, of: members.compactMap { Self.find($0, services) }).map { Named(name, $0) }
        }
        services = (services + found).sorted { $0.name < $1.name }
    }

    /// The service called `name`, of those sorted by name.
    private static func find(_ name: String, _ services: [Named<ServiceDescription>]) -> ServiceDescription? {
        var (low, high) = (services.startIndex, services.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if services[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < services.endIndex && services[low].name == name ? services[low].value : nil
    }

    private static func service(_ group: ServiceGroup, _ configuration: EdgeConfiguration) -> ServiceDescription {
        var service = group.service
        service.checks = [HealthPolicy](repeating: HealthPolicy(), count: group.health.count + 1)
        configuration.defaults.apply(to: &service)
        group.policy.apply(to: &service)
        // The first check is of those endpoints that say nothing themselves.
        for (index, settings) in group.health.enumerated() { settings.apply(to: &service.checks[index + 1]) }
        if let balance = configuration.listenerBalances[group.settingsName] { service.balance = balance }
        configuration.services[group.settingsName]?.apply(to: &service)
        configuration.resolve(&service.access)
        if service.checks.allSatisfy({ $0.kind == .off }) { service.checks = [] }
        if let key = configuration.stickyKey { service.sticky?.key = key }
        if !configuration.zone.isEmpty {
            for index in service.endpoints.indices where service.endpoints[index].zone == configuration.zone {
                service.endpoints[index].isNear = true
            }
        }
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
        of routes: [RouteDocument], to services: inout [Named<ServiceDescription>], problems: inout [DiscoveryProblem]
    ) {
        guard !routes.isEmpty else { return }
        var known = Set(services.map(\.name))
        for document in routes {
            for share in document.route.services where known.insert(share.service).inserted {
                var service = ServiceDescription(name: share.service)
                configuration.defaults.apply(to: &service)
                configuration.services[share.service]?.apply(to: &service)
                configuration.resolve(&service.access)
                services.append(Named(service.name, service))
                problems.append(
                    DiscoveryProblem(
                        subject: "route \(document.route.name)",
                        reason: "service \(share.service) has no endpoint: write one under services/\(share.service)/, "
                            + "or correct the name",
                        provenance: document.route.provenance))
            }
        }
    }

    /// Addresses that are asked before requests go on (`forward_auth`) are services of their own, by the defaults.
    private func addAskedAddresses(of routes: [RouteDocument], to services: inout [Named<ServiceDescription>]) {
        let settings = configuration.services.values.map(\.forwardAuth) + routes.map(\.policy.forwardAuth)
        for address in Set(settings.compactMap { $0?.address }) {
            var service = ServiceDescription(name: ForwardAuthSettings.serviceName(of: address))
            configuration.defaults.apply(to: &service)
            service.endpoints = [
                EndpointDescription(address: address, provenance: Provenance(source: "forward_auth"))
            ]
            services.append(Named(service.name, service))
        }
    }

    /// The route with its own waits, retries and limits on top of its first service's.
    private func finished(_ document: RouteDocument, services: [Named<ServiceDescription>]) -> RouteDescription {
        var route = document.route
        let policy = document.policy
        if policy.setsTimeouts || policy.setsRetries || !policy.compression.isEmpty {
            let name = route.services.first?.service
            let service = services.first { $0.name == name }?.value
            if !policy.compression.isEmpty {
                var compression = service?.compression ?? CompressionPolicy()
                policy.compression.apply(to: &compression)
                route.compression = compression
            }
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
        route.access = policy.access
        configuration.resolve(&route.access)
        if let settings = policy.forwardAuth { route.forwardAuth = settings.forwardAuth }
        if let limit = policy.requestBodyLimit { route.requestBodyLimit = limit ?? Int64.max }
        return route
    }
}

extension EdgeConfiguration {
    /// Puts the users in whom a policy names by their set; of a set that is not there, there are none.
    fileprivate func resolve(_ access: inout AccessPolicy) {
        guard let name = access.basicAuth?.named else { return }
        if var named = passwords[name] {
            named.named = name
            access.basicAuth = named
        }
    }
}
