internal import Glibc

extension HAProxyLive {
    /// Makes HAProxy take up its file anew, and waits until a new process is seen to serve.
    ///
    /// Throws if none does in time, or the master says that it could not start one: then the old one serves on, with what it
    /// was told last.
    @discardableResult
    public func reload() async throws(HAProxyFailure) -> HAProxyReload.Report {
        await enter()
        defer { leave() }
        do throws(HAProxyFailure) {
            // Whoever does not answer may not run yet, or not any more: then any process that serves is a new one.
            let before = try? await worker()
            let failures = try await settledProcesses()?.failedReloads
            let mark = before.flatMap { ProcessMark($0.pid) }
            try await demandReload(replacing: before?.pid)
            let worker = try await newWorker(after: before, failures)
            known = worker
            leavers = [:]
            counters.reloads += 1
            if master == nil, let mark { replaced.append(mark) }
            return await report(worker)
        } catch {
            counters.failedReloads += 1
            throw error
        }
    }

    private func worker() async throws(HAProxyFailure) -> WorkerFacts {
        let session = try await socket.open()
        return try WorkerFacts(try await session.ask(["show info"])[0], of: socket.address)
    }

    private func processes() async -> ProcessList? {
        guard let master, let reply = try? await master.ask("show proc") else { return nil }
        return try? ProcessList(reply)
    }

    /// The master's list, once the master answers: it does not for a moment after a reload, when it starts itself anew.
    private func settledProcesses() async throws(HAProxyFailure) -> ProcessList? {
        guard let master else { return nil }
        let deadline = ContinuousClock.now + limits.answer
        while true {
            do throws(HAProxyFailure) {
                return try ProcessList(try await master.ask("show proc"))
            } catch {
                guard .now < deadline, (try? await Task.sleep(for: .milliseconds(20))) != nil else { throw error }
            }
        }
    }

    private func demandReload(replacing old: Int32?) async throws(HAProxyFailure) {
        switch method {
        case .signal(let pidFile):
            let master = try ProcessMark(pidFile: pidFile)
            guard master.signal(SIGUSR2) else {
                throw HAProxyFailure("\(pidFile): no SIGUSR2 to process \(master.pid): error \(errno)")
            }
        case .masterSocket:
            guard let master else { throw HAProxyFailure("a reload by the master's socket needs its address") }
            let reply = try await master.ask("reload")
            // Branches up to 2.6 just close; later ones wait for the outcome and tell it, with what HAProxy printed.
            let text = RuntimeCommand.trimmed(reply)
            guard text.isEmpty || text.hasPrefix("Success=1") else {
                throw HAProxyFailure("\(master.address): reload: \(text.prefix(2_000))")
            }
        case .command(let start):
            var arguments: [String] = []
            if let old {
                if socket.address.passesSockets { arguments += ["-x", socket.address.description] }
                arguments += ["-sf", "\(old)"]
            }
            do {
                try await start(arguments)
            } catch {
                throw HAProxyFailure("the reload command: \(error)")
            }
        }
    }

    /// Waits until another process than `old` answers, and goes on answering.
    private func newWorker(after old: WorkerFacts?, _ failures: Int?) async throws(HAProxyFailure) -> WorkerFacts {
        let deadline = ContinuousClock.now + limits.reload
        var candidate: Int32?
        var pause = Duration.milliseconds(10)
        while true {
            if let facts = try? await worker(), !facts.isStopping, old.map(facts.isAnother) ?? true {
                // Both processes may listen for a moment: the new one has to be met twice.
                if candidate == facts.pid { return facts }
                candidate = facts.pid
                continue
            }
            candidate = nil
            if let failed = await processes()?.failedReloads, failed > failures ?? 0 {
                throw HAProxyFailure(
                    "the master could not start a worker with the new text (show proc: failed: \(failed)): `haproxy -c` tells why"
                )
            }
            guard .now + pause < deadline else {
                throw HAProxyFailure("\(socket.address): no new process serves \(limits.reload) after the reload")
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw HAProxyFailure("\(socket.address): cancelled before a new process was seen to serve")
            }
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    /// Counts workers of earlier configurations, and ends the oldest if there are too many.
    private func report(_ worker: WorkerFacts) async -> HAProxyReload.Report {
        var old: [ProcessMark?]
        if master != nil {
            // Numbers that mean nothing on this machine count, and are left alone.
            old = ((try? await settledProcesses())?.oldWorkers ?? []).map { ProcessMark($0) }
        } else {
            replaced = replaced.filter(\.isAlive)
            old = replaced
        }
        let surplus = old.prefix(max(0, old.count - limits.oldWorkersMax))
        let ended = surplus.filter { $0?.pid != worker.pid && $0?.signal(SIGTERM) == true }.count
        counters.endedWorkers += ended
        return HAProxyReload.Report(pid: worker.pid, oldWorkers: old.count - ended, endedWorkers: ended)
    }
}
