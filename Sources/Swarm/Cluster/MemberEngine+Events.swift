internal import DockerEngine

/// The engine's events: each says what is to be looked at anew, and is told when that is done.
extension MemberEngine {
    /// Follows the engine's events until it is lost or another.
    ///
    /// - Parameter known: set when everything on the engine is known.
    func follow(_ known: Flag) async -> End {
        for await batch in EventFollower(client).batches() {
            var needs = EventNeeds()
            var events: [EngineEvent] = []
            var isAnew = false
            for message in batch {
                switch message {
                case .connected, .reconnected: isAnew = true
                case .event(let event):
                    events.append(event)
                    needs.add(event)
                case .unavailable: doubt.ring()
                }
            }
            do {
                if isAnew {
                    // Another engine may have come to the address while nobody was connected.
                    if known.isSet, try await !isSame() { return .changed }
                    try await refreshAll(isStrict: known.isSet)
                    if !known.isSet {
                        settle()
                        known.set()
                    }
                } else {
                    await meet(needs)
                }
            } catch {
                guard !Task.isCancelled else { return .lost }
                if Self.isUnanswered(error) { failed(error) }
                doubt.ring()
                // What could not be looked at now is looked at when it is made out anew.
                return .lost
            }
            tell(events)
        }
        return .lost
    }

    /// Looks at what events make it necessary to look at.
    private func meet(_ needs: EventNeeds) async {
        cluster.change { state in
            for id in needs.gone { state.bury(id: id) }
        }
        await glance(at: needs.containers.subtracting(needs.gone))
        if needs.images { await refreshImages() }
        if needs.networks { await refreshNetworks() }
        if needs.volumes { await refreshVolumes() }
        if needs.identity { await quietly { _ = try await self.isSame() } }
    }

    private func tell(_ events: [EngineEvent]) {
        guard !events.isEmpty, let origin = cluster.read({ $0.engines[address]?.origin }) else { return }
        for event in events {
            guard let document = try? JSONValue(parsing: event.document) else { continue }
            cluster.publish(ClusterEvent(engineEvent: document, origin: origin))
        }
    }
}

/// What is to be looked at because of events.
struct EventNeeds: Sendable, Equatable {
    /// Containers to look at, and those that are gone for good.
    var containers: Set<String> = []
    var gone: Set<String> = []
    /// Lists to read.
    var images = false
    var networks = false
    var volumes = false
    /// Whether the daemon was told to read its configuration anew.
    var identity = false

    init() {}

    /// Events of containers after which these are as they were.
    private static let idle: Set<String> = [
        "attach", "copy", "detach", "exec_create", "exec_detach", "exec_die", "exec_start", "export", "resize", "top",
        "archive-path", "extract-to-dir", "checkpoint", "prune",
    ]

    /// Adds what an event is about.
    mutating func add(_ event: EngineEvent) {
        let action = String(event.action.prefix { $0 != ":" })
        switch event.type {
        case "container":
            switch action {
            case "destroy": gone.insert(event.actorID)
            case "commit": images = true
            case _ where Self.idle.contains(action): break
            default: containers.insert(event.actorID)
            }
        case "image":
            if action != "push", action != "save" { images = true }
        case "network":
            networks = action != "connect" && action != "disconnect" || networks
            if let container = event.attributes["container"], !container.isEmpty { containers.insert(container) }
        case "volume":
            if action != "mount", action != "unmount" { volumes = true }
        case "daemon":
            if action == "reload" { identity = true }
        default: break
        }
    }
}
