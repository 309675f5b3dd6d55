import FoundationEssentials
import GRDB
import Synchronization

/// The store inside this process: all keys in memory, every change on disk before it is answered.
///
/// It keeps `portico.sqlite` in a directory of its own, which one process at a time can have open. What was answered
/// survives `kill -9`, and a loss of power unless ``Durability/process`` is asked for. Its semantics (indexes, locks, sessions, lock delays) are those of Consul 1.8,
/// and ``ConsulAPIServer`` serves it to Consul's clients.
///
/// **How it works.** All changes go through one writer, which takes whatever has come in since its last commit, does it to
/// a copy of the state (``StoreState``), writes that in one transaction, then lets readers see the copy, wakes who waits
/// for these keys, and answers: many concurrent writes share one sync of the disk. Reads never touch the disk and never
/// wait for a commit; they see only what is on disk.
public final class EmbeddedStore: KeyValueStore {
    /// What an answered write survives.
    public enum Durability: Sendable {
        /// A loss of power: each commit waits for the disk, some milliseconds, which concurrent writes share.
        case power
        /// `kill -9`, but not a loss of power, which takes the last writes with it: no write waits for the disk.
        case process
    }

    /// The largest value in octets: Consul's `kv_max_value_size`.
    public static let valueSizeMaximum = 512 * 1024

    /// The longest TTL of a session: Consul's.
    public static let sessionTTLMaximum = Duration.seconds(86_400)

    /// `embedded:` and the directory.
    public let name: String

    /// What identifies this store to clients: a UUID that was made with its file.
    let nodeID: String
    /// This machine's name, under which its sessions go.
    let nodeName: String

    private let database: EmbeddedDatabase
    private let shared: Mutex<Shared>

    /// What the callers and the writer share.
    private struct Shared {
        /// What readers see.
        var state: StoreState
        var pending: [(command: StoreCommand, continuation: CheckedContinuation<StoreOutcome, Never>)] = []
        /// Whether the writer is at work or about to be.
        var isDraining = false
        var isClosed = false
        var waiters = ChangeWaiters()
        var lastWaiter: ChangeWaiters.ID = 0
        /// Wakes up to end sessions, at that time.
        var expiry: (deadline: ContinuousClock.Instant, task: Task<Void, Never>)?
    }

    /// Opens the store in `directory`; makes it if it is not there.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if the directory cannot be used: another process has it open, no permission, a
    /// damaged file.
    public init(directory: String, durability: Durability = .power) throws(KeyValueError) {
        name = "embedded:\(directory)"
        database = try EmbeddedDatabase(directory: directory, durability: durability)
        nodeID = database.nodeID
        nodeName = ProcessInfo.processInfo.hostName
        shared = Mutex(Shared(state: try database.load(now: .now)))
        scheduleExpiry()
    }

    deinit {
        shared.withLock { $0.expiry?.task.cancel() }
    }

    /// Ends all waits and watches and lets the directory go; every later call throws.
    public func close() async throws(KeyValueError) {
        let waiters = shared.withLock { shared in
            shared.isClosed = true
            shared.expiry?.task.cancel()
            shared.expiry = nil
            return shared.waiters.takeAll()
        }
        for waiter in waiters { waiter.resume() }
        // Waits on the writer's queue for what is being written.
        try database.close()
    }

    // MARK: For the API server and the tests

    /// Everything as it is now.
    func snapshot() -> StoreState { shared.withLock { $0.state } }

    /// Whether ``close()`` was called.
    var isClosed: Bool { shared.withLock { $0.isClosed } }

    /// How many wait for a change.
    var waiterCount: Int { shared.withLock { $0.waiters.count } }

    /// Returns once something in `scope` has changed after the state with `index` was seen; or the task is cancelled, or
    /// the store closed.
    ///
    /// It may return without a change: the caller looks again.
    func waitForChange(_ scope: ChangeScope, since index: UInt64) async {
        let id = shared.withLock { shared in
            shared.lastWaiter += 1
            return shared.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNews = shared.withLock { shared in
                    // A cancellation before this is seen here; one after it finds the waiter.
                    if Task.isCancelled || shared.isClosed { return true }
                    if shared.state.index != index, scope != .never { return true }
                    shared.waiters.add(id, scope, continuation)
                    return false
                }
                if isNews { continuation.resume() }
            }
        } onCancel: {
            shared.withLock { $0.waiters.take(id) }?.resume()
        }
    }

    /// Has `command` done; on return it is on disk and seen by readers.
    func submit(_ command: StoreCommand) async -> StoreOutcome {
        await withCheckedContinuation { continuation in
            let (isClosed, isFirst) = shared.withLock { shared in
                if shared.isClosed { return (true, false) }
                shared.pending.append((command, continuation))
                if shared.isDraining { return (false, false) }
                shared.isDraining = true
                return (false, true)
            }
            if isClosed {
                continuation.resume(returning: .failed(KeyValueError(.unavailable, "\(name): the store is closed")))
            }
            if isFirst { database.queue.asyncWriteWithoutTransaction { self.drain($0) } }
        }
    }

    // MARK: The writer

    /// Does what is pending, batch by batch, until nothing is.
    private func drain(_ database: Database) {
        while true {
            let (batch, before) = shared.withLock { shared in
                let batch = shared.pending
                shared.pending = []
                if batch.isEmpty { shared.isDraining = false }
                return (batch, shared.state)
            }
            if batch.isEmpty { return }
            commit(batch, to: before, database)
        }
    }

    private func commit(
        _ batch: [(command: StoreCommand, continuation: CheckedContinuation<StoreOutcome, Never>)],
        to before: StoreState, _ database: Database
    ) {
        var state = before
        let now = ContinuousClock.now
        var outcomes = batch.map { state.apply($0.command, now: now) }
        let changes = state.changes
        state.changes = StoreChanges()
        var waiters: [CheckedContinuation<Void, Never>] = []
        do throws(KeyValueError) {
            if !changes.isEmpty { try self.database.write(changes, of: state, database) }
            waiters = shared.withLock { shared in
                shared.state = state
                return shared.waiters.take(for: changes)
            }
        } catch {
            // Even what only looked has seen what did not come to be.
            outcomes = outcomes.map { _ in .failed(error) }
        }
        for waiter in waiters { waiter.resume() }
        for (request, outcome) in zip(batch, outcomes) { request.continuation.resume(returning: outcome) }
        let concernsSessions = batch.contains {
            switch $0.command {
            case .createSession, .renewSession, .destroySession, .expireSessions: true
            case .operation, .transaction: false
            }
        }
        if concernsSessions { scheduleExpiry() }
    }

    /// Sees to it that the next session that is due is ended in time.
    ///
    /// A timer that comes too early (its session was renewed) finds nothing to end and is set anew.
    private func scheduleExpiry() {
        shared.withLock { shared in
            guard !shared.isClosed, let next = shared.state.nextDeadline else { return }
            if let expiry = shared.expiry, expiry.deadline <= next, expiry.deadline > .now { return }
            shared.expiry?.task.cancel()
            let task = Task { [weak self] in
                // Cancelled: another timer has taken over.
                guard (try? await Task.sleep(until: next, clock: .continuous)) != nil else { return }
                _ = await self?.submit(.expireSessions)
            }
            shared.expiry = (next, task)
        }
    }
}
