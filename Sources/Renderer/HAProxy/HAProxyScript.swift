/// A plan as commands, given how the servers are now.
///
/// What adds comes first and what takes away last, so that at no time fewer servers serve than in the smaller of both
/// texts. In between a server that serves gets its new address: HAProxy 2.6 goes on using connections to the old one that
/// are busy at that moment, request after request. So the server is taken out first, its requests in flight finish, and it
/// comes back with the new address; unless too few others would be left meanwhile, when it is changed in place.
struct HAProxyScript: Sendable, Equatable {
    /// A server that goes.
    struct Departure: Sendable, Equatable {
        var name: ServerName
        /// What only a reload could change of it, should it come back before it is gone.
        var settings: HAProxyServerSettings?
    }

    /// At once.
    private(set) var opening: [RuntimeCommand] = []
    /// Out of rotation after `opening`; their requests in flight should be over before `moving`.
    private(set) var quieting: [ServerName] = []
    /// Puts them back with their new addresses.
    private(set) var moving: [RuntimeCommand] = []
    /// Takes servers out.
    private(set) var closing: [RuntimeCommand] = []
    /// Servers that stay, but take nothing any more.
    private(set) var emptied: [ServerName] = []
    /// Servers that are to be deleted once nothing is in flight to them.
    private(set) var departures: [Departure] = []

    /// The commands that lead from `running` to what `plan` wants.
    ///
    /// Throws if `running` is not what the plan's old text says: whatever the reason, only a reload is sure then.
    ///
    /// - Parameters:
    ///   - leaving: servers that earlier plans removed, and that may still be there.
    ///   - canQuiet: whether it can be told when requests in flight are over.
    init(
        _ plan: HAProxyPlan, running: ServersState, leaving: [ServerName: Departure], canQuiet: Bool
    ) throws(HAProxyFailure) {
        for backend in plan.backends {
            let servers = running.backends[backend.name] ?? [:]
            try Self.compare(servers, with: backend, leaving)
            let spare = canQuiet ? Self.steadyServers(of: backend, servers) : 0
            let moves = backend.changes.filter { Self.isMove($0, backend, servers) }.count
            for (server, change) in backend.changes {
                let name = ServerName(backend: backend.name, server: server)
                switch change {
                case .add: try add(name, backend.new[server], servers[server] == nil ? nil : leaving[name])
                case .remove:
                    let isOut = servers[server]?.isInMaintenance == true
                    if !isOut { closing.append(.setState(name, backend.isSticky ? .maint : .drain)) }
                    departures.append(Departure(name: name, settings: backend.old[server]?.settings))
                case .modify(let address, let weight, let isDisabled):
                    let isQuieted = moves <= spare && Self.isMove((server, change), backend, servers)
                    modify(name, address, weight, isDisabled, isQuieted: isQuieted)
                }
            }
        }
        // Behind all that adds.
        opening += quieting.map { .setState($0, .maint) }
    }

    private mutating func add(
        _ name: ServerName, _ server: HAProxyPlan.Server?, _ departure: Departure?
    ) throws(HAProxyFailure) {
        guard let server, let address = server.address, let words = server.dynamicWords else {
            throw HAProxyFailure("\(name): no address")
        }
        if let departure {
            guard departure.settings?.fixed == server.settings?.fixed else {
                throw HAProxyFailure("\(name) comes back with other settings before it is gone")
            }
            opening += [.setAddress(name, address), .setWeight(name, server.weight)]
            opening.append(.setState(name, server.isDisabled ? .maint : .ready))
            return
        }
        opening.append(.add(name, address, words))
        if server.settings?.has("check") == true { opening.append(.enableHealth(name)) }
        if !server.isDisabled { opening.append(.setState(name, .ready)) }
    }

    private mutating func modify(
        _ name: ServerName, _ address: HAProxyAddress?, _ weight: Int?, _ isDisabled: Bool?, isQuieted: Bool
    ) {
        var values: [RuntimeCommand] = []
        if let address { values.append(.setAddress(name, address)) }
        // Without weight nothing new reaches the server, whatever its address: so that comes first.
        if let weight { values.insert(.setWeight(name, weight), at: weight == 0 ? 0 : values.count) }
        if isQuieted {
            quieting.append(name)
            moving += values + [.setState(name, .ready)]
        } else if isDisabled == true || weight == 0 {
            // A slot that is emptied, say: nothing may reach the address that stands for none.
            if isDisabled == true {
                closing.append(.setState(name, .maint))
                emptied.append(name)
            }
            closing += values
            if isDisabled == false { closing.append(.setState(name, .ready)) }
        } else {
            opening += values
            if isDisabled == false { opening.append(.setState(name, .ready)) }
        }
    }

    /// Whether a change gives another address to a server that serves.
    private static func isMove(
        _ change: (name: String, change: HAProxyPlan.Change), _ backend: HAProxyPlan.Backend,
        _ servers: [String: ServersState.Server]
    ) -> Bool {
        guard case .modify(.some, let weight, nil) = change.change, weight != 0 else { return false }
        return servers[change.name]?.isServing == true
    }

    /// Servers that serve while others are out: as many may be out at once, so that the load of those that stay does not more
    /// than double.
    ///
    /// Those that go do not count, though they still serve: they may go because they are dead.
    private static func steadyServers(
        of backend: HAProxyPlan.Backend, _ servers: [String: ServersState.Server]
    ) -> Int {
        let changes = Dictionary(backend.changes.map { ($0.name, $0.change) }) { first, _ in first }
        return backend.new.filter { name, server in
            guard server.settings != nil, !server.isBackup, !server.isDisabled, server.weight > 0 else { return false }
            switch changes[name] {
            case .add, .modify(_, _, false): return true
            case nil, .modify(nil, _, _): return servers[name]?.isServing == true
            default: return false
            }
        }.count
    }

    /// The running servers must be those of the old text, at its addresses.
    private static func compare(
        _ servers: [String: ServersState.Server], with backend: HAProxyPlan.Backend, _ leaving: [ServerName: Departure]
    ) throws(HAProxyFailure) {
        if let reason = HAProxyPlan.mismatch(servers, backend.old, backend, leaving: Set(leaving.keys)) {
            throw HAProxyFailure("HAProxy does not run with the old text: \(reason)")
        }
    }
}
