/// What follows from the state that the events have left.
extension RenderLoop {
    mutating func settle(_ now: Duration) {
        if ending == nil { checkPatience(now) }
        if ending == nil, !wantsConfiguration, !isReconfiguring {
            startRenderings(now)
            updateWatches()
            startWrites(now)
            startJob(now)
            settleChild(now)
            report(now)
            finishOnce()
        } else if ending == nil, wantsConfiguration, isAtRest {
            wantsConfiguration = false
            isReconfiguring = true
            actions.append(.reconfigure)
        }
        finish(now)
    }

    /// Whether nothing is being executed, written or run.
    private var isAtRest: Bool {
        job == nil && !templates.contains { $0.isRendering || $0.isWriting }
    }

    private mutating func startRenderings(_ now: Duration) {
        for index in templates.indices {
            let template = templates[index]
            guard template.needsRendering, !template.isRendering, template.quiet.map({ $0.until <= now }) ?? true else {
                continue
            }
            templates[index].needsRendering = false
            templates[index].isRendering = true
            templates[index].quiet = nil
            actions.append(.render(template: index))
        }
    }

    private mutating func updateWatches() {
        // What is being executed is about to say what it needs.
        guard !templates.contains(where: \.isRendering) else { return }
        var wanted: [Dependency] = []
        var known: Set<Dependency> = []
        for template in templates {
            for dependency in template.used where known.insert(dependency).inserted { wanted.append(dependency) }
        }
        for dependency in watched.subtracting(known) {
            watched.remove(dependency)
            arrived.remove(dependency)
            unavailable[dependency] = nil
            actions.append(.unwatch(dependency))
        }
        for dependency in wanted where watched.insert(dependency).inserted { actions.append(.watch(dependency)) }
    }

    private mutating func startWrites(_ now: Duration) {
        for index in templates.indices {
            let template = templates[index]
            guard template.hasText, !template.isWriting, !template.isInJob,
                template.writeRetry.map({ $0.at <= now }) ?? true
            else { continue }
            templates[index].hasText = false
            templates[index].isWriting = true
            actions.append(.write(template: index))
        }
    }

    // MARK: Commands

    private mutating func startJob(_ now: Duration) {
        // All that is new is written before anything is told of it.
        guard job == nil, !templates.contains(where: { $0.isWriting || $0.isRendering }),
            let next = dueJob(now)
        else { return }
        for index in next.templates {
            templates[index].isOwed = false
            templates[index].isInJob = true
        }
        job = next
        jobBegan = now
        actions.append(.run(next))
    }

    private func dueJob(_ now: Duration) -> RenderJob? {
        for job in owedJobs() where start(of: job) <= now { return job }
        return nil
    }

    /// Commands that are owed, in the order of the first template that wants each.
    private func owedJobs() -> [RenderJob] {
        var jobs: [RenderJob] = []
        for index in templates.indices where templates[index].isOwed {
            let settings = configuration.templates[index]
            if let same = jobs.firstIndex(where: { $0.command != nil && $0.command == settings.command }) {
                jobs[same].templates.append(index)
            } else {
                jobs.append(RenderJob(command: settings.command, templates: [index], notBefore: .zero))
            }
        }
        for index in jobs.indices {
            let interval = jobs[index].templates.map { configuration.templates[$0].reload.minimumInterval }.max()
            let last = lastRuns.first { $0.command == jobs[index].command }
            jobs[index].notBefore = last.map { $0.at + (interval ?? .zero) } ?? .zero
        }
        return jobs
    }

    /// When a job may begin.
    private func start(of job: RenderJob) -> Duration {
        let retries = job.templates.compactMap { templates[$0].jobRetry?.at }
        // What may do without a command need not wait for one.
        let mayBeLive = job.templates.contains { configuration.templates[$0].haproxy?.runtimeSocket != nil }
        return max(retries.min() ?? .zero, mayBeLive ? .zero : job.notBefore)
    }

    mutating func jobEnded(_ working: RenderEvent.Working, _ now: Duration) {
        guard let job else { return }
        self.job = nil
        let hasRun = working != .done(hasReloaded: false)
        if hasRun {
            lastRuns.removeAll { $0.command == job.command }
            lastRuns.append((job.command, jobBegan))
        }
        for index in job.templates {
            templates[index].isInJob = false
            let isOver = mode.isOnce || configuration.templates[index].onError == .stop
            switch working {
            case .done: templates[index].jobRetry = nil
            case .failed where !isOver:
                templates[index].isOwed = true
                templates[index].jobRetry = TemplateProgress.Retry(after: templates[index].jobRetry, now: now)
            case .failed: templates[index].isFailed = true
            case .takenBack: templates[index].isFailed = isOver
            }
        }
        switch working {
        case .done: break
        case .failed(let reason), .takenBack(let reason): log(.err, reason)
        }
    }

