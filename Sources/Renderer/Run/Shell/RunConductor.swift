internal import KeyValue
public import Logging
internal import Synchronization

/// The task of a run that looks, asks the loop, and acts.
actor RunConductor {
    private var configuration: RenderConfiguration
    private let mode: RenderLoop.Mode
    private let surroundings: RenderRun.Surroundings
    private let inbox = RunInbox()
    private let start = ContinuousClock.now

    private var loop: RenderLoop
    private var book = AnswerBook()
    private var sources: SourceSet
    private var templates: [LoadedTemplate]
    private var files: [OutputFile]
    private var jobs: JobRunner
    private var environment: [String: String]
    private var memos: [AnswerMemo]
    /// The newest complete text of each template.
    private var texts: [[UInt8]]
    private var watches: [Dependency: Task<Void, Never>] = [:]
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var lastTask = 0
    private var child: RunningProcess?
    private var childNumber = 0
    private var reloadCount = 0
    private var exit: RenderExit?
    /// The stage that was told last.
    private var stage: RenderRun.Stage?
    /// Set when a signal asks for the end, so that a template in the middle of its work is stopped.
    private let isStopping = Atomic(false)

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

    private var now: Duration { ContinuousClock.now - start }

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
        await perform(loop.handle([.time], now: now))
        while exit == nil {
            await waitForNews()
            let events = read(inbox.take())
            await perform(loop.handle(events + [.time], now: now))
            await tellStage()
        }
        tell(.stopping)
        listener.cancel()
        for watch in watches.values { watch.cancel() }
        for task in tasks.values { task.cancel() }
        for task in tasks.values { await task.value }
        return exit ?? .failed
    }

    /// Waits until something has happened or something is due.
    private func waitForNews() async {
        let deadline = [loop.nextDeadline, book.nextRelease].compactMap { $0 }.min()
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
    private func noteLimits() {
        if configuration.templates.isEmpty, !mode.isOnce { say(.warn, "there is no template: add some, or -template") }
        var known: Set<String> = []
        for path in configuration.templates.compactMap(\.destination) where !known.insert(path).inserted {
            say(.warn, "\(path): two templates make it, and overwrite each other")
        }
        guard configuration.deduplication.isEnabled, !mode.isOnce else { return }
        say(
            .warn,
            "deduplicate: there is none: one renderer asks each question once, however many of its templates ask it")
    }

    /// Tells systemd how it goes.
    private func tellStage() async {
        guard loop.templates.allSatisfy(\.isSettled) else { return }
        var text = "\(loop.templates.count) files, \(reloadCount) reloads"
        let saved = await jobs.counters().savedReloads
        if saved > 0 { text += ", \(saved) saved" }
        if book.heldCount > 0 { text += ", \(book.heldCount) answers held back" }
        if let outage = loop.toldOutage { text += ", \(outage)" }
        tell(.ready(text))
    }

    private func tell(_ stage: RenderRun.Stage) {
        guard stage != self.stage else { return }
        self.stage = stage
        surroundings.tell(stage)
    }

    // MARK: What has happened

    private func read(_ news: [RunInbox.News]) -> [RenderEvent] {
        var events: [RenderEvent] = book.release(now: now).map { .answered($0) }
        for item in news {
            switch item {
            case .event(let event):
                if case .jobEnded(.done(hasReloaded: true)) = event { reloadCount += 1 }
                events.append(event)
            case .word(let dependency, let word): hear(word, of: dependency, &events)
            case .child(let number, let ending):
                guard number == childNumber else { continue }
                child = nil
                events.append(.childEnded(ending))
            }
        }
        return events
    }

    private func hear(_ word: SourceWord, of dependency: Dependency, _ events: inout [RenderEvent]) {
        // A word may have been on its way when the watch ended.
        guard watches[dependency] != nil else { return }
        switch word {
        case .absent: events.append(.absent(dependency))
        case .unavailable(let reason): events.append(.unavailable(dependency, reason))
        case .answer(let answer, let isSuspect):
            let verdict = book.take(
                answer, to: dependency, isSuspect: isSuspect, guards: guards(of: dependency), now: now)
            switch verdict {
            case .accepted: events.append(.answered(dependency))
            case .known: events.append(.heard(dependency))
            case .held(let reason):
                events.append(.heard(dependency))
                say(.warn, "\(dependency): \(reason): held back for \(guards(of: dependency).hold)")
            }
        }
    }

    /// The most careful of the guards of those that ask.
    private func guards(of dependency: Dependency) -> AnswerGuard {
        var result = AnswerGuard()
        result.isEnabled = false
        for index in templates.indices where loop.templates[index].used.contains(dependency) {
            let settings = configuration.templates[index].answerGuard
            guard settings.isEnabled else { continue }
            guard result.isEnabled else {
                result = settings
                continue
            }
            result.holdsEmpty = result.holdsEmpty || settings.holdsEmpty
            result.maximumDrop = min(result.maximumDrop, settings.maximumDrop)
            result.minimumEntries = min(result.minimumEntries, settings.minimumEntries)
            result.hold = max(result.hold, settings.hold)
        }
        return result
    }

    // MARK: What is to be done

    private func perform(_ actions: [RenderAction]) async {
        var queue = actions[...]
        while let action = queue.popFirst() {
            switch action {
            case .render(let index): queue += loop.handle([.rendered(template: index, render(index))], now: now)
            case .watch(let dependency): watch(dependency)
            case .unwatch(let dependency):
                watches.removeValue(forKey: dependency)?.cancel()
                book.forget(dependency)
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

    private func render(_ index: Int) -> RenderEvent.Rendering {
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

    private func watch(_ dependency: Dependency) {
        let inbox = inbox
        let sources = sources
        watches[dependency]?.cancel()
        watches[dependency] = Task {
            await sources.follow(dependency) { word in inbox.post(.word(dependency, word)) }
        }
    }

    private func write(_ index: Int) {
        let (text, file, inbox) = (texts[index], files[index], inbox)
        spawn { inbox.post(.event(.wrote(template: index, await file.write(text)))) }
    }

    private func run(_ job: RenderJob) {
        let (jobs, inbox) = (jobs, inbox)
        let files = job.templates.map { self.files[$0] }
        spawn {
            var items: [JobRunner.Item] = []
            for (index, file) in zip(job.templates, files) {
                guard let written = await file.written else { continue }
                items.append(
                    JobRunner.Item(
                        template: index, settings: file.settings, running: await file.running, written: written))
            }
            let outcome = await jobs.run(job, items)
            inbox.post(.event(.jobEnded(await Self.settle(outcome, job, items, files, jobs))))
        }
    }

    /// Notes what became of the files' texts.
    private static func settle(
        _ outcome: JobRunner.Outcome, _ job: RenderJob, _ items: [JobRunner.Item], _ files: [OutputFile],
        _ jobs: JobRunner
    ) async -> RenderEvent.Working {
        switch outcome {
        case .failed(let reason): return .failed(reason)
        case .done(let hasReloaded):
            for (item, file) in zip(items, files) { await file.succeeded(with: item.written) }
            return .done(hasReloaded: hasReloaded)
        case .disproved(let reason):
            do {
                for (item, file) in zip(items, files) { try await file.takeBack(item.written, reason: reason) }
                try await jobs.repeatCommand(of: job)
                for file in files {
                    if let good = await file.written { await file.succeeded(with: good) }
                }
                return .takenBack("\(reason): the old files are back")
            } catch {
                return .failed("\(reason): and the old files could not be put back: \(error)")
            }
        }
    }

    private func startChild() -> [RenderAction] {
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

    /// Reads the configuration anew; whatever is wrong with it, the old one holds.
    private func reconfigure() async -> [RenderAction] {
        tell(.reloading)
        do {
            let next = try surroundings.reread()
            let environment = Self.environment(next, surroundings)
            let templates = try Self.load(next)
            // A file with a token may hold another one now.
            let isSameStore =
                next.store == configuration.store && next.consul == configuration.consul
                && next.consul.tokenFile == nil
            let sources =
                try isSameStore ? self.sources : Self.sources(next, environment, surroundings)
            if !isSameStore {
                for watch in watches.values { watch.cancel() }
                watches = [:]
                book = AnswerBook()
                loop.watched = []
                loop.arrived = []
                loop.unavailable = [:]
            }
            var running: [String: OutputFile] = [:]
            for file in files {
                if let path = file.settings.destination { running[path] = file }
            }
            loop = RenderLoop(next, after: loop)
            if next.commandEnvironment != configuration.commandEnvironment || next.templates != configuration.templates
            {
                jobs = Self.jobs(environment, start, surroundings)
            }
            configuration = next
            self.environment = environment
            self.templates = templates
            self.sources = sources
            files = Self.files(templates, next, mode, environment, surroundings)
            for (settings, file) in zip(next.templates, files) {
                if let old = settings.destination.flatMap({ running[$0] }) { await file.take(over: old) }
            }
            memos = templates.map { _ in AnswerMemo() }
            texts = templates.map { _ in [] }
            return loop.handle([.time], now: now)
        } catch {
            say(.err, "\(error): the old configuration stays in force")
            return loop.handle([.keptConfiguration], now: now)
        }
    }

    private func spawn(_ body: @escaping @Sendable () async -> Void) {
        lastTask += 1
        let number = lastTask
        tasks[number] = Task { [weak self] in
            await body()
            await self?.forget(number)
        }
    }

    private func forget(_ number: Int) { tasks[number] = nil }

    private func say(_ level: LogLevel, _ text: String) {
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
