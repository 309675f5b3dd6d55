import Gateway
import Lab
import Routing
import Synchronization

/// A gateway in this process with one listener at 127.0.0.1, and the table that it has.
final class Edge: Sendable {
    let gateway: Gateway
    private let table = Mutex<RoutingTable?>(nil)

    /// Starts a gateway that routes by `description`; `configure` may change everything but the table.
    init(
        _ description: TableDescription, workers: Int = 1, configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = GatewayConfiguration()
        configuration.workers = workers
        configuration.listeners = [try Self.listener("127.0.0.1:0")]
        configure(&configuration)
        gateway = try Gateway(configuration: configuration)
        try install(description)
        try gateway.start()
    }

    deinit {
        _ = Drain(gateway, within: .milliseconds(1))
    }

    /// A listener at `address`, called `http`.
    static func listener(_ address: String, name: String = "http") throws -> ListenerConfiguration {
        guard let parsed = EndpointAddress(address, allowingPortZero: true) else {
            throw LabError("\(address) is no address")
        }
        return ListenerConfiguration(address: .ip(parsed), name: name)
    }

    /// The port of the listener at `index`.
    func port(_ index: Int = 0) -> UInt16 {
        if case .ip(let address) = gateway.listenAddresses[index] { address.port } else { 0 }
    }

    /// A client of the first listener.
    var client: RawClient { RawClient(port: port()) }

    /// The table that was installed last.
    var currentTable: RoutingTable? { table.withLock { $0 } }

    /// Compiles a table and puts it in force.
    func install(_ description: TableDescription) throws {
        let problems = table.withLock { table in
            let (fresh, problems) = RoutingTable.compile(description, previous: table)
            if problems.isEmpty {
                table = fresh
                gateway.install(fresh)
            }
            return problems
        }
        if let problem = problems.first { throw LabError("table: \(problem.subject): \(problem.reason)") }
    }

    /// Waits until no endpoint of the table has a request.
    func waitUntilNothingIsInFlight() throws {
        let states = table.withLock { $0?.states ?? [] }
        let deadline = Deadline.after(.seconds(10))
        while let busy = states.first(where: { $0.inFlight.load(ordering: .relaxed) != 0 }) {
            if deadline.hasPassed {
                throw LabError("\(busy.identity) has \(busy.inFlight.load(ordering: .relaxed)) requests")
            }
            Deadline.after(.milliseconds(5)).pass()
        }
    }

    /// Waits until the counters are as `isRight` says: a worker writes them a moment after the client has its answer.
    @discardableResult
    func statistics(_ isRight: (GatewayStatistics) -> Bool) throws -> GatewayStatistics {
        let deadline = Deadline.after(.seconds(10))
        while true {
            let statistics = gateway.statistics()
            if isRight(statistics) { return statistics }
            if deadline.hasPassed { throw LabError("the statistics stay at \(statistics)") }
            Deadline.after(.milliseconds(5)).pass()
        }
    }
}

/// The host of every route that ``TableDescription/one(_:service:route:)`` makes.
let host = "web.test"

extension TableDescription {
    /// A table of one route, for ``host``, to one service, `web-80`, at `endpoints`.
    static func one(
        _ endpoints: [String], generation: UInt64 = 1, service edit: (inout ServiceDescription) -> Void = { _ in },
        route change: (inout RouteDescription) -> Void = { _ in }
    ) -> TableDescription {
        let provenance = Provenance(source: "test")
        var service = ServiceDescription(name: "web-80")
        service.endpoints = endpoints.map { EndpointDescription(address: $0, provenance: provenance) }
        edit(&service)
        var route = RouteDescription(name: "web", provenance: provenance)
        route.hosts = [host]
        route.services = [WeightedService(service: "web-80")]
        change(&route)
        var description = TableDescription()
        description.generation = generation
        description.services = [service]
        description.routes = [route]
        return description
    }
}
