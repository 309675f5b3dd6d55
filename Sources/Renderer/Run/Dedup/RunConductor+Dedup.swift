internal import KeyValue
internal import Logging

/// Several renderers of the same templates, of which one asks the store: `deduplicate`.
extension RunConductor {
    /// Begins to share, if that is configured; a run that ends by itself or writes nothing asks by itself.
    func startDedup() {
        guard configuration.deduplication.isEnabled, !mode.isOnce, !mode.isDry, !templates.isEmpty else { return }
        let store: (any KeyValueStore)?
        do throws(KeyValueError) {
            store = try DedupStore.open(configuration, environment: environment, logger: surroundings.logger)
        } catch {
            return say(.err, "deduplicate: \(error): this renderer asks the store by itself")
        }
        guard let store else {
            return say(.warn, "deduplicate: there is none with this store: this renderer asks it by itself")
        }
        let inbox = inbox
        let shared = DedupStore(store, configuration.deduplication) { inbox.post(.dedup($0)) }
        let hashes = templates.map(\.hash)
        let named = zip(hashes, templates).map { (hash: $0, name: $1.settings.name) }
        let watches = Set(hashes).map { hash in Task { await shared.follow(hash) } }
        dedup = RunDedup(
            desk: DedupDesk(configuration.deduplication, templates: named), store: shared, hashes: hashes,
            watches: watches)
    }

    /// Gives up what this renderer leads, so that others may.
    func endDedup() async {
        guard let ending = dedup else { return }
        dedup = nil
        for watch in ending.watches { watch.cancel() }
        if let session = ending.desk.session.id { await ending.store.end(session) }
    }

    /// Goes on with another configuration.
    func restartDedup(isSameSharing: Bool) async {
        if isSameSharing, let dedup, dedup.hashes == templates.map(\.hash) { return }
        await endDedup()
        startDedup()
    }

    /// Takes up what templates ask and what is known, and asks what has become ours to ask, and no more.
    ///
    /// - Parameter hasNews: whether an answer may have changed since the last time.
    func settleDedup(hasNews: Bool) async {
        if let sharing = dedup {
            var uses: [String: Set<Dependency>] = [:]
            for (index, hash) in sharing.hashes.enumerated() {
                uses[hash, default: []].formUnion(loop.templates[index].used)
            }
            let actions = dedup?.desk.settle(uses, answers: book.answers, absent: absent, hasNews: hasNews, now: now)
            var events: [RenderEvent] = []
            carryOut(actions ?? [], &events)
            if !events.isEmpty {
                await perform(loop.handle(events, now: now))
                // What is handed on may make templates ask for more.
                return await settleDedup(hasNews: true)
            }
        }
        // Thousands may be watched.
        guard dedup != nil || watches.count != loop.watched.count else { return }
        for dependency in loop.watched {
            let isOurs = dedup?.desk.asks(dependency) ?? true
            if isOurs, watches[dependency] == nil {
                watch(dependency)
            } else if !isOurs {
                watches.removeValue(forKey: dependency)?.cancel()
            }
        }
    }

    /// Takes up what the store says about sharing.
    func heed(_ event: DedupEvent, _ events: inout [RenderEvent]) {
        carryOut(dedup?.desk.handle(event, now: now) ?? [], &events)
    }

    private func carryOut(_ actions: [DedupAction], _ events: inout [RenderEvent]) {
        guard let store = dedup?.store else { return }
        for action in actions {
            switch action {
            case .hand(let dependency, let answer): take(answer, to: dependency, &events)
            case .isAway(let dependency, let reason): events.append(.unavailable(dependency, reason))
            case .isBack(let dependency): events.append(.heard(dependency))
            case .log(let level, let text): say(level, text)
            case .makeSession, .renewSession, .acquire, .publish, .sweep:
                Task { await store.perform(action) }
            }
        }
    }

    /// Takes up the answer of the renderer that leads, which has looked at it as ``AnswerGuard`` says.
    private func take(_ answer: Answer?, to dependency: Dependency, _ events: inout [RenderEvent]) {
        guard let answer else {
            absent.insert(dependency)
            return events.append(.absent(dependency))
        }
        absent.remove(dependency)
        var guards = AnswerGuard()
        guards.isEnabled = false
        let verdict = book.take(answer, to: dependency, isSuspect: false, guards: guards, now: now)
        events.append(verdict == .accepted ? .answered(dependency) : .heard(dependency))
    }
}

extension RenderEvent {
    /// Whether others may have to be told of it.
    var isNews: Bool {
        switch self {
        case .rendered, .answered, .absent: true
        default: false
        }
    }
}
