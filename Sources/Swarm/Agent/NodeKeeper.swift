internal import DockerEngine
internal import KeyValue
internal import Logging
internal import Synchronization

/// Keeps an engine's entry: asks the engine, renews the entry, and writes it anew as soon as it is seen to be gone.
final class NodeKeeper: Sendable {
    /// How often what is done.
    struct Pace: Sendable {
        /// Before the entry is written for the first time.
        var delay: Duration
        /// Between two renewals.
        var heartbeat: Duration
    }

    private struct State {
        /// The session that the entry should be seen under.
        var session: String?
        var isStopping = false
    }

    /// While something is wrong it is looked at this often.
    private static let impatience = Duration.seconds(5)

    private let entry: NodeEntry
    private let witness: EngineWitness
    private let pace: Pace
    private let engine: DockerEngine
    private let surroundings: SwarmSurroundings
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init(
        entry: NodeEntry, witness: EngineWitness, pace: Pace, engine: DockerEngine, surroundings: SwarmSurroundings
    ) {
        self.entry = entry
        self.witness = witness
        self.pace = pace
        self.engine = engine
        self.surroundings = surroundings
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private var logger: Logger { surroundings.logger }

    /// Has the entry taken away; ``run()`` returns when that is done.
    func stop() {
        state.withLock { $0.isStopping = true }
        ring.yield()
    }

    /// Follows the entry, to know at once when somebody takes it away: until the task is cancelled.
    func watch() async {
        for await event in entry.store.watch(prefix: entry.key) {
            guard case .listing(let listing, _, _) = event else { continue }
            let holder = listing.entries.first { $0.key == entry.key }?.session
            if let session = state.withLock({ $0.session }), holder != session { ring.yield() }
        }
    }

    /// Keeps the entry until it is to stop, and takes it away then.
    func run() async {
        var (entry, witness) = (entry, witness)
        let start = ContinuousClock.now
        var failures = 0
        var last: NodeEntry.Outcome?
        var alarm = alarm(after: pace.delay)
        for await _ in bell {
            alarm.cancel()
            if state.withLock({ $0.isStopping }) { break }
            let verdict = witness.take(await ping(), now: ContinuousClock.now - start) { level, text in
                logger.log(level: level, "\(text)")
            }
            var pause = witness.isAnswering ? pace.heartbeat : min(pace.heartbeat, Self.impatience)
            do throws(KeyValueError) {
                switch verdict {
                case .keep:
                    let outcome = try await entry.keep()
                    if outcome != last { tell(outcome, entry) }
                    last = outcome
                case .remove where entry.session != nil:
                    try await entry.leave()
                    last = nil
                    logger.warning("\(entry.key): taken away, for its engine has not answered for long")
                case .wait, .remove: break
                }
                if failures > 0 { logger.notice("\(entry.store.name): it answers again") }
                failures = 0
            } catch {
                logger.log(level: failures == 0 ? .error : .debug, "\(error): it is tried again")
                pause = min(.milliseconds(500) * (1 << min(failures, 5)), Self.impatience, pace.heartbeat)
                failures += 1
            }
            state.withLock { [session = entry.session] in $0.session = verdict == .keep ? session : nil }
            alarm = self.alarm(after: pause)
        }
        do throws(KeyValueError) {
            try await entry.leave()
        } catch {
            logger.warning("\(error): the entry ends by itself")
        }
    }

    private func alarm(after pause: Duration) -> Task<Void, Never> {
        Task { [ring] in
            try? await Task.sleep(for: pause)
            if !Task.isCancelled { ring.yield() }
        }
    }

    /// Why the engine did not answer; nil if it did, whatever it said: an engine that wants another certificate lives.
    private func ping() async -> String? {
        do throws(DockerError) {
            _ = try await engine.ping()
            return nil
        } catch {
            switch error.kind {
            case .refused, .garbled: return nil
            case .unreachable, .lost, .late, .invalid, .cancelled: return error.description
            }
        }
    }

    private func tell(_ outcome: NodeEntry.Outcome, _ entry: NodeEntry) {
        switch outcome {
        case .written: logger.notice("\(entry.key): written in \(entry.store.name)")
        case .others: logger.warning("\(entry.key): another agent keeps it: this one waits")
        case .kept: break
        }
        surroundings.tell(.ready("\(entry.key) is in \(entry.store.name)"))
    }
}
