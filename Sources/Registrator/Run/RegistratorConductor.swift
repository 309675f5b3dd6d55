internal import DockerEngine
internal import Logging

/// The task of a run that looks at what happened, asks the ledger and the registries' paces, and acts.
actor RegistratorConductor {
    /// How many containers are looked at at once: an engine answers one in a few milliseconds.
    private static let inspections = 8
    /// How long registries have to take the entries away at the end.
    private static let leaveTime = Duration.seconds(10)
    /// How long after the first signal to end another one means the same.
    private static let patience = Duration.seconds(1)

    private let settings: RegistratorSettings
    private let engine: any ContainerEngine
    private let registries: [any Registry]
    private let surroundings: RegistratorRun.Surroundings
    private let inbox = RegistratorInbox()
    private let start = ContinuousClock.now

    private var ledger: Ledger
    private var paces: [RegistryPace]
    private var waiting: [(id: String, ticket: Int)] = []
    private var inspecting = 0
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var lastTask = 0
    private var resyncAt: Duration?
    private var ending: RegistratorRun.Ending?
    private var stage: RegistratorRun.Stage?

    init(
        settings: RegistratorSettings, reader: ServiceReader, engine: any ContainerEngine, registries: [any Registry],
        surroundings: RegistratorRun.Surroundings
    ) {
        self.settings = settings
        self.engine = engine
        self.registries = registries
        self.surroundings = surroundings
        ledger = Ledger(settings: settings, reader: reader)
        paces = registries.map { RegistryPace(name: $0.name, settings: settings) }
        resyncAt = settings.resync
    }

    private var now: Duration { ContinuousClock.now - start }

    /// Runs until it is stopped.
    func run() async -> RegistratorRun.Ending {
        let (inbox, engine, stops) = (inbox, engine, surroundings.stops)
        let follower = Task {
            for await message in engine.follow() {
                switch message {
                case .connected, .reconnected: inbox.post(.engine(.connected))
                case .event(let event): inbox.post(.engine(.happened(event)))
                case .unavailable(let error): inbox.post(.engine(.lost("\(error)")))
                }
            }
        }
        let listener = Task {
            for await _ in stops {
                inbox.post(.stop)
                // What comes after it is the end's.
                break
            }
        }
        inbox.wake()
        while ending == nil {
            await waitForNews()
            look(inbox.take())
            tellStage()
        }
        follower.cancel()
        tell(.stopping)
        if ending == .done { await leave() }
        listener.cancel()
        for task in tasks.values { task.cancel() }
        return ending ?? .failed
    }

    /// Waits until something has happened or something is due.
    private func waitForNews() async {
        let deadlines = [ledger.nextDeadline, resyncAt] + paces.map(\.nextDeadline)
        let inbox = inbox
        let alarm = deadlines.compactMap { $0 }.min().map { deadline in
            Task { [start] in
                // A cancelled alarm rings for nothing, which does no harm.
                try? await Task.sleep(until: start + deadline, clock: .continuous)
                if !Task.isCancelled { inbox.wake() }
            }
        }
        for await _ in inbox.bell { break }
        alarm?.cancel()
    }

    // MARK: What has happened

    private func look(_ news: [RegistratorInbox.News]) {
        var events: [LedgerEvent] = []
        for item in news {
            switch item {
            case .engine(let event):
                switch event {
                case .inspected, .inspectFailed: inspecting -= 1
                default: break
                }
                events.append(event)
            case .registry(let number, let event): perform(paces[number].handle(event, now: now), of: number)
            case .stop: ending = .done
            }
        }
        if let at = resyncAt, at <= now {
            resyncAt = settings.resync.map { now + $0 }
            events.append(.resync)
            if ledger.isComplete { change() }
        }
        perform(ledger.handle(events + [.time], now: now))
        for number in paces.indices { perform(paces[number].handle(.time, now: now), of: number) }
        inspectWaiting()
    }

    private func change() {
        for number in paces.indices { perform(paces[number].handle(.changed, now: now), of: number) }
    }

    // MARK: What is to be done

    private func perform(_ actions: [LedgerAction]) {
        for action in actions {
            switch action {
            case .list: list()
            case .inspect(let id, let ticket):
                // An older question about it need not be asked any more.
                if let index = waiting.firstIndex(where: { $0.id == id }) { waiting.remove(at: index) }
                waiting.append((id, ticket))
            case .publish: change()
            case .log(let level, let text): surroundings.logger.log(level: level, "\(text)")
            }
        }
    }

    private func list() {
        let (engine, inbox) = (engine, inbox)
        spawn {
            do {
                inbox.post(.engine(.listed(try await engine.running())))
            } catch {
                inbox.post(.engine(.listFailed("\(error)")))
            }
        }
    }

    private func inspectWaiting() {
        let (engine, inbox) = (engine, inbox)
        while inspecting < Self.inspections, !waiting.isEmpty {
            let (id, ticket) = waiting.removeFirst()
            inspecting += 1
            spawn {
                do {
                    inbox.post(.engine(.inspected(id, ticket: ticket, try await engine.inspect(id))))
                } catch {
                    inbox.post(.engine(.inspectFailed(id, ticket: ticket, "\(error)")))
                }
            }
        }
    }

    private func perform(_ actions: [RegistryPace.Action], of number: Int) {
        for action in actions {
            switch action {
            case .call(let call): ask(call, of: number)
            case .log(let level, let text): surroundings.logger.log(level: level, "\(text)")
            case .giveUp: ending = .failed
            }
        }
    }

    private func ask(_ call: RegistryPace.Call, of number: Int) {
        let (registry, inbox, services) = (registries[number], inbox, ledger.services)
        spawn {
            do {
                switch call {
                case .ping:
                    try await registry.ping()
                    inbox.post(.registry(number, .answered))
                case .reconcile: inbox.post(.registry(number, .reconciled(try await registry.reconcile(services))))
                case .refresh: inbox.post(.registry(number, .refreshed(try await registry.refresh())))
                }
            } catch {
                inbox.post(.registry(number, .failed(call, "\(registry.name): \(error)")))
            }
        }
    }

    /// Runs `body` as a task that the end of the run waits for or cancels.
    private func spawn(_ body: @escaping @Sendable () async -> Void) {
        lastTask += 1
        let number = lastTask
        tasks[number] = Task { [weak self] in
            await body()
            await self?.forget(number)
        }
    }

    private func forget(_ number: Int) {
        tasks[number] = nil
    }

    // MARK: The end

    /// Takes the entries away, unless they are to stay.
    private func leave() async {
        guard !settings.keepsEntries else {
            surroundings.logger.notice("ending: the entries stay")
            return
        }
        surroundings.logger.notice("ending: the entries are taken away")
        let (lasting, logger, mine) = (ledger.lasting, surroundings.logger, Array(tasks.values))
        let (registries, stops, began) = (registries, surroundings.stops, ContinuousClock.now)
        let hasLeft = await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                // What is under way comes first, or it would write again what was taken away.
                for task in mine { await task.value }
                return await withTaskGroup(of: Bool.self) { group in
                    for registry in registries {
                        group.addTask { await Self.leave(registry, lasting, logger) }
                    }
                    return await group.reduce(true) { $0 && $1 }
                }
            }
            group.addTask {
                try? await Task.sleep(for: Self.leaveTime)
                return nil
            }
            group.addTask {
                // Some send a signal to the process and to its group at once: that is one wish.
                for await _ in stops where ContinuousClock.now - began > Self.patience { return nil }
                // The stream has ended: nobody is in a hurry.
                try? await Task.sleep(for: Self.leaveTime)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? false
        }
        if !hasLeft { ending = .failed }
    }

    private static func leave(_ registry: any Registry, _ lasting: [HostedService], _ logger: Logger) async -> Bool {
        do {
            if lasting.isEmpty {
                try await registry.leave()
            } else {
                _ = try await registry.reconcile(lasting)
            }
            return true
        } catch {
            logger.error("\(registry.name): \(error): this host's entries stay until their lifetime is over")
            return false
        }
    }

    // MARK: systemd

    private func tellStage() {
        guard ending == nil else { return }
        var text =
            ledger.isComplete ? "\(ledger.services.count) services" : "looking at the containers"
        if ledger.outage != nil { text = "the engine is away, " + text }
        for pace in paces where !pace.isConnected || !pace.isSettled && ledger.isComplete && !pace.isReconciling {
            text += ", \(pace.name) is away"
        }
        tell(.ready(text))
    }

    private func tell(_ stage: RegistratorRun.Stage) {
        guard stage != self.stage else { return }
        self.stage = stage
        surroundings.tell(stage)
    }
}
