internal import DockerEngine
public import Logging

/// A run of `portico swarm node` or `rebalance`: asks a manager about its nodes.
public struct NodeRun: Sendable {
    private let action: NodeAction
    private let options: NodeOptions
    private let manager: DockerEngine

    /// How long a manager may take to move containers: their images have to get there.
    private static let moving = Duration.seconds(3_600)

    /// - Throws: ``SwarmUsageError``.
    public init(
        _ action: NodeAction, _ options: NodeOptions, environment: [String: String], logger: Logger
    ) throws(SwarmUsageError) {
        self.action = action
        self.options = options
        var environment = environment
        if !options.host.isEmpty { environment["DOCKER_HOST"] = options.host }
        do throws(DockerError) {
            manager = try DockerEngine(try .inEnvironment(environment), logger: logger)
        } catch {
            throw SwarmUsageError(error.description)
        }
    }

    /// Asks; returns what is to be printed.
    ///
    /// - Throws: ``SwarmUsageError`` with the manager's words, or why there are none.
    public func run() async throws(SwarmUsageError) -> String {
        let document = try await ask()
        guard !options.printsJSON else { return String(decoding: document.octets, as: UTF8.self) }
        switch action {
        case .list: return NodeTable.nodes(document.elements ?? [])
        case .inspect: return NodeTable.fields(document)
        case .drain, .activate: return NodeTable.drain(document)
        case .rebalance: return NodeTable.rebalance(document)
        }
    }

    private var call: EngineCall {
        switch action {
        case .list: EngineCall("GET", "/v1/nodes", what: "list nodes")
        case .inspect(let name): EngineCall("GET", "/v1/nodes/\(name)", what: "inspect node \(name)")
        case .drain(let name):
            EngineCall(
                "POST", "/v1/nodes/\(name)/drain", query: options.policy.isEmpty ? [] : [("policy", options.policy)],
                what: "drain node \(name)", deadline: Self.moving)
        case .activate(let name): EngineCall("POST", "/v1/nodes/\(name)/activate", what: "activate node \(name)")
        case .rebalance:
            EngineCall(
                "POST", "/v1/rebalance", query: options.isDry ? [("dry", "1")] : [], what: "rebalance",
                deadline: Self.moving)
        }
    }

    private func ask() async throws(SwarmUsageError) -> JSONValue {
        let reply: EngineReply
        do throws(DockerError) {
            reply = try await manager.exchange(call)
        } catch {
            throw SwarmUsageError(error.description, exitStatus: 1)
        }
        let document = try? JSONValue(parsing: reply.body)
        guard reply.isSuccess else {
            let words = document?["message"].text ?? String(decoding: reply.body.prefix(500), as: UTF8.self)
            // An engine answers so.
            let advice = reply.status == 404 && words.contains("page not found") ? ": is this a swarm's manager?" : ""
            throw SwarmUsageError("\(manager.address): \(call.what): \(words)\(advice)", exitStatus: 1)
        }
        guard let document else {
            throw SwarmUsageError("\(manager.address): \(call.what): the answer is no JSON", exitStatus: 1)
        }
        return document
    }
}
