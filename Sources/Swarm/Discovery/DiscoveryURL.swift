internal import KeyValue

/// Where the engines of a cluster are told: the one argument of `join`, `list` and `manage`.
///
/// | text | engines |
/// |---|---|
/// | `consul://[TOKEN@]HOST[:PORT][,HOST[:PORT]]...[/PREFIX]`, `consuls://` | keys of Consul, or of an edge's own store |
/// | `etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]]...[/PREFIX]`, `etcds://` | keys of etcd, by its API v3 |
/// | `embedded:DIR[?prefix=PREFIX]` | keys of the store in a directory of this machine |
/// | `file://PATH` | a file, one `HOST:PORT` a line |
/// | `nodes://HOST:PORT[,HOST:PORT]...`, and the same without `nodes://` | these |
///
/// Files and lists may hold ranges, as in `10.0.0.[5:9]:2375`. The description shows no secrets, and neither do errors.
public struct DiscoveryURL: Sendable, Equatable, CustomStringConvertible {
    /// What kind of place it is.
    enum Place: Sendable, Equatable {
        /// A key-value store, and where in it.
        case store(StorePlace)
        /// A file.
        case file(path: String)
        /// These engines, for good.
        case nodes([NodeAddress])
    }

    /// The place.
    let place: Place

    private static let examples = "write consul://HOST:PORT, etcd://HOST:PORT, embedded:DIR, file://PATH or HOST:PORT"

    /// The place that `text` names.
    ///
    /// - Throws: ``SwarmUsageError``.
    public init(_ text: String) throws(SwarmUsageError) {
        let (scheme, rest) = Self.parts(of: text)
        let words = StorePlace.Words(noun: "discovery", scheme: scheme)
        do throws(KeyValueError) {
            switch scheme {
            case "consul", "consuls", "etcd", "etcds":
                place = .store(try StorePlace(network: scheme, rest, words))
                return
            case "embedded":
                place = .store(try StorePlace(local: rest, words))
                return
            case "file":
                guard case .file(let path) = try StorePlace(local: rest, words).store else { break }
                place = .file(path: path)
                return
            default: break
            }
        } catch {
            throw SwarmUsageError(error.description)
        }
        switch scheme {
        case "", "nodes":
            let list = try NodeList.parse(scheme.isEmpty ? rest : rest.dropFirst(2))
            guard !list.isEmpty else { throw SwarmUsageError("discovery: \"\(text)\": no node: \(Self.examples)") }
            place = .nodes(list)
        case "zk", "zookeeper":
            throw SwarmUsageError("discovery: \(scheme)://...: ZooKeeper is not spoken here: use Consul or etcd")
        case "token":
            throw SwarmUsageError(
                "discovery: token://...: Docker's discovery service was switched off in 2019: use Consul or etcd")
        default: throw SwarmUsageError("discovery: \(scheme)://...: no kind of discovery: \(Self.examples)")
        }
    }

    /// The URL without secrets.
    public var description: String {
        switch place {
        case .store(let place): place.description
        case .file(let path): "file://\(path)"
        case .nodes(let list): "nodes://" + list.map(\.description).joined(separator: ",")
        }
    }

    /// The scheme, and what follows its colon; of a bare list no scheme and all of it.
    private static func parts(of text: String) -> (scheme: String, rest: Substring) {
        for local in ["embedded", "file"] where text.lowercased().hasPrefix("\(local):") {
            return (local, text.dropFirst(local.count + 1))
        }
        guard let mark = text.firstRange(of: "://") else { return ("", text[...]) }
        return (text[..<mark.lowerBound].lowercased(), text[text.index(after: mark.lowerBound)...])
    }
}
