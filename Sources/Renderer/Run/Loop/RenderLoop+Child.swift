/// How far the child of exec mode has come.
struct ChildProgress: Sendable {
    /// What happens when the child has ended because it was asked to.
    enum Sequel: Sendable {
        case restart
        case end
    }

    /// Whether there is one, or one is being started.
    var isStarted = false
    /// Whether files were written that it does not know of.
    var hasNews = false
    /// Whether another configuration asks for another child.
    var mustRestart = false
    /// When it is told of news.
    var tellAt: Duration?
    /// Set when it was asked to end.
    var sequel: Sequel?
    /// When it is killed, if it does not end before.
    var killAt: Duration?
    /// When its time is up.
    var expiresAt: Duration?

    /// When something is due.
    var deadline: Duration? { [tellAt, killAt, expiresAt].compactMap { $0 }.min() }
}

extension RenderLoop {
    /// Starts the child, or tells it of new files.
    mutating func settleChild(_ now: Duration) {
        if child.isStarted { expireChild(now) }
        guard let exec = configuration.exec, !mode.isDry else {
            if child.mustRestart, child.isStarted, child.sequel == nil { stopChild(.restart, now) }
            return
        }
        guard isIdle, templates.allSatisfy({ $0.isSettled && !$0.isFailed }) else { return }
        guard child.isStarted else {
            child = ChildProgress()
            child.isStarted = true
            child.expiresAt = exec.timeout > .zero ? now + exec.timeout : nil
            actions.append(.startChild)
            return
        }
        guard child.sequel == nil else { return }
        if child.mustRestart { return stopChild(.restart, now) }
        if child.hasNews, child.tellAt == nil {
            child.hasNews = false
            child.tellAt = now + exec.splay * random()
        }
        guard let at = child.tellAt, at <= now else { return }
        child.tellAt = nil
        if let signal = exec.reloadSignal {
            actions.append(.signalChild(signal))
        } else {
            stopChild(.restart, now)
        }
    }

    private mutating func expireChild(_ now: Duration) {
        if let at = child.killAt, at <= now {
            child.killAt = nil
            actions.append(.killChild)
        }
        if let at = child.expiresAt, at <= now {
            child.expiresAt = nil
            log(.err, "the child's time is up: it is ended")
            stopChild(.end, now)
        }
    }

    /// Asks the child to end.
    private mutating func stopChild(_ sequel: ChildProgress.Sequel, _ now: Duration) {
        child.sequel = sequel
        child.tellAt = nil
        let exec = configuration.exec
        if let exec, let signal = exec.killSignal { actions.append(.signalChild(signal)) }
        if exec == nil { actions.append(.signalChild(.terminate)) }
        child.killAt = now + (exec?.killTimeout ?? .seconds(30))
    }

    /// Sees to it that the child ends, because the run does.
    mutating func endChild(_ now: Duration) {
        if child.sequel == nil {
            stopChild(.end, now)
        } else {
            child.sequel = .end
        }
        expireChild(now)
    }

    mutating func childEnded(_ ending: ProcessEnding) {
        let sequel = child.sequel
        child = ChildProgress()
        switch sequel {
        case nil:
            log(.info, "the child has ended: \(ending)")
            stop(.child(ending.status))
        case .end: stop(.child(ending.status))
        case .restart: break
        }
    }
}
