internal import KeyValue

/// What of a run's questions this renderer asks the store, and what it takes from the renderer that leads.
///
/// One session, and for each template (known by the hash of its text) one ``LockElection``. A question is asked by this
/// renderer if it leads a template that asks it, if the answer is each machine's own, or if nobody else's answer is to be
/// had: the store has no locks for us, or the leader does not know the question. All others are handed on from the leader's
/// data as it is seen in the store.
///
/// Without a clock or a store: events in, actions out, as ``RenderLoop``.
struct DedupDesk: Sendable {
    /// What is known of one template.
    private struct Desk: Sendable {
        /// For logs.
        var name: String
        var election = LockElection()
        /// What the template asks and others may answer.
        var uses: Set<Dependency> = []
        var view: DedupKeys.View?
        var outage: String?
        /// Whether there may be something to write.
        var isDirty = true
        var isPublishing = false
        /// Over the value at which index was written last.
        var replaced: UInt64?
        /// When it is tried again, after a failure.
        var publishAt: Duration?
        var failures = 0
        /// What was told last of who leads, and of data that cannot be read.
        var toldLeader: String?
        var toldProblem: String?
    }

    private let patience: Duration
    private(set) var session: SessionKeeping
    private var desks: [String: Desk]
    /// The hashes in the order of their templates.
    private let order: [String]
    /// Why the store has no locks for us: everything is asked.
    private var solitude: String?
    /// Questions that no leader's data holds, since when, and those among them that are asked after all.
    private var wanting: [Dependency: Duration] = [:]
    private var impatient: Set<Dependency> = []
    private var actions: [DedupAction] = []

    /// A store that refuses locks may be given a better token.
    private static let solitudePause = Duration.seconds(60)

    /// A desk for templates by their hashes, in their order, with names for logs.
    init(_ settings: DeduplicationSettings, templates: [(hash: String, name: String)]) {
        // A leader that has just begun has to ask first.
        patience = settings.timeToLive
        session = SessionKeeping(timeToLive: settings.timeToLive)
        var order: [String] = []
        desks = [:]
        for (hash, name) in templates where desks[hash] == nil {
            order.append(hash)
            desks[hash] = Desk(name: name)
        }
        self.order = order
    }

    // MARK: What is asked

    /// Whether this renderer asks the store for the answer to a question.
    func asks(_ dependency: Dependency) -> Bool {
        guard dependency.isShareable, solitude == nil, !impatient.contains(dependency) else { return true }
        return desks.values.contains { $0.election.acts && $0.uses.contains(dependency) }
    }

    /// Takes up what templates ask, by their hashes, and what is known; `hasNews` if any answer may have changed.
    mutating func settle(
        _ uses: [String: Set<Dependency>], answers: [Dependency: Answer], absent: Set<Dependency>, hasNews: Bool,
        now: Duration
    ) -> [DedupAction] {
        actions = []
        for (hash, uses) in uses {
            let uses = uses.filter(\.isShareable)
            guard let before = desks[hash]?.uses, before != uses else { continue }
            desks[hash]?.uses = uses
            hand(hash, only: uses.subtracting(before))
            if let outage = desks[hash]?.outage { tell(outage, hash, only: uses.subtracting(before)) }
        }
        for hash in order {
            if hasNews { desks[hash]?.isDirty = true }
            publish(hash, answers, absent, now)
        }
        step(now)
        return actions
    }

    /// When something is to be done, if nothing happens before.
    var nextDeadline: Duration? {
        var times = [session.deadline]
        for desk in desks.values {
            if session.id != nil { times.append(desk.election.deadline) }
            times.append(desk.publishAt)
        }
        times += wanting.filter { !impatient.contains($0.key) }.map { $0.value + patience }
        return times.compactMap { $0 }.min()
    }

    // MARK: What has happened

