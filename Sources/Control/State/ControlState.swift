internal import Discovery
internal import KeyValue
internal import Routing

/// What the control plane knows, and the table that follows from it: a pure state machine around which ``Controller``
/// does the waiting, compiling and writing.
struct ControlState: Sendable {
    /// A listing with what a watch said of it.
    struct Listing: Sendable {
        var listing: KeyValueListing
        var isRegressed = false
        var isFirstAfterOutage = false
    }

    private(set) var configuration: EdgeConfiguration
    /// The number of the table in force, 0 before the first.
    private(set) var generation: UInt64 = 0
    /// What it was made of.
    private(set) var parts = TableAssembly.Parts()
    /// Whether both prefixes were heard of, from the store or from a snapshot.
    var isComplete: Bool { hasServices && hasRoutes }

    /// Orders of operators.
    private(set) var overrides = OverrideBook()
    private(set) var heldEndpoints: RemovalGuard<EndpointEntry>
    private(set) var heldRoutes: RemovalGuard<RouteEntry>
    private var serviceTree: ServiceTree
    private var routeTree: RouteTree
    private var index = ServiceIndex()
    private var serviceRoutes: ServiceRoutes
    private var assembly: TableAssembly
    private var assemblyProblems: [DiscoveryProblem] = []
    private var hasServices = false
    private var hasRoutes = false
    /// The view came from a snapshot: the store's first answer comes after an outage as far as we know.
    private var isFromSnapshot = (services: false, routes: false)

    init(configuration: EdgeConfiguration, storeName: String) {
        self.configuration = configuration
        let source = String(storeName.prefix { $0 != ":" })
        serviceTree = ServiceTree(prefix: configuration.prefixes.services, source: source)
        routeTree = RouteTree(prefix: configuration.prefixes.routes, source: source)
        serviceRoutes = ServiceRoutes(domains: configuration.domains)
        assembly = TableAssembly(configuration: configuration)
        heldEndpoints = RemovalGuard(grace: configuration.storeGrace)
        heldRoutes = RemovalGuard(grace: configuration.storeGrace)
    }

    /// When something happens by itself next: a hold that ends, a service that is forgotten.
    var nextDeadline: Duration? {
        [heldEndpoints.hold?.deadline, heldRoutes.hold?.deadline, index.nextExpiry].compactMap { $0 }.min()
    }

    /// Entries of the store and of the file that were left out, or do less than they seem to.
    var problems: [DiscoveryProblem] {
        serviceTree.problems + routeTree.problems + index.groups.flatMap(\.problems) + serviceRoutes.problems
            + assemblyProblems + configuration.notices + holdProblems
    }

    // MARK: Events

    /// The services' prefix as it is now.
    mutating func take(services: Listing, now: Duration) {
        serviceTree.update(services.listing)
        let isFirst = isFromSnapshot.services
        isFromSnapshot.services = false
        heldEndpoints.update(
            serviceTree.endpoints, isSuspect: Self.isSuspect(services, isFirst: isFirst), now: now)
        hasServices = true
    }

    /// The routes' prefix as it is now.
    mutating func take(routes: Listing, now: Duration) {
        routeTree.update(routes.listing)
        let isFirst = isFromSnapshot.routes
        isFromSnapshot.routes = false
        heldRoutes.update(routeTree.routes, isSuspect: Self.isSuspect(routes, isFirst: isFirst), now: now)
        hasRoutes = true
    }

    /// What a former run had in force.
    mutating func take(_ snapshot: TableSnapshot) {
        serviceTree.update(snapshot.servicesListing)
        heldEndpoints.update(serviceTree.endpoints, isSuspect: false, now: .zero)
        routeTree.update(snapshot.routesListing)
        heldRoutes.update(routeTree.routes, isSuspect: false, now: .zero)
        generation = snapshot.generation
        overrides.restore(snapshot.overriddenEndpoints)
        isFromSnapshot = (true, true)
        hasServices = true
        hasRoutes = true
    }

    /// A configuration that was read anew; the prefixes stay as they were.
    mutating func take(_ configuration: EdgeConfiguration) {
        self.configuration = configuration
        assembly = TableAssembly(configuration: configuration)
        heldEndpoints.grace = configuration.storeGrace
        heldRoutes.grace = configuration.storeGrace
        if serviceRoutes.domains != configuration.domains {
            serviceRoutes = ServiceRoutes(domains: configuration.domains)
        }
    }

    /// An operator's order about an endpoint of the store's.
    ///
    /// - Returns: what stands now of orders about it.
    mutating func take(
        _ order: EndpointOrder, at place: OverrideBook.Place, time: Int64
    ) throws(OrderRefusal) -> EndpointOverride? {
        let known = index.groups.first { $0.name == place.service }?.service.endpoints.first {
            OverrideBook.canonical($0.address) == place.address
        }
        guard let known else { throw .unknown }
        return try overrides.follow(order, at: place, known: known, time: time)
    }

    /// What was held goes.
    mutating func acceptHeld() {
        _ = heldEndpoints.accept()
        _ = heldRoutes.accept()
    }

    // MARK: The table

    /// The description that follows from all of it, or nil if it is the one in force.
    ///
    /// Its generation is one more than the last.
    mutating func advance(now: Duration) -> (description: TableDescription, changes: TableChanges)? {
        _ = heldEndpoints.expire(now: now)
        _ = heldRoutes.expire(now: now)
        index.update(heldEndpoints.view, now: now)
        let derived = serviceRoutes.update(index.groups)
        let (next, problems) = assembly.assemble(
            groups: index.groups, derived: derived, storeRoutes: heldRoutes.view.map(\.document)
        ) { [hasServices] in overrides.apply(to: $0, forgets: hasServices) }
        assemblyProblems = problems
        let changes = TableChanges(from: parts, to: next)
        guard !changes.isEmpty else { return nil }
        parts = next
        generation += 1
        return (next.description(generation: generation), changes)
    }

    /// What a later run would need to serve the same.
    func snapshot(storeName: String) -> TableSnapshot {
        TableSnapshot(
            store: storeName, generation: generation, endpoints: heldEndpoints.view,
            routes: heldRoutes.view, overrides: overrides.list)
    }

    private static func isSuspect(_ event: Listing, isFirst: Bool) -> Bool {
        event.isRegressed || (event.isFirstAfterOutage || isFirst) && event.listing.entries.isEmpty
    }

    private var holdProblems: [DiscoveryProblem] {
        func problem(_ what: String, _ count: Int, _ isOutage: Bool) -> DiscoveryProblem {
            let why =
                isOutage
                ? "the store came back without them" : "more than half of all went at once"
            return DiscoveryProblem(
                subject: "held \(what)",
                reason: "\(count) \(what) are gone from the store but still served, for \(why): "
                    + "they go after \(configuration.storeGrace), or stay if they come back: see what the store has lost",
                provenance: nil)
        }
        var problems: [DiscoveryProblem] = []
        if let hold = heldEndpoints.hold {
            problems.append(problem("endpoints", hold.keys.count, hold.reason == .outage))
        }
        if let hold = heldRoutes.hold {
            problems.append(problem("routes", hold.keys.count, hold.reason == .outage))
        }
        return problems
    }
}
