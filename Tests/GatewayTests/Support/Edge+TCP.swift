import Gateway
import Routing

@testable import Lab

/// The service of every TCP listener that ``Edge/tcp(_:configure:)`` makes.
let raw = "raw-1"

extension TableDescription {
    /// A table of one service, ``raw``, at `endpoints`, and no route.
    static func raw(
        _ endpoints: [String], generation: UInt64 = 1, service edit: (inout ServiceDescription) -> Void = { _ in }
    ) -> TableDescription {
        var description = TableDescription()
        description.generation = generation
        description.services = [service(GatewayTests.raw, endpoints, edit)]
        return description
    }

    /// A service at `endpoints`.
    static func service(
        _ name: String, _ endpoints: [String], _ edit: (inout ServiceDescription) -> Void = { _ in }
    ) -> ServiceDescription {
        var service = ServiceDescription(name: name)
        service.endpoints = endpoints.map {
            EndpointDescription(address: $0, provenance: Provenance(source: "test"))
        }
        edit(&service)
        return service
    }
}

extension Edge {
    /// An edge whose one listener forwards connections to ``raw``.
    static func tcp(
        _ description: TableDescription, workers: Int = 1,
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> Edge {
        try Edge(description, workers: workers) { configuration in
            configuration.listeners[0].tcp = TCPListenerConfiguration(service: raw)
            configure(&configuration)
        }
    }

    /// A connection to the first listener.
    func connect(receiveBuffer: Int32? = nil) throws -> Socket {
        try Socket.connect(port: port(), receiveBuffer: receiveBuffer)
    }

    /// Whether a new connection is reset before anything is said on it.
    func turnsAway() throws -> Bool {
        do {
            return try connect().isReset()
        } catch let error as LabError where error.isReset {
            return true
        }
    }
}