    /// Takes an event in; returns what is to be done.
    mutating func handle(_ event: DedupEvent, now: Duration) -> [DedupAction] {
        actions = []
        switch event {
        case .sessionMade(let id):
            session.made(id, now: now)
            endSolitude()
        case .sessionRenewed(let isThere):
            session.renewed(isThere, now: now)
            if !isThere {
                log(.warn, "deduplicate: the session is over: another one is made")
                for hash in order { desks[hash]?.election.lostSession() }
            }
        case .sessionFailed(let error): failed(error, now)
        case .seen(let hash, let view): saw(hash, view, now)
        case .away(let hash, let reason): isAway(hash, reason)
        case .locked(let hash, let isOurs, let under):
            desks[hash]?.election.locked(isOurs && under == session.id, session: under, now: now)
            endSolitude()
            tellLeader(hash)
        case .lockFailed(let hash, let error):
            desks[hash]?.election.failed(now: now)
            // Consul calls a session that is over invalid.
            session.isDoubted(now: now)
            log(.debug, "deduplicate: \(error)")
            if error.kind == .denied { isAlone(error) }
        case .published(let hash, let isWritten):
            desks[hash]?.isPublishing = false
            desks[hash]?.failures = 0
            if !isWritten { log(.debug, "deduplicate: \(hash): somebody else has written its data") }
        case .publishFailed(let hash, let error): publishFailed(hash, error, now)
        case .time: break
        }
        step(now)
        return actions
    }

    private mutating func failed(_ error: KeyValueError, _ now: Duration) {
        switch error.kind {
        case .denied, .invalid, .unsupported:
            session.failed(now: now, pause: Self.solitudePause)
            isAlone(error)
        case .unavailable, .garbled:
            session.failed(now: now)
            log(.debug, "deduplicate: \(error)")
        }
    }

    private mutating func isAlone(_ error: KeyValueError) {
        if solitude == nil {
            log(.warn, "deduplicate: \(error): this renderer asks the store by itself until that is better")
        }
        solitude = error.description
    }

    private mutating func endSolitude() {
        guard solitude != nil else { return }
        solitude = nil
        log(.info, "deduplicate: the store gives sessions and locks again")
        for hash in order { hand(hash, only: desks[hash]?.uses ?? []) }
    }

    private mutating func saw(_ hash: String, _ view: DedupKeys.View, _ now: Duration) {
        guard let before = desks[hash] else { return }
        desks[hash]?.view = view
        desks[hash]?.outage = nil
        desks[hash]?.election.sees(holder: view.holder, session: session.id)
        if before.outage != nil {
            for dependency in before.uses where !asks(dependency) { actions.append(.isBack(dependency)) }
        }
        tellLeader(hash)
        guard desks[hash]?.election.leads != true else {
            desks[hash]?.isDirty = true
            // A view from before our last write knows nothing of what that needs.
            let isLate = before.isPublishing || before.replaced == view.dataIndex
            if !view.leftovers.isEmpty, !isLate { actions.append(.sweep(view.leftovers)) }
            return
        }
        if view.problem != before.toldProblem {
            desks[hash]?.toldProblem = view.problem
            if let problem = view.problem { log(.warn, "deduplicate: \(before.name): \(problem)") }
        }
        // Who asked until now has answers of its own.
        hand(hash, only: before.uses, before: before.election.acts ? nil : before.view?.current)
    }

    private mutating func isAway(_ hash: String, _ reason: String) {
        guard let desk = desks[hash] else { return }
        desks[hash]?.outage = reason
        tell(reason, hash, only: desk.uses)
    }

    private mutating func tell(_ outage: String, _ hash: String, only questions: Set<Dependency>) {
        for dependency in questions where !asks(dependency) { actions.append(.isAway(dependency, outage)) }
    }

    private mutating func tellLeader(_ hash: String) {
        guard let desk = desks[hash] else { return }
        let text: String
        if desk.election.leads {
            text = "this renderer asks the store, for all that render it"
        } else if desk.election.follows, let view = desk.view {
            text = "another renderer asks the store: \(view.holderName)"
        } else {
            return
        }
        guard text != desk.toldLeader else { return }
        desks[hash]?.toldLeader = text
        log(.info, "deduplicate: \(desk.name): \(text)")
    }

