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
    /// The engines, in any order.
    var engines: [ShownEngine]

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

    /// What the command-line client prints of the cluster as a whole.
    private var rows: [(String, String)] {
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
        return rows
    }

    /// Docker's `Info` as JSON, with sums over all engines, and with the rows that the command-line client prints as they
    /// stand: the cluster's, then each engine's.
    ///
    /// - Parameters:
    ///   - host: the manager's host: its name and kernel.
    ///   - time: now, as RFC 3339 writes it.
    ///   - listeners: clients that follow events.
    func octets(host: (name: String, kernel: String), time: String, listeners: Int) -> [UInt8] {
        var octets = document(host: host, time: time, listeners: listeners).octets
        octets.removeLast()
        octets += ",\"SystemStatus\":[".utf8
        octets += ShownEngine.octets(rows)
        for engine in engines.sorted(by: { EngineReport.precedes($0.report, $1.report) }) {
            octets.append(UInt8(ascii: ","))
            octets += engine.rows
        }
        octets += "]}".utf8
        return octets
    }

    /// `Info` without the rows.
    private func document(host: (name: String, kernel: String), time: String, listeners: Int) -> JSONValue {
        func sum(_ path: KeyPath<EngineReport, Int>) -> JSONValue {
            .integer(engines.reduce(0) { $0 + $1.report[keyPath: path] })
        }
        func total(_ path: KeyPath<EngineReport, Int64>) -> JSONValue {
            .integer(engines.reduce(Int64(0)) { $0.addingReportingOverflow($1.report[keyPath: path]).partialValue })
        }
        var document = JSONValue.object(
            JSONObject([
                ("ID", .string("")), ("Containers", sum(\.containers)), ("ContainersRunning", sum(\.running)),
                ("ContainersPaused", sum(\.paused)), ("ContainersStopped", sum(\.stopped)), ("Images", sum(\.images)),
                ("Driver", .string("")), ("DriverStatus", .null),
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
