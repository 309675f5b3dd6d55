/// What a run of `portico render` does next, without a clock, a file or a process: events in, actions out.
///
/// - A template is executed when an answer comes that it asked for or has used: at once if it was the last that was missing,
///   else together with others that come in the next moment. As long as anything is missing its file stays; an error counts
///   only when nothing is missing.
/// - One watch serves all templates that ask the same. What no template asks any more is not watched any more.
/// - A template that was complete once gathers changes as its `wait` says, by itself: neighbours neither delay nor hasten it.
/// - A complete text is written; then commands run, one at a time, in the templates' order, equal ones once. A command that
///   failed, a write that failed and a check that failed are tried again later and later, or end the run, as the template
///   says; with once they always end it, when all the others are done.
/// - The child of exec mode starts when every file is as it should be, and learns of every file written after that.
///
/// Time is any monotonic measure that is given with the events. After each call the caller does the actions in their order
/// and calls again when something has happened or ``nextDeadline`` has passed.
struct RenderLoop: Sendable {
    /// How it runs.
    struct Mode: Sendable, Equatable {
        /// It ends when everything was done once.
        var isOnce = false
        /// Nothing is written or run.
        var isDry = false
    }

    /// A template that waits is told of after so long, and then this often.
    static let firstReport = Duration.seconds(5)
    static let laterReports = Duration.seconds(60)
    /// How long answers are gathered for a template that lacks more of them: with thousands of questions each answer would
    /// cost an execution.
    static let gathering = Duration.milliseconds(10)

    let configuration: RenderConfiguration
    let mode: Mode
    /// From 0 to 1, for the child's splay.
    let random: @Sendable () -> Double

    var templates: [TemplateProgress]
    /// What is followed.
    var watched: Set<Dependency> = []
    /// What has an answer.
    var arrived: Set<Dependency> = []
    /// Sources that do not answer, since when, and their words.
    var unavailable: [Dependency: (since: Duration, reason: String)] = [:]
    /// The words that were told last of a source that is away.
    var toldOutage: String?
    var job: RenderJob?
    var jobBegan: Duration = .zero
    /// When commands last ran.
    var lastRuns: [(command: ExecSettings?, at: Duration)] = []
    var child = ChildProgress()
    /// Set when the configuration is to be read anew.
    var wantsConfiguration = false
    var isReconfiguring = false
    /// Set when it is ending.
    var ending: RenderExit?
    /// Whether it ends without waiting for what is under way.
    var isHasty = false
    var hasEnded = false
    var actions: [RenderAction] = []

