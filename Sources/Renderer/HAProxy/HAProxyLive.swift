/// A running HAProxy that is kept at what a rendered text says: changes by its runtime API where that is sure, and reloads
/// that are seen to have worked.
///
/// The order is the caller's: check the new text, put it in place, then ``apply(_:)``; and if that says so, ``reload()``.
/// So whatever goes wrong, and whenever HAProxy starts anew, it starts from what is true. Calls wait for each other.
///
/// A server that was removed may have requests in flight. It takes no new ones from the moment that ``apply(_:)`` returns;
/// it is deleted as soon as nothing is left, by this object itself, for as long as it lives.
public actor HAProxyLive {
    /// What has become of a change.
    public enum Outcome: Sendable, Equatable {
        /// It is in force.
        case live
        /// It needs a reload, for this reason; what part of it is in force is not known.
        case reload(String)
    }

    /// A server that was removed and is not deleted yet.
    struct Leaver: Sendable {
        var departure: HAProxyScript.Departure
        var since: ContinuousClock.Instant
        /// Whether it only drains so far.
        var isDraining: Bool
        /// HAProxy does not delete it, for a reason of its own: it stays out of rotation until the next reload.
        var isStuck = false
        /// Times that it was asked to be deleted.
        var attempts = 0
    }

    let socket: RuntimeSocket
    let master: RuntimeSocket?
    let method: HAProxyReload
    let limits: HAProxyLimits

    /// What has come of changes so far.
    public internal(set) var counters = HAProxyCounters()
    /// Servers that were removed and may still be there, in the process `known`.
    var leavers: [ServerName: Leaver] = [:]
    var known: WorkerFacts?
    /// Processes that were replaced, the oldest first, where no master keeps a list of them.
    var replaced: [ProcessMark] = []
    private var sweeper: Task<Void, Never>?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// An HAProxy that need not run yet.
    ///
    /// - Parameters:
    ///   - socket: its `stats socket`, which needs `level admin`.
    ///   - master: the master's socket (`-S`), if it has one: then a failed reload is known at once, and why.
    public init(
        socket: RuntimeAddress, master: RuntimeAddress? = nil, reload method: HAProxyReload,
        limits: HAProxyLimits = .init()
    ) {
        self.socket = RuntimeSocket(address: socket, limits: limits)
        self.master = master.map { RuntimeSocket(address: $0, limits: limits) }
        self.method = method
        self.limits = limits
    }

    deinit {
        sweeper?.cancel()
    }

    /// The version of the running HAProxy, which ``HAProxyChange/between(old:new:version:)`` needs.
    public func version() async throws(HAProxyFailure) -> HAProxyVersion {
        let session = try await socket.open()
        return try await facts(session).version
    }

    /// Servers that were removed and are not deleted yet, because requests are in flight to them.
    public var leavingCount: Int { leavers.count }

    /// Makes a change, if it can be made at run time.
    ///
    /// Live means: HAProxy ran with the old text's servers before, understood and acknowledged every command, and
    /// `show servers state` tells the new text's servers now. Whatever is unclear is an answer of ``Outcome/reload(_:)``.
    public func apply(_ change: HAProxyChange) async -> Outcome {
        switch change {
        case .nothing:
            counters.savedReloads += 1
            return .live
        case .reload(let reason): return .reload(reason)
        case .live(let plan):
            await enter()
            defer { leave() }
            do throws(HAProxyFailure) {
                try await carryOut(plan)
            } catch {
                counters.fallbacks += 1
                return .reload(error.description)
            }
            counters.liveChanges += 1
            counters.savedReloads += 1
            return .live
        }
    }

    /// Asks a worker for itself, and forgets what was known of another one.
    func facts(_ session: RuntimeSession) async throws(HAProxyFailure) -> WorkerFacts {
        let facts = try WorkerFacts(try await session.ask(["show info"])[0], of: socket.address)
        guard !facts.isStopping else { throw HAProxyFailure("\(socket.address): process \(facts.pid) is stopping") }
        if let known, facts.isAnother(than: known) { leavers = [:] }
        known = facts
        return facts
    }

    /// Waits until no other call is under way.
    func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Lets the next call go on.
    func leave() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }

    /// Deletes what could not be deleted at once, now and then, until nothing is left.
    func startSweeping() {
        guard leavers.values.contains(where: { !$0.isStuck }) else { return }
        // One that pauses for long by now begins anew, for those that have just left.
        sweeper?.cancel()
        let limits = limits
        sweeper = Task { [weak self] in
            var pause = limits.sweep
            while (try? await Task.sleep(for: pause)) != nil, await self?.sweepAgain() == true {
                pause = min(pause * 2, limits.sweepMax)
            }
        }
    }

    /// One round of the sweeper; whether another one is needed.
    private func sweepAgain() async -> Bool {
        await enter()
        defer { leave() }
        // A process that cannot be reached now may be in the middle of a reload: the next round knows more.
        try? await sweep()
        return leavers.values.contains { !$0.isStuck }
    }
}
