internal import KeyValue
public import Logging
internal import Synchronization

/// The task of a run that looks, asks the loop, and acts.
actor RunConductor {
    var configuration: RenderConfiguration
    let mode: RenderLoop.Mode
    let surroundings: RenderRun.Surroundings
    let inbox = RunInbox()
    let start = ContinuousClock.now

    var loop: RenderLoop
    var book = AnswerBook()
    var sources: SourceSet
    var templates: [LoadedTemplate]
    var files: [OutputFile]
    var jobs: JobRunner
    var environment: [String: String]
    var memos: [AnswerMemo]
    /// The newest complete text of each template.
    var texts: [[UInt8]]
    var watches: [Dependency: Task<Void, Never>] = [:]
    /// Questions of which the source says that there is nothing.
    var absent: Set<Dependency> = []
    /// What others ask the store for us; nil if we ask by ourselves.
    var dedup: RunDedup?
    var tasks: [Int: Task<Void, Never>] = [:]
    var lastTask = 0
    var child: RunningProcess?
    var childNumber = 0
    var reloadCount = 0
    var exit: RenderExit?
    /// The stage that was told last.
    var stage: RenderRun.Stage?
    /// Set when a signal asks for the end, so that a template in the middle of its work is stopped.
    let isStopping = Atomic(false)

    init(
        _ configuration: RenderConfiguration, _ mode: RenderLoop.Mode, _ surroundings: RenderRun.Surroundings
    ) throws(RunFailure) {
        self.configuration = configuration
        self.mode = mode
        self.surroundings = surroundings
        loop = RenderLoop(configuration, mode: mode)
        environment = Self.environment(configuration, surroundings)
        templates = try Self.load(configuration)
        sources = try Self.sources(configuration, environment, surroundings)
        files = Self.files(templates, configuration, mode, environment, surroundings)
        jobs = Self.jobs(environment, start, surroundings)
        memos = templates.map { _ in AnswerMemo() }
        texts = templates.map { _ in [] }
    }

    var now: Duration { ContinuousClock.now - start }

    /// Runs until the loop ends.
    func run() async -> RenderExit {
        let inbox = inbox
        let signals = surroundings.signals
        let ends = [configuration.killSignal, .terminate]
        let listener = Task { [weak self] in
            for await signal in signals {
                if ends.contains(signal) { self?.isStopping.store(true, ordering: .relaxed) }
                inbox.post(.event(.signal(signal)))
            }
        }
        noteLimits()
        startDedup()
        await perform(loop.handle([.time], now: now))
        await settleDedup(hasNews: true)
        while exit == nil {
            await waitForNews()
            let events = read(inbox.take())
            await perform(loop.handle(events + [.time], now: now))
            if exit == nil { await settleDedup(hasNews: events.contains(where: \.isNews)) }
            await tellStage()
        }
        tell(.stopping)
        listener.cancel()
        for watch in watches.values { watch.cancel() }
        for task in tasks.values { task.cancel() }
        for task in tasks.values { await task.value }
        await endDedup()
        return exit ?? .failed
    }

    /// Waits until something has happened or something is due.
    func waitForNews() async {
        let deadline = [loop.nextDeadline, book.nextRelease, dedup?.desk.nextDeadline].compactMap { $0 }.min()
        let inbox = inbox
        let alarm = deadline.map { deadline in
            Task { [start] in
                // A cancelled alarm rings for nothing, which does no harm.
                try? await Task.sleep(until: start + deadline, clock: .continuous)
                if !Task.isCancelled { inbox.wake() }
            }
        }
        for await _ in inbox.bell { break }
        alarm?.cancel()
    }

    /// Tells what is asked for and not there, and what can hardly be meant.
    func noteLimits() {
        if configuration.templates.isEmpty, !mode.isOnce { say(.warn, "there is no template: add some, or -template") }
        var known: Set<String> = []
        for path in configuration.templates.compactMap(\.destination) where !known.insert(path).inserted {
            say(.warn, "\(path): two templates make it, and overwrite each other")
        }
    }

    /// Tells systemd how it goes.
    func tellStage() async {
        guard loop.templates.allSatisfy(\.isSettled) else { return }
        var text = "\(loop.templates.count) files, \(reloadCount) reloads"
        let saved = await jobs.counters().savedReloads
        if saved > 0 { text += ", \(saved) saved" }
        if book.heldCount > 0 { text += ", \(book.heldCount) answers held back" }
        if let outage = loop.toldOutage { text += ", \(outage)" }
        tell(.ready(text))
    }

    func tell(_ stage: RenderRun.Stage) {
        guard stage != self.stage else { return }
        self.stage = stage
        surroundings.tell(stage)
    }

    // MARK: What is to be done

    func perform(_ actions: [RenderAction]) async {
        var queue = actions[...]
        while let action = queue.popFirst() {
            switch action {
            case .render(let index): queue += loop.handle([.rendered(template: index, render(index))], now: now)
            case .watch(let dependency): watch(dependency)
            case .unwatch(let dependency):
                watches.removeValue(forKey: dependency)?.cancel()
                book.forget(dependency)
                absent.remove(dependency)
            case .write(let index): write(index)
            case .run(let job): run(job)
            case .startChild: queue += startChild()
            case .signalChild(let signal): child?.signal(signal.number)
            case .killChild: child?.signal(ProcessSignal.kill.number)
            case .reconfigure: queue += await reconfigure()
            case .log(let level, let text): say(level, text)
            case .end(let exit): self.exit = exit
            }
        }
    }

    func render(_ index: Int) -> RenderEvent.Rendering {
        let logger = surroundings.logger
        let effects = TemplateEffects.effects(environment: environment, isDry: mode.isDry) { octets in
            logger.info("\(String(decoding: octets, as: UTF8.self))")
        }
        let (rendering, octets) = templates[index].render(
            book.answers, environment: environment, memo: memos[index], effects: effects,
            shouldStop: { [weak self] in self?.isStopping.load(ordering: .relaxed) ?? true })
        memos[index].keep(only: Set(rendering.used))
        if let octets, rendering.missing.isEmpty { texts[index] = octets }
        return rendering
    }

    /// Follows the answers to a question, if it is for us to ask it; ``settleDedup(hasNews:)`` looks again later.
    func watch(_ dependency: Dependency) {
        guard dedup?.desk.asks(dependency) ?? true else { return }
        let inbox = inbox
        let sources = sources
        watches[dependency]?.cancel()
        watches[dependency] = Task {
            await sources.follow(dependency) { word in inbox.post(.word(dependency, word)) }
        }
    }

    func startChild() -> [RenderAction] {
        guard let exec = configuration.exec else { return [] }
        childNumber += 1
        let number = childNumber
        do throws(ProcessFailure) {
            let process = try RunningProcess(
                exec.command.arguments, environment: exec.environment.apply(to: environment), hasInput: true)
            child = process
            say(.info, "started \(exec.command.description.debugDescription) as process \(process.id)")
            let inbox = inbox
            Task { inbox.post(.child(number: number, await process.waitForEnd())) }
            return []
        } catch {
            return loop.handle([.childFailed("exec: \(error)")], now: now)
        }
    }

    func spawn(_ body: @escaping @Sendable () async -> Void) {
        lastTask += 1
        let number = lastTask
        tasks[number] = Task { [weak self] in
            await body()
            await self?.forget(number)
        }
    }

    func forget(_ number: Int) { tasks[number] = nil }

    func say(_ level: LogLevel, _ text: String) {
        surroundings.logger.log(level: level.loggerLevel, "\(text)")
    }
}

extension LogLevel {
    /// The logger's level for it.
    public var loggerLevel: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warn: .warning
        case .err: .error
        }
    }
}
