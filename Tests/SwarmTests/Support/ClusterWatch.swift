import DockerEngine
import Lab
import Logging

@testable import Swarm

/// A cluster of fake engines, and all that it tells.
final class ClusterWatch: Sendable {
    let cluster: Cluster
    private let told = Guarded<(changes: [EngineChange], events: [ClusterEvent])>(([], []))
    private let reader: Task<Void, Never>

    /// A cluster whose times are a tenth of the usual, unless `change` says otherwise.
    init(_ change: (inout ClusterSettings) -> Void = { _ in }) {
        var settings = ClusterSettings()
        settings.heartbeat = .milliseconds(400)
        settings.heartbeatRetry = .milliseconds(200)
        settings.retryMin = .milliseconds(100)
        settings.retryMax = .milliseconds(800)
        change(&settings)
        let cluster = Cluster(settings, logger: Logger(label: "swarm") { _ in SwiftLogNoOpLogHandler() })
        self.cluster = cluster
        let told = self.told
        _ = cluster.listen { event in told.change { $0.events.append(event) } }
        let changes = cluster.changes()
        reader = Task {
            for await change in changes { told.change { $0.changes.append(change) } }
        }
    }

    deinit {
        reader.cancel()
        cluster.shutDown()
    }

    /// Waits until engines have come, were lost or are back, one word each with their names.
    func wait(for changes: [String]) async throws {
        let told = self.told
        let found = try await offPool {
            told.wait(until: .after(.seconds(90))) { told in
                let words = told.changes.map { "\($0.name) \($0.kind)" }
                return changes.allSatisfy(words.contains) ? true : nil
            }
        }
        guard found != nil else {
            throw LabError("never told: \(changes); told: \(told.read { $0.changes.map { "\($0.name) \($0.kind)" } })")
        }
    }

    /// All changes so far.
    var changes: [EngineChange] { told.read { $0.changes } }

    /// Waits for an event.
    func wait(forEvent action: String, of id: String) async throws {
        let told = self.told
        let found = try await offPool {
            told.wait(until: .after(.seconds(90))) { told in
                told.events.contains { $0.action == action && $0.actorID == id } ? true : nil
            }
        }
        guard found != nil else {
            throw LabError("no \(action) of \(id): \(told.read { $0.events.map(\.action) })")
        }
    }

    /// Waits until an engine's record is as wanted, looking every so often: no event tells of it.
    func wait(_ address: NodeAddress, _ condition: @escaping @Sendable (EngineRecord) -> Bool) async throws {
        let deadline = Deadline.after(.seconds(90))
        while !deadline.hasPassed {
            if let engine = cluster.read({ $0.engines[address] }), condition(engine) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw LabError("\(address) stays \(String(describing: cluster.read { $0.engines[address]?.standing }))")
    }
}

extension FakeEngines {
    /// The address of an engine.
    func node(_ index: Int) throws -> NodeAddress {
        guard let address = NodeAddress(addresses[index]) else { throw LabError("\(addresses[index])") }
        return address
    }
}
