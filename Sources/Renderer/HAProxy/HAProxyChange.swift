/// What a new configuration asks of an HAProxy that runs with an old one.
public enum HAProxyChange: Sendable, Equatable {
    /// Nothing: the texts mean the same.
    case nothing
    /// Changes of servers that the runtime API can make.
    case live(HAProxyPlan)
    /// A reload, for this reason.
    case reload(String)

    /// Commands in one plan; beyond this a reload is the smaller effort, and leaves less to be verified.
    static let commandCountMax = 500

    /// Compares two texts of a whole configuration.
    ///
    /// Live are: a server's address and port (IP addresses only), its weight, `disabled`, and servers that come and go where
    /// the branch and the way of balancing allow it. Texts that differ only in blanks, quotes, comments or the order of
    /// servers where it does not matter ask for nothing. Whatever else differs is a reload. Asks nobody and changes nothing.
    ///
    /// - Parameters:
    ///   - old: the text that the running HAProxy was started with, or was changed to since.
    ///   - new: a text that `haproxy -c` has found right.
    ///   - version: of the running HAProxy.
    public static func between(old: String, new: String, version: HAProxyVersion) -> HAProxyChange {
        if old.utf8.elementsEqual(new.utf8) { return .nothing }
        do throws(HAProxyFailure) {
            guard version >= HAProxyVersion.oldest else {
                throw HAProxyFailure(
                    "HAProxy \(version) has no runtime API that does: at least \(HAProxyVersion.oldest)")
            }
            let comparison = HAProxyComparison(
                old: HAProxyConfiguration(old), new: HAProxyConfiguration(new), version: version)
            let plan = try comparison.plan()
            guard !plan.backends.isEmpty else { return .nothing }
            let count = plan.commandCount
            guard count <= commandCountMax else {
                throw HAProxyFailure(
                    "\(count) commands: with more than \(commandCountMax) a reload is the smaller effort")
            }
            return .live(plan)
        } catch {
            return .reload(error.description)
        }
    }
}
