/// What has to be done to a running HAProxy so that it does what a new text says, without a reload.
///
/// Made by ``HAProxyChange/between(old:new:version:)``, carried out by ``HAProxyLive/apply(_:)``.
public struct HAProxyPlan: Sendable, Equatable, CustomStringConvertible {
    /// What a text says of one server.
    struct Server: Sendable, Equatable {
        /// Nil where the text has a name or a socket: then the running address is not known from it.
        var address: HAProxyAddress?
        var weight: Int
        var isDisabled: Bool
        /// All that only a reload can change; nil if the text could not be understood.
        var settings: HAProxyServerSettings?
        /// What must follow `add server` to make it; nil if it cannot be added.
        var dynamicWords: [String]?

        /// Whether it is for the time that no other server is there.
        var isBackup: Bool { settings?.has("backup") ?? false }
    }

    /// What happens to one server.
    enum Change: Sendable, Equatable {
        case add
        case remove
        /// Each is nil if it stays as it is.
        case modify(address: HAProxyAddress?, weight: Int?, isDisabled: Bool?)
    }

    /// A backend in which something changes.
    struct Backend: Sendable, Equatable {
        var name: String
        /// Its servers in the old text and in the new one.
        var old: [String: Server]
        var new: [String: Server]
        /// Servers that are known by name only.
        var templateNames: Set<String>
        /// In the order of the new text, removals last.
        var changes: [(name: String, change: Change)]
        /// Whether clients are tied to servers.
        var isSticky: Bool

        static func == (left: Backend, right: Backend) -> Bool {
            left.name == right.name && left.old == right.old && left.new == right.new
                && left.templateNames == right.templateNames && left.isSticky == right.isSticky
                && left.changes.map(\.name) == right.changes.map(\.name)
                && left.changes.map(\.change) == right.changes.map(\.change)
        }
    }

    var backends: [Backend]
    /// Octets that a line of commands may have: what the text's tune.bufsize leaves room for.
    var lineBytesMax: Int

    /// Servers that are added, removed or changed.
    public var changeCount: Int { backends.map(\.changes.count).reduce(0, +) }

    /// Commands at the most.
    var commandCount: Int {
        var count = 0
        for backend in backends {
            for (name, change) in backend.changes {
                switch change {
                case .add: count += backend.new[name]?.settings?.has("check") == true ? 3 : 2
                case .remove: count += 4
                case .modify(let address, let weight, let isDisabled):
                    // An address may be changed in maintenance, which is two more.
                    count += (address == nil ? 0 : 3) + (weight == nil ? 0 : 1) + (isDisabled == nil ? 0 : 1)
                }
            }
        }
        return count
    }

    /// A line for logs: `web: +s3 -s1 s2 10.0.0.9:80 weight 5`.
    public var description: String {
        backends.map { backend in
            let changes = backend.changes.map { name, change in
                switch change {
                case .add: return "+\(name)"
                case .remove: return "-\(name)"
                case .modify(let address, let weight, let isDisabled):
                    let words = [
                        name, address?.text, weight.map { "weight \($0)" },
                        isDisabled.map { $0 ? "disabled" : "enabled" },
                    ]
                    return words.compactMap { $0 }.joined(separator: " ")
                }
            }
            return "\(backend.name): " + changes.joined(separator: ", ")
        }.joined(separator: "; ")
    }
}
