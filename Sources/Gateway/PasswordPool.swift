internal import CLinux
internal import Glibc
internal import Passwords
internal import Reactor
internal import Routing
internal import Synchronization

/// Threads that verify passwords, so that no worker does: a bcrypt hash takes as long as a thousand requests.
///
/// They give way to the workers (nice 5, a third of their share where all are busy). What does not fit into the queue is refused.
final class PasswordPool: Sendable {
    /// A password to be verified, and who waits for it.
    struct Job: Sendable {
        let table: PasswordTable
        let user: [UInt8]
        let password: [UInt8]
        let proof: CredentialProof
        let worker: WorkerHandle
        let ticket: ParkingTicket
        /// When nobody waits for it any more, monotonic nanoseconds.
        let deadline: UInt64
    }

    private struct State {
        var jobs: [Job] = []
        /// Jobs that were taken, of the first of `jobs`.
        var taken = 0
        var isStopped = false
    }

    private let cache: CredentialCache
    private let state = Mutex(State())
    /// Counts jobs, and wakes a thread for each.
    private let fd: Int32

    /// How many threads there are to be.
    static let threads = max(1, min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2))

    init?(cache: CredentialCache) {
        self.cache = cache
        fd = eventfd(0, Int32(EFD_CLOEXEC | EFD_SEMAPHORE))
        guard fd >= 0 else { return nil }
    }

    deinit {
        _ = close(fd)
    }

    /// Has a password verified; false if too many wait already.
    ///
    /// The word is a message to the job's worker.
    func submit(_ job: Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.jobs.count - state.taken < Limits.passwordQueue else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { wake(1) }
        return isTaken
    }

    /// Ends the threads.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake(UInt64(Self.threads))
    }

    private func wake(_ count: UInt64) {
        var count = count
        _ = unsafe write(fd, &count, 8)
    }

    /// The life of one of the threads.
    func run() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        let verifier = PasswordVerifier()
        while true {
            var count: UInt64 = 0
            if unsafe read(fd, &count, 8) < 0, errno != EINTR { return }
            let (job, isStopped) = state.withLock { state in (Self.next(&state), state.isStopped) }
            if isStopped { return }
            // What nobody waits for any more is not made: the time is those who do.
            guard let job, MonotonicClock.now < job.deadline else { continue }
            let isRight = Self.isRight(job, verifier)
            if isRight { cache.add(job.proof) }
            job.worker.mailbox.post(.verified(job.ticket, isRight))
        }
    }

    private static func next(_ state: inout State) -> Job? {
        guard state.taken < state.jobs.count else { return nil }
        let job = state.jobs[state.taken]
        state.taken += 1
        // Moved up when half of them are gone, so that each is moved once at the most.
        if state.taken * 2 >= state.jobs.count {
            state.jobs.removeFirst(state.taken)
            state.taken = 0
        }
        return job
    }

    /// A user who is not there costs what the others cost, so that nobody learns by the clock who is.
    private static func isRight(_ job: Job, _ verifier: PasswordVerifier) -> Bool {
        let hash = job.table.hash(of: job.user)
        let isRight = verifier.verify(job.password, hash ?? job.table.decoy)
        return isRight && hash != nil
    }
}
