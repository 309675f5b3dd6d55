/// The cluster's engines as JSON.
extension ClusterResponder {
    /// `GET /v1/nodes`: all engines, by name.
    func nodes() -> ManagerReply {
        let engines = cluster.read { state in state.engines.values.map { EngineReport($0) } }
        let sorted = engines.sorted(by: EngineReport.precedes)
        return .answer(ManagerAnswer(json: .array(sorted.map(\.document))))
    }

    /// `GET /v1/nodes/{name}`: one, by its name, ID or address.
    func node(_ name: String) throws(RequestError) -> ManagerReply {
        guard let engine = cluster.read({ $0.engine(named: name) }) else {
            throw RequestError(404, "No such node: \(name)")
        }
        return .answer(ManagerAnswer(json: EngineReport(engine).document))
    }
}
