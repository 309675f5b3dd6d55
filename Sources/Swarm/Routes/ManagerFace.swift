internal import FoundationEssentials

/// What a manager tells of itself, and how it was told to make lists.
struct ManagerFace: Sendable {
    /// What it is among others, at this moment.
    var role: @Sendable () -> ClusterReport.Role = { .primary }
    /// The name and the kernel of its host.
    var host = ManagerFace.thisHost
    /// Whether a list by node looks at that node first.
    var refreshesOnNodeFilter = false
    /// The name for which a list looks at all engines first; empty for none.
    var refreshingName = ""

    init() {}

    /// This host.
    static let thisHost: (name: String, kernel: String) = {
        func read(_ name: String) -> String {
            ((try? String(contentsOfFile: "/proc/sys/kernel/\(name)", encoding: .utf8)) ?? "").trimmingBlanks
        }
        return (read("hostname"), read("osrelease"))
    }()
}
