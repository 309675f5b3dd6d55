extension HAProxyLive {
    /// Deletes servers that have just been removed, as far as that is soon possible.
    ///
    /// What goes wrong here is no reason for a reload: the change is in force, and the sweeper tries again.
    func settle(_ session: RuntimeSession, _ facts: WorkerFacts) async {
        let deadline = ContinuousClock.now + limits.settle
        var pause = Duration.milliseconds(2)
        while !leavers.isEmpty, (try? await deleteLeavers(session, facts)) != nil {
            guard leavers.values.contains(where: { !$0.isStuck }), .now + pause < deadline else { break }
            try? await Task.sleep(for: pause)
            pause *= 2
        }
        startSweeping()
    }

    /// One attempt at all that is left.
    func sweep() async throws(HAProxyFailure) {
        guard !leavers.isEmpty else { return }
        let session = try await socket.open()
        let facts = try await facts(session)
        try await deleteLeavers(session, facts)
    }

    /// Puts leavers that have nothing in flight, or had time enough, into maintenance, and deletes those that can be.
    private func deleteLeavers(_ session: RuntimeSession, _ facts: WorkerFacts) async throws(HAProxyFailure) {
        let names = leavers.filter { !$0.value.isStuck }.keys.sorted { $0.description < $1.description }
        let counts =
            facts.version.tellsConnections ? try await connectionCounts(of: names, session) : ConnectionCounts()
        var commands: [RuntimeCommand] = []
        for name in names {
            guard var leaver = leavers[name] else { continue }
            if leaver.isDraining {
                let isQuiet = counts.inUse[name] == 0
                guard isQuiet || .now - leaver.since >= limits.drain else { continue }
                commands.append(.setState(name, .maint))
                leaver.isDraining = false
                leaver.isStuck = !facts.version.hasDynamicServers
            }
            if !leaver.isStuck {
                // Measured with 2.6: idle connections are kept for seconds and keep a server from being deleted, but are
                // closed when it gets another address. It must be another one each time.
                if let address = HAProxyAddress(host: "0.0.0.0", port: leaver.attempts.isMultiple(of: 2) ? 1 : 2) {
                    commands.append(.setAddress(name, address))
                }
                commands.append(.delete(name))
                leaver.attempts += 1
            }
            leavers[name] = leaver
        }
        let replies = try await session.ask(commands.map(\.description))
        for (command, reply) in zip(commands, replies) {
            guard case .delete(let name) = command else { continue }
            switch command.judge(reply) {
            case .done: leavers[name] = nil
            case .later: continue
            case .refused: leavers[name]?.isStuck = true
            }
        }
    }
}
