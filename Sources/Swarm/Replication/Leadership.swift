internal import KeyValue
internal import Logging
internal import Synchronization

/// Whether this manager is the primary, and who is: a manager that is alone is always.
///
/// See ``ManagerElection`` for what it goes by.
final class Leadership: Sendable {
    /// What several managers agree by.
    struct Ballot: Sendable {
        /// The store, and its keys.
        var source: DiscoverySource.Store
        /// Where other managers reach this one.
        var address: NodeAddress
        /// After this a manager that has died is the primary no more.
        var timeToLive: Duration
        var logger: Logger
    }

    private struct State {
        var election: ManagerElection?
        var role: ClusterReport.Role
        var followers: [Int: AsyncStream<ClusterReport.Role>.Continuation] = [:]
        var lastFollower = 0
        var events: [ManagerElection.Event] = []
        var isResigning = false
    }

    /// How long the store may take to say whose the lock is.
    private static let confirmation = Duration.seconds(3)
    /// How long the store may take to take the lock back.
    private static let resignation = Duration.seconds(2)

    private let ballot: Ballot?
    /// Of the session that is asked for.
    private let timeToLive: Duration
    private let state: Mutex<State>
    private let start = ContinuousClock.now
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    /// The leadership of a manager among several, or of one that is alone.
    init(_ ballot: Ballot? = nil) {
        self.ballot = ballot
        let timeToLive =
            ballot.map { $0.source.kind.sessionTimeToLive($0.timeToLive, refresh: .zero, least: .zero) } ?? .zero
        self.timeToLive = timeToLive
        let election = ballot.map { ManagerElection(address: $0.address, timeToLive: timeToLive) }
        state = Mutex(State(election: election, role: election?.role ?? .primary))
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private var now: Duration { ContinuousClock.now - start }

    // MARK: Who is the primary

    /// What other managers call this one; empty if it is alone.
    var name: String { ballot?.address.description ?? "" }

    /// What this manager is now.
    var role: ClusterReport.Role { state.withLock { $0.role } }

    /// What it is now, and each change: the newest only.
    var roles: AsyncStream<ClusterReport.Role> {
        let (stream, continuation) = AsyncStream<ClusterReport.Role>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastFollower += 1
            state.followers[state.lastFollower] = continuation
            continuation.yield(state.role)
            return state.lastFollower
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: id) }
        }
        return stream
    }

    /// What it is as soon as it is known who the primary is; what it is then if nobody knows for `patience`.
    func known(within patience: Duration) async -> ClusterReport.Role {
        let now = role
        guard now == .replica(of: nil) else { return now }
        let roles = roles
        return await withTaskGroup(of: ClusterReport.Role?.self) { group in
            group.addTask {
                for await role in roles where role != .replica(of: nil) { return role }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return (first ?? nil) ?? role
        }
    }

    /// Returns if this manager is the primary for certain: before anything is placed or moved.
    ///
    /// It asks the store only if it has not for half a second.
    ///
    /// - Throws: if it is not, or cannot know.
    func confirm() async throws(RequestError) {
        guard let ballot else { return }
        let (isConfirmed, session) = state.withLock { state -> (Bool, String?) in
            guard !state.isResigning, let election = state.election else { return (false, nil) }
            return (election.isConfirmed(now: now), election.leadingSession)
        }
        if isConfirmed { return }
        guard let session else { throw Self.refusal("it has lost the lock") }
        let askedAt = now
        let key = ballot.source.keys.leader
        let answer = await within(Self.confirmation) { () -> Result<String?, KeyValueError> in
            do throws(KeyValueError) {
                return .success(try await ballot.source.store.get(key)?.session)
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let holder)? where holder == session:
            state.withLock { $0.election?.confirm(since: askedAt) }
        case .success?: throw Self.refusal("another one holds the lock, or nobody does")
        case .failure(let error)?: throw Self.refusal("\(error)")
        case nil: throw Self.refusal("\(ballot.source.store.name) does not answer")
        }
    }

    private static func refusal(_ reason: String) -> RequestError {
        RequestError(503, "this manager is not sure to be the primary: \(reason): try again")
    }

    // MARK: The election

    /// Takes part in the election until the task is cancelled.
    func run() async {
        guard let ballot else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch(ballot) }
            let bell = bell
            post(.time)
            var alarm: Task<Void, Never>?
            for await _ in bell {
                alarm?.cancel()
                for action in handle() {
                    if case .log(let level, let text) = action {
                        ballot.logger.log(level: level, "\(text)")
                    } else {
                        group.addTask { await self.perform(action, ballot) }
                    }
                }
                guard let deadline = state.withLock({ $0.election?.nextDeadline }) else { continue }
                alarm = Task { [self] in
                    try? await Task.sleep(until: start + deadline)
                    if !Task.isCancelled { post(.time) }
                }
            }
            alarm?.cancel()
            group.cancelAll()
        }
    }

    /// Gives the lock up, so that another manager is the primary at once; after ``run()`` has ended, and not for longer than
    /// a moment.
    func resign() async {
        guard let ballot else { return }
        let (session, leads) = state.withLock { state in
            state.isResigning = true
            return (state.election?.session.id, state.election?.leadingSession != nil)
        }
        guard let session else { return }
        let (store, key) = (ballot.source.store, ballot.source.keys.leader)
        let isDone: Void? = await within(Self.resignation) {
            if leads { _ = try? await store.release(key, value: [], session: session) }
            try? await store.destroySession(session)
        }
        guard isDone == nil else { return }
        ballot.logger.warning("replication: \(store.name) does not answer: the lock ends by itself")
    }

    private func post(_ event: ManagerElection.Event) {
        state.withLock { $0.events.append(event) }
        ring.yield()
    }

    /// Takes in what has happened; returns what is to be done.
    private func handle() -> [ManagerElection.Action] {
        state.withLock { state in
            guard !state.isResigning, var election = state.election else { return [] }
            var actions: [ManagerElection.Action] = []
            for event in state.events { actions += election.handle(event, now: now) }
            state.events = []
            state.election = election
            if state.role != election.role {
                state.role = election.role
                for follower in state.followers.values { follower.yield(election.role) }
            }
            return actions
        }
    }

    private func watch(_ ballot: Ballot) async {
        let key = ballot.source.keys.leader
        for await event in ballot.source.store.watch(prefix: key) {
            switch event {
            case .listing(let listing, _, _):
                let entry = listing.entries.first { $0.key == key }
                post(.seen(holder: entry?.session, address: String(decoding: entry?.value ?? [], as: UTF8.self)))
            case .unavailable(let error): post(.away(error))
            }
        }
    }

    private func perform(_ action: ManagerElection.Action, _ ballot: Ballot) async {
        let (store, key) = (ballot.source.store, ballot.source.keys.leader)
        do throws(KeyValueError) {
            switch action {
            case .makeSession:
                let made = try await store.grantedSession(
                    name: "portico swarm manage \(ballot.address)", ttl: timeToLive, behavior: .release,
                    lockDelay: ManagerElection.trust)
                post(.sessionMade(made.id, timeToLive: made.timeToLive))
            case .renewSession(let id): post(.sessionRenewed(try await store.renewSession(id)))
            case .acquire(let session):
                let isOurs = try await store.acquire(
                    key, value: Array(ballot.address.description.utf8), flags: ballot.source.flags, session: session)
                post(.locked(isOurs, session: session))
            case .succeed(let session): _ = try await store.release(key, value: [], session: session)
            case .log: break
            }
        } catch {
            switch action {
            case .makeSession, .renewSession: post(.sessionFailed(error))
            case .acquire(let session): post(.lockFailed(error, session: session))
            case .succeed, .log: ballot.logger.debug("replication: \(error)")
            }
        }
    }
}
