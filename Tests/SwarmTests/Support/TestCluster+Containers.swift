import Lab
import Testing

@testable import Swarm

/// What tests of containers ask of a cluster.
extension TestCluster {
    /// Waits until the cluster is known to be as `isSo` has it.
    func wait(_ what: String, _ isSo: @escaping @Sendable (borrowing ClusterState) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !cluster.read(isSo) {
            guard .now < end else { throw LabError("\(what): not within a minute: \(description)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What is known, for errors.
    private var description: String {
        cluster.read { state in
            let engines = state.engines.values.map { "\($0.name) \($0.standing.condition) \($0.standing.error)" }
            let containers = state.directory.containers.values.map { container in
                let node = state.engine(id: container.engineID)?.name ?? "nowhere"
                return "\(node)/\(container.name) \(container.condition.state) made \(container.created)"
            }
            return (engines.sorted() + containers.sorted()).joined(separator: "; ")
        }
    }

    /// The node that a container is on, `fake1` and so on; nil if there is no such container.
    func node(of name: String) -> String? { cluster.read { $0.container(name)?.engine.name } }

    /// What is done about a request.
    func reply(
        _ method: String, _ target: String, _ body: String = "", fields: [(name: String, value: String)] = []
    ) async throws(RequestError) -> ManagerReply {
        guard let path = APIPath(target) else { throw RequestError(400, "no target: \(target)") }
        return try await responder.reply(
            to: ManagerRequest(
                method: method, target: target, path: path, fields: fields, body: PiecewiseBody(body)))
    }

    /// The answer, which is one and whole.
    func answer(_ method: String, _ target: String, _ body: String = "") async throws -> (Int, JSONValue) {
        guard case .answer(let answer) = try await reply(method, target, body) else {
            throw LabError("\(method) \(target): not answered by the manager itself")
        }
        return (answer.status, answer.body.isEmpty ? .null : try JSONValue(parsing: answer.body))
    }

    /// Makes a container and gives its ID.
    @discardableResult
    func create(
        _ name: String, _ environment: [String] = [], labels: String = "", host: String = ""
    ) async throws
        -> String
    {
        let list = String(decoding: JSONValue.strings(environment).octets, as: UTF8.self)
        let body = #"{"Image":"lab:1","Cmd":["sh"],"Env":\#(list),"Labels":{\#(labels)},"HostConfig":{\#(host)}}"#
        let (status, document) = try await answer("POST", "/v1.45/containers/create?name=\(name)", body)
        #expect(status == 201)
        return try #require(document["Id"].text)
    }

    /// Where a request goes on to.
    func splice(_ method: String, _ target: String) async throws -> Splice {
        guard case .splice(let splice) = try await reply(method, target) else {
            throw LabError("\(method) \(target): does not go on to an engine")
        }
        return splice
    }

    /// Why a request is refused.
    func refusal(_ method: String, _ target: String, _ body: String = "") async -> RequestError? {
        do throws(RequestError) {
            _ = try await reply(method, target, body)
            return nil
        } catch {
            return error
        }
    }
}
