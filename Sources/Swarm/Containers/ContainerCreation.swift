/// What a client asks for by `POST /containers/create`: read, changed for the cluster, and handed to an engine.
///
/// Expressions leave the environment for labels, which engines keep; processors become shares of an engine's own.
struct ContainerCreation: Sendable, Equatable {
    /// The body as it goes to the engine, but for processors.
    private(set) var body: JSONValue
    /// What it asks of its node.
    private(set) var request: PlacementRequest
    /// What happens to it when its node is lost.
    let policy: ReschedulePolicy
    /// The ID that stays with it.
    private(set) var swarmID: String
    /// The image that it is made of.
    let image: String
    /// Its labels.
    private(set) var labels: [String: String]

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - swarmID: the ID that it gets if it has none.
    /// - Throws: ``PlacementError`` if its policies cannot be.
    init(body: JSONValue, swarmID: @autoclosure () -> String) throws(PlacementError) {
        var body = Self.folded(body)
        var labels: [String: String] = [:]
        for member in body["Labels"].object?.members ?? [] { labels[member.name] = member.value.text ?? "" }
        var expressions = Dictionary(
            uniqueKeysWithValues: SwarmLabel.Expressions.allCases.map { ($0, $0.read(from: labels)) })
        var environment: [JSONValue] = []
        for entry in body["Env"].elements ?? [] {
            if let (kind, text) = entry.text.flatMap(Self.expression) {
                expressions[kind, default: []].append(text)
            } else {
                environment.append(entry)
            }
        }
        if body["Env"] != .null { body["Env"] = .array(environment) }
        for (kind, texts) in expressions where !texts.isEmpty {
            labels[kind.label] = String(decoding: JSONValue.strings(texts).octets, as: UTF8.self)
        }
        let id = labels[SwarmLabel.id] ?? swarmID()
        labels[SwarmLabel.id] = id
        body["Labels"] = .strings(labels)
        policy = try ReschedulePolicy(expressions[.reschedule] ?? [])
        var request = Self.demands(of: body)
        request.constraints = expressions[.constraint] ?? []
        request.affinities = expressions[.affinity] ?? []
        request.whitelists = expressions[.whitelist] ?? []
        self.request = request
        self.swarmID = id
        self.labels = labels
        self.body = body
        image = body["Image"].text ?? ""
    }

    /// `constraint:node==x` of the environment.
    private static func expression(_ entry: String) -> (SwarmLabel.Expressions, String)? {
        guard let colon = entry.firstIndex(of: ":"),
            let kind = SwarmLabel.Expressions(rawValue: String(entry[..<colon]))
        else { return nil }
        let text = entry[entry.index(after: colon)...]
        // Compose writes what stands in its file without a value as a name with an empty one.
        return (kind, String(kind == .reschedule && text.hasSuffix("=") ? text.dropLast() : text))
    }

    /// Clients of old put limits beside the container's settings rather than into `HostConfig`.
    private static func folded(_ body: JSONValue) -> JSONValue {
        var body = body
        for (outer, inner) in [
            ("Memory", "Memory"), ("MemorySwap", "MemorySwap"), ("CpuShares", "CpuShares"), ("Cpuset", "CpusetCpus"),
        ] {
            let value = body[outer]
            let isSet = (value.integer ?? 0) != 0 || !(value.text ?? "").isEmpty
            let held = body["HostConfig"][inner]
            let isHeld = (held.integer ?? 0) != 0 || !(held.text ?? "").isEmpty
            if isSet, !isHeld { body["HostConfig"][inner] = value }
        }
        return body
    }

    private static func demands(of body: JSONValue) -> PlacementRequest {
        let host = body["HostConfig"]
        var request = PlacementRequest()
        request.memoryBytes = max(0, host["Memory"].integer ?? 0)
        request.processors = max(0, host["CpuShares"].integer ?? 0)
        request.volumesFrom = host["VolumesFrom"].texts
        request.links = host["Links"].texts
        let mode = host["NetworkMode"].text ?? ""
        if mode.hasPrefix("container:") { request.networkContainer = String(mode.dropFirst("container:".count)) }
        if mode == "host" {
            request.exposedHostPorts = (body["ExposedPorts"].object?.members ?? []).map(\.name).sorted()
        } else {
            request.hostPorts = NodeContainer.hostPorts(host["PortBindings"])
        }
        return request
    }

    /// A further constraint, which it keeps.
    mutating func constrain(_ expression: String) {
        request.constraints.append(expression)
        let label = SwarmLabel.Expressions.constraint.label
        labels[label] = String(decoding: JSONValue.strings(request.constraints).octets, as: UTF8.self)
        body["Labels"] = .strings(labels)
    }

    /// Gives it another ID that stays with it: one of several that are alike.
    mutating func renew(swarmID id: String) {
        swarmID = id
        labels[SwarmLabel.id] = id
        body["Labels"] = .strings(labels)
    }

    /// Counts a move.
    mutating func countMove() {
        let moves = labels[SwarmLabel.moves].flatMap { Int($0) } ?? 0
        labels[SwarmLabel.moves] = String(moves.addingReportingOverflow(1).partialValue)
        body["Labels"] = .strings(labels)
    }

    /// Names a network as engines know it, where the client named it `node/network`.
    mutating func use(network asked: String, as name: String) {
        guard asked != name else { return }
        body["HostConfig"]["NetworkMode"] = .string(name)
        guard let endpoints = body["NetworkingConfig"]["EndpointsConfig"].object?.members else { return }
        body["NetworkingConfig"]["EndpointsConfig"] = .object(
            JSONObject(endpoints.map { ($0.name == asked ? name : $0.name, $0.value) }))
    }

    /// The body for an engine of so many processors: `--cpu-shares 2` means two of them.
    func body(processors: Int64) -> [UInt8] {
        guard request.processors > 0, processors > 0 else { return body.octets }
        var body = body
        let (whole, isOver) = request.processors.multipliedReportingOverflow(by: 1024)
        let shares = isOver ? Int64.max : whole / processors + (whole % processors == 0 ? 0 : 1)
        body["HostConfig"]["CpuShares"] = .integer(shares)
        return body.octets
    }

    /// What stands for it on its node until the engine has answered; its ID is the one that stays with it.
    func pending(name: String) -> NodeContainer {
        NodeContainer(
            id: swarmID, swarmID: swarmID, names: name.isEmpty ? [] : [name], labels: labels,
            memoryBytes: request.memoryBytes, processors: request.processors, hostPorts: request.hostPorts,
            exposedHostPorts: request.exposedHostPorts)
    }
}
