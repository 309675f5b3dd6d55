internal import KeyValue
internal import Synchronization

/// Where it is kept which engines an operator has taken out of the scheduling, so that the next primary knows.
protocol MaintenanceStore: Sendable {
    /// The IDs of the engines that are drained.
    func drainedEngines() async throws -> Set<String>

    /// Keeps whether an engine is drained.
    func keep(_ engineID: String, isDrained: Bool) async throws
}

/// In memory: where there is no store, and only one manager.
final class MemoryMaintenance: MaintenanceStore {
    private let drained = Mutex<Set<String>>([])

    func drainedEngines() async throws -> Set<String> { drained.withLock { $0 } }

    func keep(_ engineID: String, isDrained: Bool) async throws {
        drained.withLock { drained in
            if isDrained { drained.insert(engineID) } else { drained.remove(engineID) }
        }
    }
}

/// In the cluster's store: a key for each engine that is drained, whatever its value.
struct StoreMaintenance: MaintenanceStore {
    /// The store.
    let source: DiscoverySource.Store

    func drainedEngines() async throws -> Set<String> {
        let prefix = source.keys.maintenance
        return Set(try await source.store.list(prefix: prefix).entries.map { String($0.key.dropFirst(prefix.count)) })
    }

    func keep(_ engineID: String, isDrained: Bool) async throws {
        let key = source.keys.maintenance + engineID
        if isDrained {
            try await source.store.put(key, value: Array("drained".utf8), flags: source.flags)
        } else {
            try await source.store.delete(key)
        }
    }
}
