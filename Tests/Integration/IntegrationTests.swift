import Lab
import Synchronization
import Testing

/// The whole program against real backends, stores and clients.
///
/// One test at a time: many of them load the machine, and what they measure must be their own.
@Suite(.serialized) enum IntegrationTests {}

/// Where an edge's endpoints come from.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case embedded
    case consul

    var testDescription: String { self.rawValue }
}

/// An edge, its store, and the store's API.
final class Setting: Sendable {
    let edge: EdgeProcess
    let api: KeyValueAPI
    let consul: ConsulAgent?
    private let marker: TestBackend
    private let settlings = Mutex(0)
    /// Backends live as long as the setting does.
    private let backends: Mutex<[TestBackend]>

    /// An edge with a store of `kind` that holds `services`.
    init(
        _ kind: StoreKind = .embedded, services: [String: [TestBackend]] = [:], configuration: String? = nil,
        workers: Int = 1, flags: [String] = [], hasAdmin: Bool = false
    ) throws {
        self.marker = try TestBackend("marker")
        self.backends = Mutex(services.values.flatMap { $0 })
        switch kind {
        case .embedded:
            self.consul = nil
            self.edge = try EdgeProcess(
                configuration: configuration, workers: workers, flags: flags, hasAdmin: hasAdmin)
            self.api = try self.edge.api
        case .consul:
            let consul = try ConsulAgent(isPersistent: true)
            self.consul = consul
            self.edge = try EdgeProcess(
                store: "consul://127.0.0.1:\(consul.port)", configuration: configuration, workers: workers,
                flags: flags, hasAdmin: hasAdmin)
            self.api = consul.api
        }
        for (service, backends) in services {
            for (index, backend) in backends.enumerated() {
                try self.put("services/\(service)/h1:c\(index):80", backend)
            }
        }
        try self.settle()
    }

    /// One service `web-80` with `backend` as its endpoint.
    convenience init(
        _ kind: StoreKind = .embedded, backend: TestBackend, configuration: String? = nil, flags: [String] = []
    ) throws {
        try self.init(kind, services: ["web-80": [backend]], configuration: configuration, flags: flags)
    }

    /// Writes an endpoint's key.
    func put(_ key: String, _ backend: TestBackend) throws {
        self.backends.withLock { $0.append(backend) }
        try self.api.put(key, backend.address)
    }

    /// Waits until everything that was written so far is in force, without asking any of its backends: a service written
    /// after it is reached.
    func settle() throws {
        let number = self.settlings.withLock { count in
            count += 1
            return count
        }
        try self.api.put("services/settled\(number)-80/h1:marker:80", self.marker.address)
        try self.edge.waitForAnswer(200, host: "settled\(number)-80.test", from: "marker")
    }

    /// A client of the edge.
    var client: RawClient { self.edge.client }
}
