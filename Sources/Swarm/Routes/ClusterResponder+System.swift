internal import DockerEngine

/// What the manager says of itself and of the cluster as a whole.
extension ClusterResponder {
    /// How long engines may take to count what takes their disks' room; those that take longer are left out.
    private static var usageDeadline: Duration { .seconds(20) }

    /// `GET` and `HEAD /_ping`.
    func ping(_ request: ManagerRequest) -> ManagerReply {
        .answer(request.method == "HEAD" ? ManagerAnswer(status: 200) : ManagerAnswer(text: "OK"))
    }

    /// `GET /version`.
    func version() -> ManagerReply {
        let newest = cluster.read { $0.apiVersion }
        let members: [(String, JSONValue)] = [
            ("Platform", .object(JSONObject([("Name", .string("Docker Swarm - Community"))]))),
            ("Version", .string(ClusterReport.release)), ("ApiVersion", .string(newest.description)),
            ("MinAPIVersion", .string(APIVersion.oldest.description)), ("GitCommit", .string("portico")),
            ("GoVersion", .string("none")), ("Os", .string("linux")),
            ("Arch", .string(ClusterReport.architecture)), ("KernelVersion", .string(face.host.kernel)),
            ("Experimental", .boolean(false)), ("BuildTime", .string("<unknown>")),
        ]
        return .answer(ManagerAnswer(json: .object(JSONObject(members))))
    }

    /// `GET /info`.
    func info() -> ManagerReply {
        let engines = cluster.change { $0.shownEngines() }
        let report = ClusterReport(role: face.role(), scheduler: creator.scheduler, engines: engines)
        return .answer(
            ManagerAnswer(
                json: report.octets(
                    host: face.host, time: EngineTime.text(WallClock.seconds), listeners: cluster.listenerCount)))
    }

    /// `GET /system/df`: sums and lists of all engines.
    func diskUsage(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let call = EngineCall(
            "GET", "/system/df", query: request.path.items, what: "ask for disk usage", deadline: Self.usageDeadline,
            version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: try allReachable()) { engine in
            try await document(engine.member, call).placed(on: engine.engine)
        }
        return .answer(ManagerAnswer(json: try answers(outcomes, call.what).map(\.1).summed))
    }

    /// `POST /{kind}/prune`: on all engines, or on those that a `node` filter names.
    func prune(_ kind: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        var filters = try ListFilters(request.path.query["filters"] ?? "", known: nil)
        let nodes = filters.remove("node")
        var engines = try allReachable()
        if !nodes.isEmpty {
            engines = engines.filter { engine in nodes.contains { engine.engine.holdings.isMeant(by: $0) } }
            guard !engines.isEmpty else { throw RequestError(404, "No such node: \(nodes.joined(separator: ", "))") }
        }
        var query = request.path.items.filter { $0.name != "filters" }
        if !filters.text.isEmpty { query.append(("filters", filters.text)) }
        let call = EngineCall(
            "POST", "/\(kind)/prune", query: query, what: "prune \(kind)", deadline: Self.changeDeadline,
            version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: engines) { engine in
            let document = try await document(engine.member, call)
            switch kind {
            case "containers": await engine.member.refreshContainers()
            case "images", "build": await engine.member.refreshImages()
            case "networks": await engine.member.refreshNetworks()
            default: await engine.member.refreshVolumes()
            }
            return document.placed(on: engine.engine)
        }
        return .answer(ManagerAnswer(json: try answers(outcomes, call.what).map(\.1).summed))
    }

    /// What any engine answers alike: a search, a login, what a registry says of an image.
    func anyEngine(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let (engine, member) = try creator.anyEngine()
        return splice(request, to: member, speaking: engine.apiVersion, path: request.rawPath)
    }

    /// What belongs to Docker's swarm mode or to one engine's own insides.
    ///
    /// Of a plugin the client's `inspect` wants to hear that there is none, for that is where it ends its search.
    static func notOfClusters(_ what: String) -> RequestError {
        let instead =
            switch what {
            case "nodes", "swarm": "`portico swarm node ls` lists its engines"
            case "services", "tasks":
                "`docker run` places containers, the label `com.docker.swarm.global` has one on every engine"
            case "plugins": "ask an engine itself for its plugins"
            default: "hand such things to containers by their environment, volumes, or a store"
            }
        return RequestError(
            what == "plugins" ? 404 : 503,
            "This is a cluster of engines that stand alone, not swarm mode, and has no /\(what) of that: \(instead).")
    }
}
