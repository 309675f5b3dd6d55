extension NodeContainer {
    /// What `GET /containers/{id}/json` of an engine with so many processors says; nil if it names no container.
    ///
    /// - Parameter names: all its names, as lists give them (with slashes, links' too); those of an inspection are one.
    init?(inspection: JSONValue, names: [String] = [], processors: Int64) {
        guard let id = inspection["Id"].text, !id.isEmpty else { return nil }
        let (host, settings) = (inspection["HostConfig"], inspection["Config"])
        var labels: [String: String] = [:]
        for member in settings["Labels"].object?.members ?? [] { labels[member.name] = member.value.text ?? "" }
        let all = names.isEmpty ? [inspection["Name"].text ?? ""] : names
        // A link's name holds a second slash; a container's own comes first.
        let bare = all.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }.filter { !$0.isEmpty }
        let isHost = host["NetworkMode"].text == "host"
        let ports = Set(Self.hostPorts(host["PortBindings"])).union(
            Self.hostPorts(inspection["NetworkSettings"]["Ports"]))
        let shares = max(0, host["CpuShares"].integer ?? 0)
        let (product, isOver) = shares.multipliedReportingOverflow(by: max(0, processors))
        self.init(
            id: id, swarmID: labels[SwarmLabel.id] ?? "",
            names: bare.filter { !$0.contains("/") } + bare.filter { $0.contains("/") }, labels: labels,
            memoryBytes: max(0, host["Memory"].integer ?? 0), processors: isOver ? 0 : product / 1024,
            hostPorts: isHost ? [] : ports.sorted { ($0.port, $0.address) < ($1.port, $1.address) },
            exposedHostPorts: isHost ? (settings["ExposedPorts"].object?.members ?? []).map(\.name).sorted() : [])
    }

    /// The ports of `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}` that are fixed; ranges and 0 the engine chooses from.
    static func hostPorts(_ bindings: JSONValue) -> [HostPort] {
        var ports: [HostPort] = []
        for member in bindings.object?.members ?? [] {
            for binding in member.value.elements ?? [] {
                guard let port = binding["HostPort"].text.flatMap({ UInt16($0) }), port > 0 else { continue }
                let place = HostPort(address: binding["HostIp"].text ?? "", port: port)
                if !ports.contains(place) { ports.append(place) }
            }
        }
        return ports
    }
}
