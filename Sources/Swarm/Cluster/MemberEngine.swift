internal import DockerEngine
internal import Logging
internal import Synchronization

/// One engine of the cluster: its client, and who keeps the cluster's knowledge of it true.
///
/// Calls of clients go through ``exchange(_:)`` and ``open(_:body:silence:)``. What the cluster itself asks goes past their gates,
/// so that no client's calls keep an engine from being looked at, and each look has its own deadline.
final class MemberEngine: Sendable {
    /// Where it is.
    let address: NodeAddress
    /// Who speaks with it.
    let client: DockerEngine
    let cluster: Cluster
    let logger: Logger
    /// Ends the pause before the next ping: somebody has got no answer.
    let doubt = Bell()
    /// What the lists of images, networks and volumes were like, so that those that stay are not read again.
    let listMarks = Mutex<[String: Int]>([:])
    /// Calls of clients that it has not answered yet.
    let underWay = CallsUnderWay()
    /// Where the calls of clients wait.
    private let calls: CallGate
    private let longCalls: CallGate
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ address: NodeAddress, client: DockerEngine, cluster: Cluster) {
        self.address = address
        self.client = client
        self.cluster = cluster
        calls = CallGate(places: cluster.settings.callsMax, waitingMax: cluster.settings.waitingCallsMax)
        longCalls = CallGate(places: cluster.settings.longCallsMax, waitingMax: cluster.settings.waitingCallsMax)
        var logger = cluster.logger
        logger[metadataKey: "engine"] = "\(address)"
        self.logger = logger
    }

    /// Begins to look at it, until ``stop()``.
    ///
    /// - Parameter delay: the time before the first look, so that many engines are not asked at the same moment.
    func start(after delay: Duration = .zero) {
        task.withLock { task in
            guard task == nil else { return }
            task = Task {
                if delay > .zero { try? await Task.sleep(for: delay) }
                await self.attend()
            }
        }
    }

    /// Looks at it no more.
    func stop() {
        task.withLock { $0 }?.cancel()
    }

    // MARK: Calls of clients

    /// What the engine answers to a call, whatever its status; its standing takes note of whether it answers at all.
    ///
    /// Not more than ``ClusterSettings/callsMax`` are under way at once; those that may take longer than
    /// ``EngineLimits/answer`` are counted apart. The call's deadline counts from when it is let in.
    func exchange(_ call: EngineCall) async throws(DockerError) -> EngineReply {
        let gate = gate(for: call)
        try await enter(gate, call)
        defer { gate.leave() }
        do {
            return try await underWay.run(reason: givenUp(call)) { () async throws(DockerError) in
                try await self.client.exchange(call)
            }
        } catch {
            note(error)
            throw error
        }
    }

    /// What the engine answers to a call, whatever its status, as it comes; let in like ``exchange(_:)`` until its head is here.
    ///
    /// - Parameters:
    ///   - body: what is sent in place of the call's own body; while it goes on, the call's deadline begins anew.
    ///   - silence: how long the answer may pause; nil: for ever.
    func open(
        _ call: EngineCall, body: EngineBody? = nil, silence: Duration? = nil
    ) async throws(DockerError) -> EngineStream {
        let gate = body == nil ? gate(for: call) : longCalls
        try await enter(gate, call)
        defer { gate.leave() }
        do {
            return try await underWay.run(reason: givenUp(call)) { () async throws(DockerError) in
                try await self.client.open(call, body: body, silence: silence)
            }
        } catch {
            note(error)
            throw error
        }
    }

    private func givenUp(_ call: EngineCall) -> String {
        "docker: \(call.what): \(client.address): no answer in time: nor to pings"
    }

    private func gate(for call: EngineCall) -> CallGate {
        (call.deadline ?? client.limits.answer) > client.limits.answer ? longCalls : calls
    }

    private func enter(_ gate: CallGate, _ call: EngineCall) async throws(DockerError) {
        do {
            try await gate.enter(within: call.deadline ?? client.limits.answer)
        } catch {
            let reason = error == .full ? "too many calls wait for it" : "it is busy with other calls"
            throw DockerError(.late, "docker: \(call.what): \(client.address): no answer in time: \(reason)")
        }
    }

    /// Takes note of a client's call that has failed.
    ///
    /// One that was not even sent counts. One that got no answer may be stuck with its container: the engine is pinged, and
    /// that counts.
    private func note(_ error: DockerError) {
        switch error.kind {
        case .unreachable:
            failed(error)
            doubt.ring()
        case .late, .lost: doubt.ring()
        case .refused, .garbled, .invalid, .cancelled: break
        }
    }

    /// Counts a failure for want of a connection or of an answer.
    func failed(_ error: DockerError) {
        cluster.stand(address) { $0.failed(EngineWords.noConnection(error, address)) }
    }
}

/// What is said of engines in Docker Swarm's words.
enum EngineWords {
    /// Why there is no answer.
    static func noConnection(_ error: DockerError, _ address: NodeAddress) -> String {
        switch error.kind {
        case .unreachable, .lost, .late:
            "Cannot connect to the Docker daemon at tcp://\(address). Is the docker daemon running?"
        case .refused: error.message ?? error.description
        case .garbled, .invalid, .cancelled: error.description
        }
    }

    /// What answers is no engine.
    static func noEngine(_ address: NodeAddress) -> String {
        "cannot get resources for this engine, make sure \(address) is a Docker Engine, not a Swarm manager"
    }

    /// Two machines with one ID: one is a copy of the other.
    static func duplicate(_ id: String, _ address: NodeAddress, _ other: NodeAddress) -> String {
        "ID duplicated. \(id) shared by this node \(address) and another node \(other)"
    }

    /// A label without a value.
    static func malformed(label: String, id: String, _ address: NodeAddress) -> String {
        "Engine (ID: \(id), Addr: \(address)) contains an invalid label (\(label)) not formatted as \"key=value\"."
    }
}
