internal import KeyValue

/// The keys of a cluster in a store.
///
/// | layout | key of an engine |
/// |---|---|
/// | classic Docker Swarm from 0.3 on, and ours | `[PREFIX/]docker/swarm/nodes/HOST:PORT` |
/// | early Docker Swarm | `PREFIX/HOST:PORT` |
/// | engines that told themselves (`--cluster-advertise`) | `[PREFIX/]docker/nodes/HOST:PORT` |
///
/// All three are read. With a path of its own (`kv.path`) every key below that path is an engine's, and no other is.
/// The value is `HOST:PORT`, and the only thing that counts.
struct SwarmKeys: Sendable, Equatable {
    /// What libkv marked its keys with in Consul; classic Docker Swarm's managers and agents write it.
    static let flags: UInt64 = 3_304_740_253_564_472_344

    /// Nothing, or what ends with a slash.
    private let root: String
    /// Where engines are written, with a slash at its end.
    private let nodes: String
    private let isStandard: Bool

    /// - Parameters:
    ///   - prefix: the URL's, without slashes at its ends.
    ///   - path: `kv.path`, the same.
    init(prefix: String, path: String = DiscoveryOptions.standardPath) {
        root = prefix.isEmpty ? "" : "\(prefix)/"
        nodes = "\(root)\(path)/"
        isStandard = path == DiscoveryOptions.standardPath
    }

    /// The key of an engine.
    func node(_ address: NodeAddress) -> String { "\(nodes)\(address)" }

    /// The key of the managers' lock; `kv.path` does not move it.
    var leader: String { "\(root)docker/swarm/leader" }

    /// What the keys of engines that are drained begin with; their IDs follow.
    var maintenance: String { "\(root)docker/swarm/maintenance/" }

    /// What all keys of engines begin with.
    var watched: String {
        guard isStandard else { return nodes }
        return root.isEmpty ? "docker/" : root
    }

    /// The values that stand for engines, by their keys.
    func engines(_ entries: [KeyValueEntry]) -> [(source: String, value: String)] {
        entries.compactMap { entry in
            guard isEngine(entry.key) else { return nil }
            return (entry.key, String(decoding: entry.value, as: UTF8.self))
        }
    }

    private func isEngine(_ key: String) -> Bool {
        // The folder itself may be a key: libkv made it.
        if key.hasPrefix(nodes) { return key != nodes }
        guard isStandard else { return false }
        let tellingThemselves = "\(root)docker/nodes/"
        if key.hasPrefix(tellingThemselves) { return key != tellingThemselves }
        guard !root.isEmpty, key.hasPrefix(root) else { return false }
        return NodeAddress(key.dropFirst(root.count)) != nil
    }
}
