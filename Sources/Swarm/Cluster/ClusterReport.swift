/// The cluster as `GET /info` tells it.
struct ClusterReport: Sendable {
    /// What this manager is among others.
    enum Role: Sendable, Equatable {
        /// The one that schedules, or the only one.
        case primary
        /// Another is; nil while nobody knows which.
        case replica(of: String?)
    }

    var role: Role
    var scheduler: Scheduler
    var engines: [EngineReport]

    /// The release that clients are told: that of the Docker Swarm whose API this is.
    static let release = "swarm/1.2.9"

    /// The processors' kind, in Go's words.
    static let architecture: String = {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }()

    /// What the command-line client prints as they stand, in this order.
    var rows: [(String, String)] {
        var rows: [(String, String)] = []
        switch role {
        case .primary: rows.append(("Role", "primary"))
        case .replica(let primary):
            rows.append(("Role", "replica"))
            rows.append(("Primary", primary ?? ""))
        }
        rows.append(("Strategy", scheduler.strategy.rawValue))
        rows.append(("Filters", scheduler.filters.map(\.rawValue).joined(separator: ", ")))
        rows.append(("Nodes", String(engines.count)))
        for engine in engines.sorted(by: EngineReport.precedes) { rows += engine.rows }
        return rows
    }

    /// Docker's `Info`, with sums over all engines.
    ///
    /// - Parameters:
    ///   - host: the manager's host: its name and kernel.
    ///   - time: now, as RFC 3339 writes it.
    ///   - listeners: clients that follow events.
    func document(host: (name: String, kernel: String), time: String, listeners: Int) -> JSONValue {
        func sum(_ path: KeyPath<EngineReport, Int>) -> JSONValue {
            .integer(engines.reduce(0) { $0 + $1[keyPath: path] })
        }
        func total(_ path: KeyPath<EngineReport, Int64>) -> JSONValue {
            .integer(engines.reduce(Int64(0)) { $0.addingReportingOverflow($1[keyPath: path]).partialValue })
        }
        var document = JSONValue.object(
            JSONObject([
                ("ID", .string("")), ("Containers", sum(\.containers)), ("ContainersRunning", sum(\.running)),
                ("ContainersPaused", sum(\.paused)), ("ContainersStopped", sum(\.stopped)), ("Images", sum(\.images)),
                ("Driver", .string("")), ("DriverStatus", .null),
                (
                    "SystemStatus", .array(rows.map { .array([.string($0.0), .string($0.1)]) })
                ),
                ("NCPU", total(\.processors)), ("MemTotal", total(\.memoryBytes)), ("Name", .string(host.name)),
                ("KernelVersion", .string(host.kernel)), ("OperatingSystem", .string("linux")),
                ("OSType", .string("linux")),
                ("Architecture", .string(Self.architecture)), ("ServerVersion", .string(Self.release)),
                ("SystemTime", .string(time)), ("NEventsListener", .integer(listeners)),
                ("ExperimentalBuild", .boolean(false)), ("Debug", .boolean(false)), ("DockerRootDir", .string("")),
                ("IndexServerAddress", .string("")), ("Labels", .null),
                // Clients that look for Docker's swarm mode find that it is off.
                ("Swarm", .object(JSONObject([("LocalNodeState", .string("inactive"))]))),
            ]))
        for name in [
            "MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "IPv4Forwarding",
            "BridgeNfIptables", "BridgeNfIp6tables", "OomKillDisable",
        ] {
            document[name] = .boolean(true)
        }
        return document
    }
}