    // MARK: What follows

    /// Starts what is due.
    private mutating func step(_ now: Duration) {
        switch session.step(now: now) {
        case .make?: actions.append(.makeSession)
        case .renew(let id)?: actions.append(.renewSession(id))
        case nil: break
        }
        for hash in order where desks[hash]?.election.wantsLock(session: session.id, now: now) == true {
            if let id = session.id { actions.append(.acquire(hash, session: id)) }
        }
        beImpatient(now)
    }

    /// Asks after all what a leader should have known and has not, for its template need not be rendered as ours is.
    private mutating func beImpatient(_ now: Duration) {
        var missing: Set<Dependency> = []
        for desk in desks.values where desk.election.follows && desk.outage == nil {
            for dependency in desk.uses where provider(of: dependency) == nil { missing.insert(dependency) }
        }
        wanting = wanting.filter { missing.contains($0.key) }
        let found = impatient.subtracting(missing)
        impatient.subtract(found)
        if !found.isEmpty {
            for hash in order { hand(hash, only: found.intersection(desks[hash]?.uses ?? [])) }
        }
        for dependency in missing where wanting[dependency] == nil { wanting[dependency] = now }
        let late = missing.filter { !impatient.contains($0) && wanting[$0, default: now] + patience <= now }
        guard !late.isEmpty else { return }
        impatient.formUnion(late)
        let shown = late.map(\.description).sorted().prefix(5).joined(separator: ", ")
        log(
            .warn,
            "deduplicate: whoever leads has written no answer to \(shown) (\(late.count) in all): the store is asked")
    }

    /// The template from whose data the answer to a question is taken.
    private func provider(of dependency: Dependency) -> String? {
        order.first { hash in
            guard let desk = desks[hash], desk.uses.contains(dependency) else { return false }
            return desk.view?.current?.answers[dependency.description] != nil
        }
    }

    /// Hands answers to questions on, but for those that are the same as before.
    private mutating func hand(_ hash: String, only questions: Set<Dependency>, before: SharedAnswers? = nil) {
        guard let answers = desks[hash]?.view?.current?.answers else { return }
        for dependency in questions where !asks(dependency) {
            guard let answer = answers[dependency.description], provider(of: dependency) == hash else { continue }
            if let known = before?.answers[dependency.description], known == answer { continue }
            actions.append(.hand(dependency, answer))
        }
    }

    // MARK: What others are told

    /// Writes what is known for a template that this renderer leads, if the store has something else.
    private mutating func publish(
        _ hash: String, _ answers: [Dependency: Answer], _ absent: Set<Dependency>, _ now: Duration
    ) {
        if let at = desks[hash]?.publishAt, at <= now { desks[hash]?.publishAt = nil }
        guard let desk = desks[hash], desk.isDirty, desk.election.leads, !desk.isPublishing, desk.publishAt == nil,
            !desk.uses.isEmpty, let view = desk.view, let session = session.id,
            // What was written, and whose index was not seen yet, cannot be replaced.
            desk.replaced != view.dataIndex || desk.failures > 0,
            let shared = SharedAnswers(desk.uses, answers: answers, absent: absent)
        else { return }
        guard view.answers != shared || view.writer != session else {
            desks[hash]?.isDirty = false
            return
        }
        desks[hash]?.isPublishing = true
        desks[hash]?.replaced = view.dataIndex
        actions.append(.publish(hash, shared, session: session, over: view.dataIndex))
    }

    private mutating func publishFailed(_ hash: String, _ error: KeyValueError, _ now: Duration) {
        guard let desk = desks[hash] else { return }
        let failures = min(desk.failures + 1, 6)
        desks[hash]?.isPublishing = false
        desks[hash]?.failures = failures
        desks[hash]?.publishAt = now + .milliseconds(500) * (1 << failures)
        log(desk.failures == 0 ? .err : .debug, "deduplicate: \(desk.name): others are not told: \(error)")
    }

    private mutating func log(_ level: LogLevel, _ text: String) { actions.append(.log(level, text)) }
}
