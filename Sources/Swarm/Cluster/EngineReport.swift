/// An engine as `docker info` and lists of nodes show it.
struct EngineReport: Sendable, Equatable {
    /// Its name, empty before it was spoken with.
    var name = ""
    /// Where it is reached.
    var address: NodeAddress
    /// Its ID, empty before it was spoken with.
    var id = ""
    /// How it stands.
    var standing: EngineStanding
    /// Containers that run, are paused, and have ended.
    var running = 0
    var paused = 0
    var stopped = 0
    /// Images that it holds.
    var images = 0
    /// Processors and octets of memory that may be promised, and those that are.
    var processors: Int64 = 0
    var reservedProcessors: Int64 = 0
    var memoryBytes: Int64 = 0
    var reservedMemoryBytes: Int64 = 0
    /// Its labels, with the built-in ones.
    var labels: [String: String] = [:]
    /// When it was last looked at, `2026-11-24T02:20:31Z`; empty for never.
    var updated = ""
    /// Since when it stands as it does, likewise.
    var since = ""
    /// The engine's release.
    var version = ""
    /// The newest version of the API that it speaks.
    var apiVersion = ""

    /// Containers in all.
    var containers: Int { running + paused + stopped }

    /// The order of lists: by name, numbers in it as numbers.
    static func precedes(_ left: EngineReport, _ right: EngineReport) -> Bool {
        let order = NaturalOrder.compare(left.name, right.name)
        return order == 0 ? left.address < right.address : order < 0
    }

    /// The rows of `docker info`, in Docker Swarm's order.
    var rows: [(String, String)] {
        let isHealthy = standing.isAnswering
        var rows = [
            (" \(name.isEmpty ? "(unknown)" : name)", address.description),
            ("  └ ID", id.isEmpty ? "(unknown)" : "\(id)|\(address)"),
            ("  └ Status", standing.condition.rawValue),
            (
                "  └ Containers",
                isHealthy
                    ? "\(containers) (\(running) Running, \(paused) Paused, \(stopped) Stopped)" : "\(containers)"
            ),
            ("  └ Reserved CPUs", "\(reservedProcessors) / \(processors)"),
            (
                "  └ Reserved Memory",
                "\(BinarySize.text(reservedMemoryBytes)) / \(BinarySize.text(memoryBytes))"
            ),
            (
                "  └ Labels",
                labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            ),
        ]
        if !standing.error.isEmpty { rows.append(("  └ Error", standing.error)) }
        rows.append(("  └ UpdatedAt", updated))
        rows.append(("  └ ServerVersion", version))
        return rows
    }
}
