import Control
import Discovery
import Synchronization

extension DemoCommand {
    /// Says what happens to the table, as it happens.
    final class Witness: Sendable {
        private let names: [String: String]
        private let latest = Mutex<Installation?>(nil)

        /// One that knows the backends by name.
        init(_ backends: [Backend]) {
            names = Dictionary(
                backends.map { ("web-80/\($0.address)", $0.name) }, uniquingKeysWith: { first, _ in first })
        }

        /// The newest table that was put in force.
        var installation: Installation? { latest.withLock { $0 } }

        /// A table was put in force.
        func tell(_ installation: Installation) {
            latest.withLock { $0 = installation }
            let changes = installation.changes
            var parts: [String] = []
            for (sign, endpoints) in [
                ("+", changes.addedEndpoints), ("-", changes.removedEndpoints), ("~", changes.changedEndpoints),
            ] {
                parts += endpoints.map { "\(sign) \($0)\(names[$0].map { " (\($0))" } ?? "")" }
            }
            parts += changes.addedRoutes.map { "+ route \($0)" }
            parts += changes.removedRoutes.map { "- route \($0)" }
            parts += changes.changedRoutes.map { "~ route \($0)" }
            let list = parts.prefix(6).joined(separator: ", ") + (parts.count > 6 ? ", ..." : "")
            KVCommand.writeLine(
                "  table \(installation.generation), in force \(installation.latency.milliseconds) ms after the store's word: \(list)"
            )
        }

        /// An entry was left out, or the like.
        func tell(_ problem: DiscoveryProblem) {
            KVCommand.writeLine("  problem: \(problem)")
        }
    }
}
