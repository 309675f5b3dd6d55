/// How a container is, as its engine last said.
struct ContainerCondition: Sendable, Equatable {
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    var state = "created"
    /// Its exit code, of one that is not running.
    var exitCode: Int64 = 0
    /// `starting`, `healthy` or `unhealthy`; empty without a health check.
    var health = ""
    /// When it was started last, in seconds since 1970 by the manager's clock.
    var started: Double?
    /// When it ended last.
    var finished: Double?

    init() {}

    /// Reads the `State` of an inspection.
    ///
    /// - Parameter ahead: seconds by which the engine's clock is ahead of the manager's.
    init(inspection: JSONValue, ahead: Double = 0) {
        let value = inspection["State"]
        func flag(_ name: String) -> Bool { value[name].boolean ?? false }
        exitCode = value["ExitCode"].integer ?? 0
        health = value["Health"]["Status"].text.flatMap { $0 == "none" ? nil : $0 } ?? ""
        started = value["StartedAt"].text.flatMap(EngineTime.seconds).map { $0 - ahead }
        finished = value["FinishedAt"].text.flatMap(EngineTime.seconds).map { $0 - ahead }
        if let status = value["Status"].text, !status.isEmpty {
            state = status
        } else if flag("Paused") {
            state = "paused"
        } else if flag("Restarting") {
            state = "restarting"
        } else if flag("Running") {
            state = "running"
        } else if flag("Dead") {
            state = "dead"
        } else {
            state = started == nil ? "created" : "exited"
        }
    }

    /// Whether it runs, paused or between two runs included: what a plain list shows.
    var isRunning: Bool { state == "running" || state == "paused" || state == "restarting" }

    /// What a list says of it at `now`, in seconds since 1970.
    func status(now: Double) -> String {
        func since(_ moment: Double?) -> String { EngineTime.words(now - (moment ?? now)) }
        switch state {
        case "paused": return "Up \(since(started)) (Paused)"
        case "restarting": return "Restarting (\(exitCode)) \(since(finished)) ago"
        case "running":
            guard !health.isEmpty else { return "Up \(since(started))" }
            return "Up \(since(started)) (\(health == "starting" ? "health: starting" : health))"
        case "removing": return "Removal In Progress"
        case "dead": return "Dead"
        case "created": return "Created"
        default: return finished == nil ? "" : "Exited (\(exitCode)) \(since(finished)) ago"
        }
    }
}
