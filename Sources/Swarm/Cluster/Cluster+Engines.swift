internal import DockerEngine
internal import Logging
internal import Synchronization

extension Cluster {
    /// Takes an engine in, which is looked at from now on; one that is in stays as it is.
    func add(_ address: NodeAddress) {
        guard member(address) == nil else { return }
        change { $0.addEngine(address, failuresMax: settings.failuresMax) }
        let target = DockerAddress(.network(host: address.host, port: Int(address.port)), tls: settings.tls)
        do {
            let client = try DockerEngine(target, limits: settings.limits, logger: logger)
            let member = MemberEngine(address, client: client, cluster: self)
            let (isNew, count) = members.withLock { members in
                guard !isShutDown.withLock({ $0 }), members[address] == nil else { return (false, 0) }
                members[address] = member
                return (true, members.count)
            }
            // A thousand engines at once are spread over a second.
            if isNew { member.start(after: .milliseconds(Int.random(in: 0...count))) }
        } catch {
            logger.error("swarm: an engine cannot be used", metadata: ["engine": "\(address)", "error": "\(error)"])
            stand(address) { standing in
                standing.refused("\(error)")
                return nil
            }
        }
    }

    /// Takes an engine out, with its containers.
    func remove(_ address: NodeAddress) {
        let member = members.withLock { $0.removeValue(forKey: address) }
        member?.stop()
        stand(address, hasLeft: true) { $0.left() }
        change { $0.removeEngine(address) }
    }

    /// Looks at no engine any more.
    func shutDown() {
        isShutDown.withLock { $0 = true }
        let members = members.withLock { members in
            defer { members = [:] }
            return Array(members.values)
        }
        for member in members { member.stop() }
        for watcher in watchers.withLock({ $0.values }) { watcher.finish() }
    }

    // MARK: Standing

    /// Engines that come, are lost and come back, from now on; for whoever acts on each of them.
    func changes() -> AsyncStream<EngineChange> {
        let (stream, continuation) = AsyncStream<EngineChange>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
        let number = watchers.withLock { watchers in
            let number = (watchers.keys.max() ?? 0) + 1
            watchers[number] = continuation
            return number
        }
        continuation.onTermination = { [weak self] _ in _ = self?.watchers.withLock { $0.removeValue(forKey: number) } }
        return stream
    }

    /// Changes how an engine stands, and tells all who want to know if that changes what it is to the cluster.
    func stand(
        _ address: NodeAddress, hasLeft: Bool = false, _ body: (inout EngineStanding) -> EngineStanding.Change?
    ) {
        let told = change { state -> (EngineChange, ClusterEvent.Origin)? in
            guard let kind = state.updateEngine(address, { body(&$0.standing) }) ?? nil,
                let engine = state.engines[address]
            else { return nil }
            var change = EngineChange(
                kind: kind, address: address, engineID: engine.id, name: engine.name, hasLeft: hasLeft)
            if kind == .disconnected { change.containers = state.containers(on: address) }
            // Within the lock, so that all are told in the order in which it happened.
            watchers.withLock { watchers in
                for watcher in watchers.values { watcher.yield(change) }
            }
            return (change, engine.origin)
        }
        guard let (change, origin) = told else { return }
        logger.info(
            "swarm: engine \(change.kind)", metadata: ["engine": "\(address)", "name": "\(change.name)"])
        publish(ClusterEvent(change: change.kind.event, time: WallClock.nanoseconds, origin: origin))
    }
}

extension EngineStanding.Change {
    /// What clients are told.
    fileprivate var event: String {
        switch self {
        case .connected: "engine_connect"
        case .disconnected: "engine_disconnect"
        case .reconnected: "engine_reconnect"
        }
    }
}

extension EngineRecord {
    /// Its names as events tell them.
    var origin: ClusterEvent.Origin {
        ClusterEvent.Origin(name: name, id: id.isEmpty ? "" : "\(id)|\(address)", address: "\(address)", ip: ip)
    }
}
