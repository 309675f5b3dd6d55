public import KeyValue
internal import Logging

/// A host's services in Consul's catalog, by the agent that keeps them.
///
/// The agent tells what it keeps, so only what differs is registered, and what is this host's by its ID
/// (`<dhost>:<cname>:<cport>`) or was registered by this registry, and is not wanted any more, is deregistered. With a
/// lifetime each service has a check with that TTL beside its own, which refreshing passes: when the host is gone it is
/// critical, and whoever looks at health does not see the service any more.
public actor CatalogRegistry: Registry {
    /// `consul://HOST:PORT` without secrets.
    public nonisolated let name: String
    private let consul: ConsulStore
    private let settings: RegistrySettings
    private var registered: Set<String> = []

    /// How many requests are under way at once.
    private static let concurrency = 8

    /// A registry at `consul`'s agent; nothing is asked yet.
    public init(_ consul: ConsulStore, settings: RegistrySettings) {
        self.consul = consul
        self.settings = settings
        name = consul.name
    }

    /// Whether the agent answers, and its cluster has a leader.
    public func ping() async throws {
        try await consul.checkLeader()
    }

    /// Makes it so that exactly `services` of this host are registered; see ``Registry/reconcile(_:)``.
    public func reconcile(_ services: [HostedService]) async throws -> RegistryChange {
        var change = RegistryChange()
        var wanted: [String: CatalogDefinition] = [:]
        for service in services {
            guard wanted[service.id] == nil else {
                let reason = "another service of this host has this ID: give it another"
                change.refused.append(RegistryRefusal(id: service.id, reason: reason))
                continue
            }
            wanted[service.id] = CatalogDefinition(service, settings: settings)
        }
        let found = try await consul.agentServices()
        var orders: [Order] = wanted.values.compactMap { definition in
            let known = found[definition.service.id]
            guard known != definition.service else { return nil }
            return .register(definition, isNew: known == nil)
        }
        for id in found.keys where wanted[id] == nil && isOurs(id) { orders.append(.deregister(id)) }
        let outcomes = try await carryOut(orders.sorted { $0.id < $1.id })
        registered = Set(wanted.keys)
        for (order, error) in outcomes {
            if let error {
                change.refused.append(RegistryRefusal(id: order.id, reason: error.description))
                if case .register(_, isNew: true) = order { registered.remove(order.id) }
                continue
            }
            switch order {
            case .register: change.written += 1
            case .deregister: change.removed += 1
            case .heartbeat: break
            }
        }
        return change
    }

    /// Passes the checks with a TTL; see ``Registry/refresh()``.
    ///
    /// Services without a lifetime are looked for: an agent that came back empty is told like a lifetime that is over.
    public func refresh() async throws -> Bool {
        guard !registered.isEmpty else { return true }
        guard settings.timeToLive != nil else {
            let found = try await consul.agentServices()
            return registered.allSatisfy { found[$0] != nil }
        }
        let outcomes = try await carryOut(registered.sorted().map { .heartbeat($0) })
        return outcomes.allSatisfy { $0.1 == nil }
    }

    /// Deregisters what this registry registered.
    public func leave() async throws {
        _ = try await carryOut(registered.sorted().map { .deregister($0) })
        registered = []
    }

    // MARK: Orders

    /// One request to the agent.
    private enum Order: Sendable {
        case register(CatalogDefinition, isNew: Bool)
        case deregister(String)
        case heartbeat(String)

        var id: String {
            switch self {
            case .register(let definition, _): definition.service.id
            case .deregister(let id), .heartbeat(let id): id
            }
        }
    }

    private func isOurs(_ id: String) -> Bool {
        registered.contains(id) || HostedID(id)?.host == settings.host
    }

    /// Carries out `orders`, a few at a time.
    ///
    /// - Returns: each with what the agent refused it for, if it did.
    private func carryOut(_ orders: [Order]) async throws -> [(Order, KeyValueError?)] {
        let consul = consul
        return try await withThrowingTaskGroup(of: (Order, KeyValueError?).self) { group in
            var outcomes: [(Order, KeyValueError?)] = []
            var rest = orders.makeIterator()
            func begin() {
                guard let order = rest.next() else { return }
                group.addTask { (order, try await Self.carryOut(order, at: consul)) }
            }
            for _ in 0..<Self.concurrency { begin() }
            while let outcome = try await group.next() {
                outcomes.append(outcome)
                begin()
            }
            return outcomes
        }
    }

    private static func carryOut(_ order: Order, at consul: ConsulStore) async throws(KeyValueError) -> KeyValueError? {
        do {
            switch order {
            case .register(let definition, let isNew):
                try await consul.registerService(
                    definition.service.id, definition: definition.json, replacesChecks: !isNew)
            case .deregister(let id): try await consul.deregisterService(id)
            case .heartbeat(let id):
                guard try await consul.passCheck(CatalogDefinition.heartbeatID(id)) else {
                    return KeyValueError(.invalid, "heartbeat of \(id): \(consul.name): it is not registered any more")
                }
            }
            return nil
        } catch  where error.kind == .invalid || error.kind == .denied {
            return error
        } catch {
            // Some of what is wrong with one service alone is answered like a fault of the agent's, which then answers.
            guard case .register = order, error.kind == .unavailable else { throw error }
            try await consul.checkLeader()
            return error
        }
    }
}
