/// What `--discovery-opt` says of the store in which engines are told.
public struct DiscoveryOptions: Sendable, Equatable {
    /// Where entries are if nothing is said: where classic Docker Swarm has them.
    static let standardPath = "docker/swarm/nodes"

    /// `kv.path`, where entries are, below the path of the URL; without slashes at its ends.
    var path = Self.standardPath
    /// `kv.cacertfile`, the PEM file of the store's authority; empty if it is not said.
    var authority = ""
    /// `kv.certfile` and `kv.keyfile`, the certificate that the store is shown.
    var certificate = ""
    var key = ""

    /// Whether the store is spoken to over TLS.
    var isTLS: Bool { !(authority + certificate + key).isEmpty }

    /// Reads `NAME=VALUE` each.
    ///
    /// - Throws: ``SwarmUsageError`` for what is no such pair, and for a name that is not known.
    public init(_ texts: [String] = []) throws(SwarmUsageError) {
        for (name, value) in try Self.pairs(texts, "--discovery-opt") {
            switch name {
            case "kv.path":
                path = value.split(separator: "/").joined(separator: "/")
                guard !path.isEmpty else {
                    throw SwarmUsageError("--discovery-opt kv.path is empty: write a path such as docker/swarm/nodes")
                }
            case "kv.cacertfile": authority = value
            case "kv.certfile": certificate = value
            case "kv.keyfile": key = value
            default:
                throw SwarmUsageError(
                    "--discovery-opt \(name): it is kv.path, kv.cacertfile, kv.certfile or kv.keyfile")
            }
        }
        guard certificate.isEmpty == key.isEmpty else {
            throw SwarmUsageError("--discovery-opt kv.certfile and kv.keyfile belong together")
        }
    }

    /// Takes `NAME=VALUE` apart, each of `texts`.
    static func pairs(
        _ texts: [String], _ flag: String
    ) throws(SwarmUsageError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw SwarmUsageError("\(flag) \"\(text)\": write NAME=VALUE")
            }
            pairs.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        return pairs
    }
}
