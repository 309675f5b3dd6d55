internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// What Consul's agent is asked to keep for this host: its services and their checks.
extension ConsulStore {
    /// Whether the agent answers and its cluster has a leader.
    ///
    /// Throws ``KeyValueError/Kind/unavailable`` if it has none.
    public func checkLeader() async throws(KeyValueError) {
        let octets = try await answer(to: ConsulQuery(["status", "leader"]))
        guard String(decoding: octets, as: UTF8.self).contains(":") else {
            throw KeyValueError(.unavailable, "\(name): the cluster has no leader: it is tried again")
        }
    }

    /// The services that are registered with the agent, by their IDs.
    public func agentServices() async throws(KeyValueError) -> [String: ConsulAgentService] {
        let query = ConsulQuery(["agent", "services"])
        let octets = try await answer(to: query)
        do {
            return try JSONDecoder().decode([String: ConsulAgentService].self, from: Data(octets))
        } catch {
            throw KeyValueError(.garbled, "\(query.name): \(name): not what Consul's agent answers: \(error)")
        }
    }

    /// Registers a service with the agent, or changes the one with its ID.
    ///
    /// - Parameters:
    ///   - definition: Consul's JSON.
    ///   - replacesChecks: whether checks that it does not name go.
    public func registerService(
        _ id: String, definition: String, replacesChecks: Bool
    ) async throws(KeyValueError) {
        try await order(
            "registration of \(id)", "/v1/agent/service/register", body: Array(definition.utf8),
            query: replacesChecks ? [("replace-existing-checks", "true")] : [])
    }

    /// Takes a service and its checks from the agent; one that is not there is no error.
    public func deregisterService(_ id: String) async throws(KeyValueError) {
        try await order("deregistration of \(id)", "/v1/agent/service/deregister/\(PercentCoding.encodeQuery(id))")
    }

    /// Says that a check with a TTL passes.
    ///
    /// - Returns: false if there is no such check.
    public func passCheck(_ id: String) async throws(KeyValueError) -> Bool {
        let path = "/v1/agent/check/pass/\(PercentCoding.encodeQuery(id))"
        let request = ConsulRequest(
            what: "heartbeat of \(id)", method: .PUT, path: path, deadline: client.limits.answer)
        do throws(KeyValueError) {
            let answer = try await send(request)
            if answer.status == 404 { return false }
            guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
            return true
        } catch {
            // Before 1.11 it is a server error, in these words.
            guard error.description.contains("does not have associated TTL") else { throw error }
            return false
        }
    }

    private func order(
        _ what: String, _ path: String, body: [UInt8]? = nil, query: [(name: String, value: String?)] = []
    ) async throws(KeyValueError) {
        let request = ConsulRequest(
            what: what, method: .PUT, path: path, query: query, body: body, deadline: client.limits.answer)
        let answer = try await send(request)
        // Later versions say of a deregistration that there is no such service.
        if answer.status == 404, body == nil { return }
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: what) }
    }
}
