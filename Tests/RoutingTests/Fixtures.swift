@testable import Routing

extension RouteDescription {
    /// A route to the service `s-80`.
    init(_ name: String, hosts: [String] = [], paths: [String] = [], edit: (inout RouteDescription) -> Void = { _ in })
    {
        self.init(name: name, provenance: Provenance(source: "test:\(name)"))
        self.hosts = hosts
        self.paths = paths
        services = [WeightedService(service: "s-80")]
        edit(&self)
    }
}

extension ServiceDescription {
    /// A service at `addresses`.
    init(_ name: String, _ addresses: [String], edit: (inout ServiceDescription) -> Void = { _ in }) {
        self.init(name: name)
        endpoints = addresses.map {
            EndpointDescription(address: $0, provenance: Provenance(source: "test:\(name)/\($0)"))
        }
        edit(&self)
    }
}

extension TableDescription {
    /// Routes to `s-80`, which has one endpoint.
    init(routes: [RouteDescription]) {
        self.init()
        services = [ServiceDescription("s-80", ["10.0.0.1:80"])]
        self.routes = routes
    }

    /// Services alone.
    init(services: [ServiceDescription]) {
        self.init()
        self.services = services
    }

    /// The table without regard to problems.
    func compiled(previous: RoutingTable? = nil) -> RoutingTable {
        RoutingTable.compile(self, previous: previous).table
    }

    /// Its problems' reasons.
    var problems: [TableProblem] { RoutingTable.compile(self, previous: nil).problems }
}
