import Control
import Discovery
import Routing
import Synchronization

/// An installer that remembers the tables and lets a test wait for one.
final class Recorder: TableInstaller {
    private struct State {
        var tables: [TableDescription] = []
        var problems: [DiscoveryProblem] = []
        var installing = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())

    func install(_ table: RoutingTable) {
        state.withLock {
            $0.installing += 1
            $0.mostAtOnce = max($0.mostAtOnce, $0.installing)
        }
        state.withLock {
            $0.tables.append(table.description)
            $0.installing -= 1
        }
    }

    func note(_ problem: DiscoveryProblem) {
        state.withLock { $0.problems.append(problem) }
    }

    var tables: [TableDescription] { state.withLock { $0.tables } }
    var latest: TableDescription? { state.withLock { $0.tables.last } }
    var generations: [UInt64] { state.withLock { $0.tables.map(\.generation) } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    /// Waits until `condition` holds; the test's time limit ends it if it never does.
    func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Waits for a table in force that `condition` holds for.
    func table(_ condition: (TableDescription) -> Bool) async throws -> TableDescription {
        while true {
            if let latest, condition(latest) { return latest }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Waits for a problem that appears.
    func problem(_ condition: (DiscoveryProblem) -> Bool) async throws {
        try await until { state.withLock { $0.problems }.contains(where: condition) }
    }
}