    // MARK: Patience

    /// How long a source may be away before that ends the run; nil for ever.
    ///
    /// The time that consul-template's attempts would take. Once every file has been there, nothing is gained by ending.
    private var outageMax: Duration? {
        let retry = configuration.consul.retry
        if !mode.isOnce, templates.allSatisfy(\.isSettled) { return nil }
        guard retry.isEnabled else { return .zero }
        guard retry.attempts > 0 else { return nil }
        var total = Duration.zero
        var pause = retry.backoff
        let longest = retry.maximumBackoff
        for _ in 0..<min(retry.attempts, 10_000) {
            total += longest > .zero ? min(pause, longest) : pause
            // Beyond a day it makes no difference.
            if pause < .seconds(86_400) { pause *= 2 }
        }
        return total
    }

    private mutating func checkPatience(_ now: Duration) {
        if let limit = outageMax, let worst = unavailable.values.min(by: { $0.since < $1.since }),
            worst.since + limit <= now
        {
            stop(.runFailed, "\(worst.reason): given up after \(limit)")
        }
        guard let timeout = configuration.missingTimeout else { return }
        for index in templates.indices {
            guard let since = templates[index].missingSince, since + timeout <= now else { continue }
            stop(.runFailed, "\(name(index)): given up after \(timeout): \(lack(index))")
        }
    }

    private mutating func report(_ now: Duration) {
        for index in templates.indices {
            guard let at = templates[index].reportAt, at <= now else { continue }
            templates[index].reportAt = now + Self.laterReports
            log(.warn, "\(name(index)): \(lack(index))")
        }
    }

    /// `it waits for kv.block(a), kv.block(b)`.
    private func lack(_ index: Int) -> String {
        let missing = templates[index].missing.sorted { $0.description < $1.description }
        let shown = missing.prefix(10).map(\.description).joined(separator: ", ")
        let more = missing.count > 10 ? " and \(missing.count - 10) more" : ""
        let reason = missing.lazy.compactMap { unavailable[$0]?.reason }.first
        return "it waits for \(shown)\(more)" + (reason.map { ": \($0)" } ?? "")
    }

    // MARK: The end

    /// Whether there is nothing to do but to wait for changes.
    var isIdle: Bool {
        isAtRest
            && templates.allSatisfy { !$0.needsRendering && !$0.hasText && !$0.isOwed && $0.missing.isEmpty }
    }

    private mutating func finishOnce() {
        guard isAtRest else { return }
        let hasFailed = templates.contains(where: \.isFailed)
        if hasFailed, !mode.isOnce, !templates.contains(where: { $0.isOwed && $0.jobRetry == nil }) {
            stop(.runFailed)
        }
        guard mode.isOnce, isIdle, templates.allSatisfy(\.isSettled) else { return }
        if hasFailed { return stop(.runFailed) }
        // A child goes on, and its end is the run's.
        if !child.isStarted { stop(.done) }
    }

    private mutating func finish(_ now: Duration) {
        guard let ending else { return }
        guard !child.isStarted else { return endChild(now) }
        guard isHasty || job == nil && !templates.contains(where: \.isWriting) else { return }
        hasEnded = true
        actions.append(.end(ending))
    }

    /// When it has to be looked at again, if nothing happens before.
    var nextDeadline: Duration? {
        guard !hasEnded else { return nil }
        var times: [Duration?] = [child.deadline]
        if ending == nil {
            for template in templates {
                times.append(template.needsRendering ? template.quiet?.until : nil)
                times.append(template.hasText ? template.writeRetry?.at : nil)
                times.append(template.reportAt)
                if let timeout = configuration.missingTimeout {
                    times.append(template.missingSince.map { $0 + timeout })
                }
            }
            if job == nil { times += owedJobs().map { start(of: $0) } }
            if let limit = outageMax { times.append(unavailable.values.map(\.since).min().map { $0 + limit }) }
        }
        return times.compactMap { $0 }.min()
    }
}
