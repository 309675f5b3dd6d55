internal import DockerEngine

/// Services that have an instance on every node: what is asked of one is asked of all.
extension ClusterResponder {
    /// Verbs that a service's name passes on to all of its instances.
    static let serviceVerbs: Set<String> = ["kill", "pause", "restart", "stop", "unpause"]

    /// Does something with all instances of a service; it is done where one of them does it.
    ///
    /// - Parameters:
    ///   - call: what is asked of an instance's engine.
    func everyInstance(
        of service: String, _ call: @escaping @Sendable (ClusterContainer) -> EngineCall
    ) async throws(RequestError) -> ManagerReply {
        let instances = cluster.read { $0.directory.instances(of: service) }
        let failures = await withTaskGroup(of: RequestError?.self) { group in
            for container in instances {
                group.addTask { await self.failure(of: call(container), at: container) }
            }
            var failures: [RequestError] = []
            for await failure in group { failure.map { failures.append($0) } }
            return failures
        }
        if let failure = failures.first, failures.count == instances.count { throw failure }
        return .answer(ManagerAnswer(status: 204))
    }

    private func failure(of call: EngineCall, at container: ClusterContainer) async -> RequestError? {
        do throws(RequestError) {
            let found = try locate(container.id)
            let reply: EngineReply
            do {
                reply = try await found.member.exchange(call)
            } catch {
                throw RequestError(error, engine: found.member.address)
            }
            await found.member.refreshContainer(container.id)
            return reply.isSuccess || reply.status == 304 ? nil : RequestError(reply)
        } catch {
            return error
        }
    }

    /// Ends a service: all of its instances go, for one that is left would be completed again.
    ///
    /// Where nodes do not answer it takes `force`, and goes on as soon as they do.
    func removeService(_ service: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let isForced = request.isOn("force")
        let (reached, lost) = cluster.read { state -> ([ClusterContainer], [ClusterContainer]) in
            let all = state.directory.instances(of: service)
            let reached = all.filter { state.engine(id: $0.engineID)?.standing.isAnswering == true }
            return (reached, all.filter { one in !reached.contains { $0.id == one.id } })
        }
        guard lost.isEmpty || isForced else {
            throw RequestError(
                500, "\(service) has instances on unhealthy nodes: --force ends them when these are back")
        }
        return try await rescheduler.ending(service) { () async throws(RequestError) in
            for container in lost {
                rescheduler.noteEnded(container.id)
                cluster.change { _ = $0.remove(id: container.id) }
            }
            var failure: RequestError?
            for container in reached {
                do throws(RequestError) {
                    try await removeOne(container.id, named: container.name, request)
                } catch {
                    if error.status != 404 { failure = error }
                }
            }
            if let failure { throw failure }
            return .answer(ManagerAnswer(status: 204))
        }
    }
}
