/// What a worker says of itself: `show info`.
struct WorkerFacts: Sendable, Equatable {
    var version: HAProxyVersion
    var pid: Int32
    /// Seconds since it began.
    var uptime: Int
    /// Whether it only finishes what it has.
    var isStopping: Bool

    /// Reads the reply to `show info` of the worker at `address`.
    init(_ reply: String, of address: RuntimeAddress) throws(HAProxyFailure) {
        var values: [Substring: Substring] = [:]
        for line in reply.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
        }
        // The enterprise builds call themselves hapee.
        guard let name = values["Name"], name == "HAProxy" || name.hasPrefix("hapee"),
            let version = values["Version"].flatMap({ HAProxyVersion(String($0)) }),
            let pid = values["Pid"].flatMap({ Int32($0) }), pid > 0
        else {
            throw HAProxyFailure(
                "\(address): show info: no HAProxy with version and pid: \(reply.prefix(80).debugDescription)")
        }
        self.version = version
        self.pid = pid
        uptime = values["Uptime_sec"].flatMap { Int($0) } ?? 0
        // Branches before 2.0 do not say so.
        isStopping = values["Stopping"] == "1"
    }

    /// Whether this is another process than `other`, which may have had the same number, as the first of a container has.
    func isAnother(than other: WorkerFacts) -> Bool { pid != other.pid || uptime < other.uptime }
}
