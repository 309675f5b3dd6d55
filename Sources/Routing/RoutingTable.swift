public import Synchronization
public import Wire

/// The immutable table that every request is routed by.
///
/// Compiled off the workers from a ``TableDescription``, installed with one pointer, read without a lock. What the hot path
/// reads are arrays of trivial records indexed by small integers.
public final class RoutingTable: Sendable {
    /// The number that log lines name.
    public let generation: UInt64
    /// Compiled routes, in the order of their names.
    public let routes: [RouteRecord]
    /// The name of the route at the same index of `routes`.
    public let routeNames: [String]
    /// Compiled services.
    public let services: [ServiceRecord]
    /// The name of the service at the same index of `services`.
    public let serviceNames: [String]
    /// The state of the service at the same index of `services`.
    public let serviceStates: [ServiceState]
    /// Endpoints of all services, each service's together.
    public let endpoints: [EndpointRecord]
    /// The state of the endpoint at the same index of `endpoints`.
    public let states: [EndpointState]
    /// The TLS policies that services name, each once; ``ServiceRecord/upstreamTLS`` points into them.
    public let upstreamTLS: [UpstreamTLS]
    /// The ways in which endpoints are checked, each once; ``check(of:)`` says which is an endpoint's.
    public let checks: [HealthCheck]
    /// When endpoints leave for answering badly, each policy once; ``ServiceRecord/outlier`` points into them.
    public let outlierPolicies: [OutlierPolicy]
    /// The same for the request path.
    let outliers: [OutlierRecord]
    /// One more than the largest endpoint slot in use: what a worker's pools and counters must have room for.
    public let slotLimit: Int
    /// One more than the largest `statisticsSlot` of routes and services: what a worker's counters must have room for.
    public let statisticsLimit: Int
    /// The description that it was compiled from.
    public let description: TableDescription

    /// Paths that a rewrite left in a form that cannot be sent and that were mended: see ``forwardedPath(of:path:)``.
    public let mendedPaths = Atomic<Int>(0)

    /// The tables before this one that workers may still hold: see ``releaseElders()``.
    private let elders = Mutex<[RoutingTable]>([])

    /// Hosts and paths to routes.
    let index: RouteIndex
    /// What was compiled of the services beyond their records.
    let serviceParts: CompiledServices
    /// What was compiled of the routes beyond their records.
    let routeParts: CompiledRoutes
    /// Where slots come from: the same along a chain of tables.
    let registries: Registries

    /// A table that knows no host.
    public convenience init() {
        self.init(
            description: TableDescription(), services: CompiledServices(), routes: CompiledRoutes(),
            index: RouteIndex(),
            registries: Registries())
    }

    /// A table of compiled parts.
    init(
        description: TableDescription, services: CompiledServices, routes: CompiledRoutes, index: RouteIndex,
        registries: Registries
    ) {
        generation = description.generation
        self.description = description
        self.routes = routes.records
        routeNames = routes.names
        self.services = services.records
        serviceNames = services.names
        serviceStates = services.serviceStates
        endpoints = services.endpoints
        states = services.states
        upstreamTLS = services.upstreamTLS
        checks = services.health.checks
        outlierPolicies = services.health.outlierPolicies
        outliers = services.health.outliers
        slotLimit = (services.endpoints.lazy.map { Int($0.slot) }.max() ?? -1) + 1
        let routeSlots = routes.records.lazy.map { Int($0.statisticsSlot) }.max() ?? -1
        let serviceSlots = services.records.lazy.map { Int($0.statisticsSlot) }.max() ?? -1
        statisticsLimit = max(routeSlots, serviceSlots) + 1
        self.index = index
        serviceParts = services
        routeParts = routes
        self.registries = registries
    }

    /// Compiles `description`.
    ///
    /// Entries that cannot be are left out, each with its problem; the rest stands.
    ///
    /// Takes time in proportion to the description, and less for what `previous` holds already: its endpoints, counters and
    /// regular expressions are taken over. Call it off the workers.
    ///
    /// - Parameter previous: the table in force: endpoints that stay keep their state.
    public static func compile(
        _ description: TableDescription, previous: RoutingTable?
    ) -> (table: RoutingTable, problems: [TableProblem]) {
        previous?.releaseElders()
        let registries = previous?.registries ?? Registries()
        var problems: [TableProblem] = []
        let services = CompiledServices(
            description.services, previous: previous?.serviceParts, registries: registries, problems: &problems)
        var compiler = RouteCompiler(services: services, previous: previous?.routeParts, registries: registries)
        compiler.compile(description.routes)
        problems += compiler.problems
        let table = RoutingTable(
            description: description, services: services, routes: compiler.compiled, index: compiler.index.finished(),
            registries: registries)
        if let previous { table.follow(previous) }
        return (table, problems)
    }

    /// Frees the tables before this one that nobody else holds any more.
    ///
    /// A table of 10,000 hosts takes milliseconds to free, which would fall to the worker that lets go of it last. So each
    /// table holds on to those before it until the next one is compiled, or until this is called, by whoever may be slow.
    public func releaseElders() {
        let freed = elders.withLock { elders in
            var held: [RoutingTable] = []
            var freed: [RoutingTable] = []
            while !elders.isEmpty {
                var last = [elders.removeLast()]
                if isKnownUniquelyReferenced(&last[0]) { freed += last } else { held += last }
            }
            elders = held.reversed()
            return freed
        }
        // Outside of the lock: here they go.
        _ = consume freed
    }

    /// Takes over what `previous` held on to, and `previous` with it.
    private func follow(_ previous: RoutingTable) {
        let older = previous.elders.withLock { elders in
            let older = elders
            elders = []
            return older
        }
        elders.withLock { $0 = older + [previous] }
    }

    /// The route for a request.
    ///
    /// The most specific host that has a matching route wins: exact, then the longest wildcard, then a first label (`web.*`),
    /// then regexes in the order of their routes' names, then any host. Within a host likewise: exact path, longest prefix,
    /// regexes, any path; then the more conditions (methods count as one, each header as one), then the route's name. A host
    /// that is known but has no route for the path, method and headers is passed over for the less specific ones. A route for
    /// GET takes HEAD too (RFC 9110 §9.3.2).
    ///
    /// Allocates nothing but for a regular expression's first matches. The cost depends on the lengths of host and path, not
    /// on how many there are in the table; regex hosts are tried one after the other.
    ///
    /// - Parameters:
    ///   - host: the host as ``HostName/normalize(_:into:)`` gives it; empty if there was none.
    ///   - path: the path as ``RequestPath`` gives it; an empty one stands for `/`.
    ///   - method: the method, if known.
    ///   - methodName: its octets.
    ///   - head: the head's octets, into which `fields` point.
    ///   - fields: the head's fields.
    public func match(
        host: RawSpan, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>
    ) -> RouteMatch {
        index.match(host: host, path: path, method: method, methodName: methodName, head: head, fields: fields)
    }
}
