/// The processes of a master: what `show proc` tells.
struct ProcessList: Sendable, Equatable {
    /// Reloads that failed since the last one that did not; nil where the branch does not tell (before 2.5).
    var failedReloads: Int?
    /// The workers that serve.
    var workers: [Int32] = []
    /// Workers of earlier configurations, as reloads passed since they served, the most first.
    var oldWorkers: [Int32] = []

    /// Reads the reply to `show proc`.
    init(_ reply: String) throws(HAProxyFailure) {
        var (hasMaster, areOld): (Bool, Bool) = (false, false)
        var old: [(pid: Int32, reloads: Int)] = []
        for line in reply.split(separator: "\n") {
            if line.hasPrefix("#") {
                if line.hasPrefix("# old workers") { areOld = true } else if line.hasPrefix("# ") { areOld = false }
                continue
            }
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 4, let pid = Int32(fields[0]) else {
                throw HAProxyFailure("show proc: \(line.debugDescription) is not understood")
            }
            switch fields[1] {
            case "master":
                hasMaster = true
                if fields[3] == "[failed:" {
                    failedReloads = fields.count > 4 ? Int(fields[4].dropLast()) : nil
                }
            case "worker" where areOld: old.append((pid, Int(fields[2]) ?? 0))
            case "worker": workers.append(pid)
            default: break
            }
        }
        guard hasMaster else { throw HAProxyFailure("show proc: no master: \(reply.prefix(80).debugDescription)") }
        oldWorkers = old.sorted { $0.reloads > $1.reloads }.map(\.pid)
    }
}