    /// A run that has not begun; hand in ``RenderEvent/time`` to begin.
    init(
        _ configuration: RenderConfiguration, mode: Mode = Mode(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.configuration = configuration
        self.mode = mode
        self.random = random
        templates = configuration.templates.map { _ in TemplateProgress() }
    }

    /// The run after `old` was asked to read its configuration anew: answers, watches, the child and what is owed stay.
    init(_ configuration: RenderConfiguration, after old: RenderLoop) {
        self.init(configuration, mode: old.mode, random: old.random)
        watched = old.watched
        arrived = old.arrived
        unavailable = old.unavailable
        toldOutage = old.toldOutage
        lastRuns = old.lastRuns
        child = old.child
        if configuration.exec != old.configuration.exec { child.mustRestart = true }
        for (index, settings) in configuration.templates.enumerated() where settings.destination != nil {
            guard let before = old.configuration.templates.firstIndex(where: { $0.destination == settings.destination })
            else { continue }
            templates[index].isOwed = old.templates[before].isOwed && settings.needsJob
        }
    }

    /// Takes events in, in their order; returns what is to be done.
    mutating func handle(_ events: [RenderEvent], now: Duration) -> [RenderAction] {
        guard !hasEnded else { return [] }
        actions = []
        for event in events { take(event, now) }
        settle(now)
        return actions
    }

    // MARK: Events

    private mutating func take(_ event: RenderEvent, _ now: Duration) {
        switch event {
        case .rendered(let template, let rendering): rendered(template, rendering, now)
        case .answered(let dependency): answered(dependency, now)
        case .heard(let dependency): hears(dependency)
        case .absent(let dependency):
            hears(dependency)
            if configuration.failsOnFailedLookup, !arrived.contains(dependency) {
                stop(.runFailed, "\(dependency): there is none, and err_on_failed_lookup is true")
            }
        case .unavailable(let dependency, let reason): isAway(dependency, reason, now)
        case .wrote(let template, let writing): wrote(template, writing, now)
        case .jobEnded(let working): jobEnded(working, now)
        case .childEnded(let ending): childEnded(ending)
        case .childFailed(let reason): stop(.runFailed, reason)
        case .signal(let signal): received(signal, now)
        case .keptConfiguration:
            isReconfiguring = false
        case .time: break
        }
    }

    private mutating func answered(_ dependency: Dependency, _ now: Duration) {
        hears(dependency)
        arrived.insert(dependency)
        for index in templates.indices where templates[index].used.contains(dependency) {
            if templates[index].missing.isEmpty {
                touch(index, now)
                continue
            }
            templates[index].needsRendering = true
            // It cannot wait for all: what it asks may depend on what it gets.
            let isLast = templates[index].missing.isSubset(of: arrived)
            let until = templates[index].quiet?.until ?? now + Self.gathering
            templates[index].quiet = isLast ? nil : TemplateProgress.Quiet(until: until, deadline: until)
        }
    }

    /// A template has to be executed anew: at once, or when it has been quiet for long enough.
    private mutating func touch(_ index: Int, _ now: Duration) {
        templates[index].needsRendering = true
        guard templates[index].isRendered, let wait = configuration.templates[index].wait else { return }
        let deadline = templates[index].quiet?.deadline ?? now + wait.maximum
        templates[index].quiet = TemplateProgress.Quiet(until: min(now + wait.minimum, deadline), deadline: deadline)
    }

    private mutating func rendered(_ index: Int, _ rendering: RenderEvent.Rendering, _ now: Duration) {
        var template = templates[index]
        defer { templates[index] = template }
        template.isRendering = false
        if rendering.missing.isEmpty, rendering.failure == nil {
            template.used = Set(rendering.used)
            template.missing = []
            template.missingSince = nil
            template.reportAt = nil
            template.isRendered = true
            template.hasText = true
            template.writeRetry = nil
            if template.failure != nil { log(.warn, "\(name(index)): the template works again") }
            template.failure = nil
            return
        }
        // What stopped half-way has not asked everything that it needs.
        template.used = rendering.failure == nil ? Set(rendering.used) : template.used.union(rendering.used)
        template.missing = Set(rendering.missing)
        guard let failure = rendering.failure, rendering.missing.isEmpty else {
            if let failure = rendering.failure { log(.debug, "\(name(index)): not ready: \(failure)") }
            template.missingSince = template.missingSince ?? now
            template.reportAt = template.reportAt ?? now + Self.firstReport
            return
        }
        template.missingSince = nil
        template.reportAt = nil
        if configuration.templates[index].isErrorFatal {
            stop(.runFailed, "\(name(index)): \(failure)")
        } else {
            if template.failure != failure { log(.err, "\(name(index)): \(failure): its file stays as it is") }
            template.failure = failure
            if mode.isOnce {
                template.isFailed = true
                template.isSettled = true
            }
        }
    }

    private mutating func wrote(_ index: Int, _ writing: RenderEvent.Writing, _ now: Duration) {
        var template = templates[index]
        defer { templates[index] = template }
        template.isWriting = false
        let settings = configuration.templates[index]
        if case .failed(let reason) = writing {
            let isOver = mode.isOnce || settings.onError == .stop
            // Process numbers and times make no other reason of it.
            let words = String(reason.unicodeScalars.filter { !("0"..."9").contains($0) })
            log(template.obstacle == words && !isOver ? .debug : .err, "\(name(index)): \(reason)")
            template.obstacle = words
            if isOver {
                template.isFailed = true
                template.isSettled = true
            } else if !template.hasText {
                template.hasText = true
                template.writeRetry = TemplateProgress.Retry(after: template.writeRetry, now: now)
            }
            return
        }
        if template.obstacle != nil { log(.warn, "\(name(index)): its file is as it should be again") }
        template.obstacle = nil
        template.writeRetry = nil
        let isFirst = !template.isSettled
        template.isSettled = true
        switch writing {
        case .unchanged(let isOwed):
            log(isFirst ? .info : .debug, "\(name(index)): up to date")
            template.isOwed = template.isOwed || isOwed && settings.needsJob
        case .written:
            log(.info, "\(name(index)): written")
            template.isOwed = settings.needsJob
            // A new text is no repetition of what failed with the old one.
            template.jobRetry = nil
            child.hasNews = child.hasNews || child.isStarted
        case .shown, .failed: break
        }
    }

    // MARK: Sources

    private mutating func hears(_ dependency: Dependency) {
        guard unavailable.removeValue(forKey: dependency) != nil, unavailable.isEmpty, toldOutage != nil else { return }
        log(.warn, "the store answers again")
        toldOutage = nil
    }

    private mutating func isAway(_ dependency: Dependency, _ reason: String, _ now: Duration) {
        guard watched.contains(dependency) else { return }
        unavailable[dependency] = (unavailable[dependency]?.since ?? now, reason)
        // Many questions fail together when one store is away: it is told once.
        guard toldOutage == nil else { return }
        toldOutage = reason
        log(.err, "\(reason): files stay as they are, and it is tried again")
    }

    // MARK: What all need

    func name(_ index: Int) -> String { configuration.templates[index].name }

    mutating func log(_ level: LogLevel, _ text: String) {
        actions.append(.log(level, text))
    }

    /// Begins to end, for this reason.
    mutating func stop(_ exit: RenderExit, _ reason: String? = nil) {
        guard ending == nil else { return }
        if let reason { log(.err, reason) }
        ending = exit
    }

    private mutating func received(_ signal: ProcessSignal, _ now: Duration) {
        if signal == configuration.reloadSignal {
            log(.info, "\(signal): the configuration is read anew")
            wantsConfiguration = true
        } else if signal == configuration.killSignal || signal == .terminate
            || signal == .interrupt && configuration.killSignal != nil
        {
            log(.info, "\(signal): ending")
            // Who asks twice does not want to wait.
            if ending != nil {
                isHasty = true
                if child.isStarted { actions.append(.killChild) }
            }
            stop(.interrupted)
        } else if child.isStarted {
            actions.append(.signalChild(signal))
        }
    }
}

extension TemplateSettings {
    /// Whether something follows when its file is new.
    var needsJob: Bool { command != nil || haproxy != nil }
}
