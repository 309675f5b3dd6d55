extension HAProxyLive {
    /// Carries a plan out.
    ///
    /// Throws whatever leaves a doubt.
    func carryOut(_ plan: HAProxyPlan) async throws(HAProxyFailure) {
        let session = try await socket.open()
        let facts = try await facts(session)
        let running = try await state(of: plan, session, after: "")
        forgetDeleted(running, plan)
        let script = try HAProxyScript(
            plan, running: running, leaving: leavers.mapValues(\.departure), canQuiet: facts.version.tellsConnections)
        try await run(script.opening, session, plan)
        if !script.quieting.isEmpty {
            do throws(HAProxyFailure) {
                try await waitUntilQuiet(script.quieting, session, limits.quiet)
                try await run(script.moving, session, plan)
            } catch {
                await putBack(script.quieting)
                throw error
            }
        }
        try await run(script.closing, session, plan)
        var leaving = Set(leavers.keys)
        for backend in plan.backends {
            for name in backend.new.keys { leaving.remove(ServerName(backend: backend.name, server: name)) }
        }
        leaving.formUnion(script.departures.map(\.name))
        let now = try await state(of: plan, session, after: " after the change")
        if let reason = plan.discrepancy(in: now, leaving: leaving) {
            throw HAProxyFailure("\(socket.address): all commands were taken, and yet: \(reason)")
        }
        leavers = leavers.filter { leaving.contains($0.key) }
        for departure in script.departures {
            let server = now.backends[departure.name.backend]?[departure.name.server]
            leavers[departure.name] = Leaver(
                departure: departure, since: .now, isDraining: server?.isInMaintenance != true)
        }
        if facts.version.tellsConnections, !script.emptied.isEmpty {
            // As servers that go, slots that were emptied may be cut off once this returns; the change is in force anyway.
            try? await waitUntilQuiet(script.emptied, session, limits.settle)
        }
        await settle(session, facts)
    }

    /// The servers of all backends that a plan touches.
    private func state(
        of plan: HAProxyPlan, _ session: RuntimeSession, after moment: String
    ) async throws(HAProxyFailure) -> ServersState {
        let replies = try await session.ask(
            plan.backends.map { "show servers state \($0.name)" }, lineBytesMax: plan.lineBytesMax)
        var state = ServersState()
        for (backend, reply) in zip(plan.backends, replies) {
            do throws(HAProxyFailure) {
                try state.add(reply)
            } catch {
                throw HAProxyFailure("\(socket.address): backend \(backend.name)\(moment): \(error)")
            }
        }
        return state
    }

    /// Leavers that somebody else has deleted.
    private func forgetDeleted(_ running: ServersState, _ plan: HAProxyPlan) {
        let touched = Set(plan.backends.map(\.name))
        leavers = leavers.filter { name, _ in
            !touched.contains(name.backend) || running.backends[name.backend]?[name.server] != nil
        }
    }

    /// Runs commands, each of which has to be acknowledged.
    private func run(
        _ commands: [RuntimeCommand], _ session: RuntimeSession, _ plan: HAProxyPlan
    ) async throws(HAProxyFailure) {
        let replies = try await session.ask(commands.map(\.description), lineBytesMax: plan.lineBytesMax)
        counters.commands += commands.count
        for (command, reply) in zip(commands, replies) {
            switch command.judge(reply) {
            case .done: continue
            case .later: throw HAProxyFailure("\(socket.address): `\(command)`: not now")
            case .refused(let text):
                throw HAProxyFailure("\(socket.address): `\(command)` was answered with: \(text.prefix(200))")
            }
        }
    }

    /// Waits until nothing is in flight to `servers` any more, or `limit` has passed.
    private func waitUntilQuiet(
        _ servers: [ServerName], _ session: RuntimeSession, _ limit: Duration
    ) async throws(HAProxyFailure) {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(1)
        while true {
            let counts = try await connectionCounts(of: servers, session)
            guard servers.contains(where: { counts.inUse[$0, default: 1] > 0 }), .now + pause < deadline else { return }
            // Nothing tells when a request is over; a cancelled task asks without pause, and not for long.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(16))
        }
    }

    func connectionCounts(
        of servers: [ServerName], _ session: RuntimeSession
    ) async throws(HAProxyFailure) -> ConnectionCounts {
        let backends = Set(servers.map(\.backend)).sorted()
        var counts = ConnectionCounts()
        for reply in try await session.ask(backends.map { "show servers conn \($0)" }) {
            do throws(HAProxyFailure) {
                try counts.add(reply)
            } catch {
                throw HAProxyFailure("\(socket.address): \(error)")
            }
        }
        return counts
    }

    /// Servers that were taken out for a moment must not stay out because something went wrong, should the reload fail too.
    private func putBack(_ servers: [ServerName]) async {
        guard let session = try? await socket.open() else { return }
        _ = try? await session.ask(servers.map { "\(RuntimeCommand.setState($0, .ready))" })
    }
}
