/// Lists from what is known of all engines; none of them waits for one, but where it was told to look first.
extension ClusterResponder {
    /// Rows up to which a list is one answer; a longer one is written bit by bit.
    private static var rowsAtOnce: Int { 512 }

    /// `GET /containers/json`.
    func listContainers(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let query = try ContainerQuery(request.path.query)
        await look(before: query)
        let (engines, all, found) = cluster.read { state in
            var engines: [String: ContainerQuery.Engine] = [:]
            engines.reserveCapacity(state.engines.count)
            for engine in state.engines.values where !engine.id.isEmpty {
                engines[engine.id] = ContainerQuery.Engine(
                    name: engine.name, isAnswering: engine.standing.isAnswering)
            }
            let (known, directory) = (engines, state.directory)
            return (
                known, directory.newestFirst,
                Result { () throws(RequestError) in try query.bounds(in: directory, known) }
            )
        }
        let containers = query.select(from: all, bounds: try found.get(), engines: engines)
        let now = WallClock.seconds
        guard containers.count > Self.rowsAtOnce else {
            return .answer(ManagerAnswer(json: ContainerQuery.list(containers, engines: engines, now: now)))
        }
        return .stream(ManagerAnswer(json: [])) { writer in
            for start in stride(from: 0, to: containers.count, by: Self.rowsAtOnce) {
                let rows = containers[start..<min(start + Self.rowsAtOnce, containers.count)]
                try await writer.write(
                    ContainerQuery.list(
                        rows, engines: engines, now: now, isFirst: start == 0, isLast: rows.endIndex == containers.count
                    ))
            }
        }
    }

    /// Looks at engines anew where the manager was told to do so before such a list.
    private func look(before query: ContainerQuery) async {
        let names = query.filters["name"]
        let isAll = !face.refreshingName.isEmpty && names.contains(face.refreshingName)
        let isNodes = face.refreshesOnNodeFilter && !query.filters["node"].isEmpty
        guard isAll || isNodes else { return }
        let engines = reachable { isAll || query.filters.allowsPattern("node", [$0.name]) }
        _ = await broadcast(to: engines) { engine in
            await engine.member.refreshContainers()
        }
    }

    /// What all engines hold that were ever spoken with, by name.
    var holdings: [EngineHoldings] {
        cluster.read { state in state.engines.values.filter { !$0.id.isEmpty }.map(\.holdings) }.sorted {
            NaturalOrder.compare($0.name, $1.name) < 0
        }
    }

    /// `GET /images/json`.
    func listImages(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        var filters = try ListFilters(request.path.query["filters"] ?? "", known: ImageList.filters)
        // What clients of before API 1.28 say.
        if let name = request.path.query["filter"], !name.isEmpty { filters.add("reference", name) }
        return .answer(ManagerAnswer(json: .array(try ImageList.list(holdings, filters))))
    }

    /// `GET /networks`.
    func listNetworks(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let filters = try ListFilters(request.path.query["filters"] ?? "", known: NetworkList.filters)
        return .answer(ManagerAnswer(json: .array(try NetworkList.list(holdings, filters))))
    }

    /// `GET /volumes`.
    func listVolumes(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let filters = try ListFilters(request.path.query["filters"] ?? "", known: VolumeList.filters)
        let rows = VolumeList.list(holdings, filters)
        return .answer(
            ManagerAnswer(json: .object(JSONObject([("Volumes", .array(rows)), ("Warnings", .null)]))))
    }

    /// `GET /volumes/{name}`.
    func volume(_ name: String) throws(RequestError) -> ManagerReply {
        guard let found = VolumeList.find(name, holdings) else { throw RequestError(404, "No such volume: \(name)") }
        return .answer(ManagerAnswer(json: found.volume))
    }
}
