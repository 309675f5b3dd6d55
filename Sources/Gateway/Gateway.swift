public import Certificates
internal import CLinux
internal import Glibc
internal import HTTP2
internal import Reactor
public import Routing
internal import Synchronization

/// Why a gateway could not start.
public struct GatewayStartError: Error, Sendable, CustomStringConvertible {
    /// What, where, and what would be right.
    public let description: String
}

/// The data plane: listeners, worker threads, and the table that they route by.
///
/// Thread-safe; every method may be called from any thread.
public final class Gateway: Sendable {
    let configuration: GatewayConfiguration
    let handles: [WorkerHandle]
    let accessLog: AccessLog?
    let traceLog: TraceLog?
    let limits: SharedLimits
    let listeners: [WorkerListener]
    private let sockets: ListeningSockets
    /// By worker and listener; nil where it is plain.
    private let securedByWorker: [[TLSServerContext?]]
    private let prober: ProberHandle
    private let state = Mutex(State())

    /// The addresses it listens at, in the configuration's order, with the ports that the kernel chose.
    public var listenAddresses: [ListenAddress] { sockets.addresses }

    private struct State {
        var isStarted = false
        var table = RoutingTable()
        var secured = UpstreamSecurity()
        /// Contexts of the policies that the table uses.
        var contexts: [UpstreamTLS: TLSClientContext] = [:]
        /// By listener.
        var certificates: [Int: CertificateTable] = [:]
        var running = 0
        /// Connections that clients may have, of all workers together.
        var connectionsMaximum = 0
        var isDraining = false
        /// Checks that may be under way at once; nil once their thread is there.
        var probesAtOnce: Int? = Limits.probesAtOnce
        var hasClosedShared = false
        var whenStopped: [CheckedContinuation<Void, Never>] = []
        var baselines = SlotBaselines()
    }

    /// Binds every listener; throws if one cannot be bound.
    public convenience init(configuration: GatewayConfiguration) throws(GatewayStartError) {
        try self.init(configuration: configuration, sockets: try ListeningSockets(configuration))
    }

    /// Listens at `sockets`, which were made for this configuration, and are the gateway's from now on.
    public init(configuration: GatewayConfiguration, sockets: ListeningSockets) throws(GatewayStartError) {
        let workers = configuration.workerCount
        self.configuration = configuration
        self.sockets = sockets
        listeners = zip(configuration.listeners, sockets.addresses).map { WorkerListener($0, at: $1) }
        if let log = configuration.accessLog {
            accessLog = try AccessLog(
                configuration: log, workers: workers, listeners: configuration.listeners.map(\.name))
        } else {
            accessLog = nil
        }
        traceLog =
            configuration.tracing?.keepsSpans == true
            ? try TraceLog(
                workers: workers, listeners: configuration.listeners.map(\.name)) : nil
        guard let prober = ProberHandle() else {
            throw GatewayStartError(description: "gateway: no descriptor left for health checks: raise ulimit -n")
        }
        self.prober = prober
        var handles: [WorkerHandle] = []
        guard let limits = SharedLimits() else {
            throw GatewayStartError(description: "gateway: no descriptor left for passwords: raise ulimit -n")
        }
        self.limits = limits
        for number in 0..<workers {
            guard
                let handle = WorkerHandle(
                    number: number, log: accessLog?.rings[number], traces: traceLog?.rings[number], prober: prober,
                    limits: limits)
            else {
                throw GatewayStartError(
                    description: "gateway: no descriptor left for worker \(number): raise ulimit -n")
            }
            handles.append(handle)
        }
        self.handles = handles
        securedByWorker = try Self.secure(configuration.listeners, workers: workers)
    }

    /// Contexts of every worker for every listener that speaks TLS; tickets are sealed with the same keys everywhere.
    private static func secure(
        _ listeners: [ListenerConfiguration], workers: Int
    ) throws(GatewayStartError) -> [[TLSServerContext?]] {
        let tickets = TicketKeys()
        var all: [[TLSServerContext?]] = []
        for _ in 0..<workers {
            var contexts: [TLSServerContext?] = []
            for listener in listeners {
                do {
                    contexts.append(
                        try listener.policy.map { policy in try TLSServerContext(policy, tickets: tickets) })
                } catch {
                    throw GatewayStartError(description: "listener \(listener.name): tls: \(error)")
                }
            }
            all.append(contexts)
        }
        return all
    }

    /// Starts the worker threads; on return all of them accept connections.
    public func start() throws(GatewayStartError) {
        signal(SIGPIPE, SIG_IGN)
        let files = portico_raise_file_limit()
        let usable = files > 2 * Limits.reservedDescriptors ? files - Limits.reservedDescriptors : files / 2
        // Three of four may be clients': a request needs one to its endpoint besides, an idle connection does not.
        let each = max(16, Int(usable) / 4 * 3 / handles.count)
        let limit =
            configuration.limits.connections > 0
            ? min(each, max(1, configuration.limits.connections / handles.count)) : each
        state.withLock { state in
            state.isStarted = true
            state.connectionsMaximum = limit * handles.count
            state.probesAtOnce = min(Limits.probesAtOnce, max(64, Int(clamping: usable / 16)))
            // Before any thread runs: the first connection already finds the table.
            for handle in handles {
                handle.mailbox.post(.install(state.table, state.secured))
                for (listener, table) in state.certificates {
                    handle.mailbox.post(.certificates(table, listener: listener))
                }
            }
            tellProber(&state)
        }
        try startWorkers(limit: limit)
        for number in 0..<PasswordPool.threads {
            guard ThreadBody.spawn("passwords-\(number)", limits.passwords.run) else {
                throw GatewayStartError(description: "gateway: a thread that verifies passwords cannot be made")
            }
        }
        if let accessLog {
            guard ThreadBody.spawn("access-log", accessLog.run) else {
                throw GatewayStartError(description: "access_log: its thread cannot be made")
            }
        }
        if let traceLog {
            guard ThreadBody.spawn("traces", traceLog.run) else {
                throw GatewayStartError(description: "tracing: its thread cannot be made")
            }
        }
    }

    private func startWorkers(limit: Int) throws(GatewayStartError) {
        guard let reports = WorkerReports() else {
            throw GatewayStartError(description: "gateway: no descriptor left for its start: raise ulimit -n")
        }
        sockets.listen()
        var problem: String?
        for (index, handle) in handles.enumerated() {
            let start = WorkerStart(
                gateway: self, handle: handle, peers: handles, configuration: configuration, listeners: listeners,
                sockets: sockets.sockets(of: index, workers: handles.count), secured: securedByWorker[index],
                limit: limit, reports: reports)
            state.withLock { $0.running += 1 }
            guard ThreadBody.spawn("worker-\(handle.number)", start.run) else {
                state.withLock { $0.running -= 1 }
                problem = "its thread cannot be made"
                break
            }
            problem = reports.next(within: Limits.workerStartMilliseconds)
            if problem != nil { break }
        }
        guard let problem else { return }
        let order = DrainOrder(deadline: 1, idleMilliseconds: 0)
        for handle in handles { handle.mailbox.post(.drain(order)) }
        throw GatewayStartError(description: "gateway: a worker cannot begin: \(problem)")
    }

    /// Puts `table` in force.
    ///
    /// Every worker takes it up between two events; a request keeps the route it began with.
    public func install(_ table: RoutingTable) {
        state.withLock { state in
            noteSlots(of: table, &state.baselines, isStarted: state.isStarted)
            state.table = table
            state.secured = UpstreamSecurity(table, known: &state.contexts)
            guard state.isStarted else { return }
            // Under the lock, so that every worker gets tables in one order.
            for handle in handles { handle.mailbox.post(.install(table, state.secured)) }
            tellProber(&state)
        }
    }

    /// The certificates that handshakes at a listener show; nil before the first.
    func certificates(at listener: Int) -> CertificateTable? { state.withLock { $0.certificates[listener] } }

    /// What becomes of endpoints without anybody's doing: checks that fail and pass, ejections and their ends.
    ///
    /// For one reader; what nobody reads is dropped, the oldest first. It ends with the gateway.
    public var endpointEvents: AsyncStream<EndpointEvent> { prober.events }

    /// Tells the prober what is to be checked of the table in force; its thread is made when there is anything.
    private func tellProber(_ state: inout State) {
        let plan = ProbePlan(state.table, state.secured)
        guard state.probesAtOnce == nil || !plan.isEmpty else { return }
        prober.post(.install(plan))
        guard let limit = state.probesAtOnce else { return }
        let start = ProberStart(handle: prober, limit: limit)
        if ThreadBody.spawn("health", start.run) { state.probesAtOnce = nil }
    }

    /// Has handshakes at the listener of number `listener`, in the configuration's order, show `certificates` from now on.
    ///
    /// Connections that are up stay as they are. Without certificates a listener refuses every handshake.
    public func install(certificates: CertificateTable, at listener: Int) {
        state.withLock { state in
            state.certificates[listener] = certificates
            guard state.isStarted else { return }
            for handle in handles { handle.mailbox.post(.certificates(certificates, listener: listener)) }
        }
    }

    /// Stops accepting, lets requests finish, closes connections as they fall idle, and returns when all are gone or
    /// `timeout` has passed; a second call may make the time shorter.
    ///
    /// - Parameter successor: addresses that another process serves now: their sockets are left to it, and what waits in
    ///   their queues; and idle connections are given longer, for nobody waits for the end.
    /// - Returns: the connections that were cut.
    public func drain(timeout: Duration, successor: Set<ListenAddress>? = nil) async -> Int {
        beginDrain(timeout: timeout, successor: successor)
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.running == 0 { return true }
                state.whenStopped.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        prober.post(.stop)
        traceLog?.signal.stop()
        await endLog()
        closeShared()
        return handles.reduce(0) { $0 + $1.cut.load(ordering: .relaxed) }
    }

    /// Begins what ``drain(timeout:successor:)`` waits for.
    public func beginDrain(timeout: Duration, successor: Set<ListenAddress>? = nil) {
        let nanoseconds =
            max(0, timeout.components.seconds) * 1_000_000_000
            + timeout.components.attoseconds / 1_000_000_000
        var order = DrainOrder(
            deadline: MonotonicClock.now &+ UInt64(max(1, nanoseconds)),
            idleMilliseconds: successor == nil ? Limits.drainIdleMilliseconds : Limits.handoverIdleMilliseconds)
        for (index, listener) in configuration.listeners.enumerated()
        where successor?.contains(listener.address) == true {
            order.handedOver.insert(index)
        }
        state.withLock { $0.isDraining = true }
        for handle in handles { handle.mailbox.post(.drain(order)) }
        // The successor asks endpoints how they are.
        if successor != nil { prober.post(.stop) }
    }

    /// Has the log's last lines written, unless their destination takes none.
    private func endLog() async {
        guard let accessLog, state.withLock({ $0.isStarted }) else { return }
        accessLog.signal.stop()
        // By the clock and not by turns: a busy process comes late to each of them.
        let deadline = MonotonicClock.now &+ Limits.logEndNanoseconds
        while !accessLog.hasEnded.load(ordering: .acquiring), MonotonicClock.now < deadline {
            // Cut short only where the task is cancelled: then nobody waits for the lines either.
            try? await Task.sleep(nanoseconds: Limits.logGatherNanoseconds)
        }
    }

    /// Closes the sockets that no single worker could close.
    private func closeShared() {
        let isFirst = state.withLock { state in
            defer { state.hasClosedShared = true }
            return !state.hasClosedShared
        }
        guard isFirst else { return }
        sockets.shared(workers: handles.count).forEach(Socket.close)
    }

    /// Calls `body` with the listening sockets of each address, in the configuration's order, which are open as long as it
    /// runs.
    ///
    /// - Returns: false, without a call, when they are being let go of.
    func withSockets<Failure: Error>(
        _ body: ([(address: ListenAddress, group: ListeningSockets.Group)]) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let offer = zip(configuration.listeners, sockets.groups).map { (address: $0.address, group: $1) }
        // A drain begins under the same lock.
        return try state.withLock { state throws(Failure) in
            guard !state.isDraining else { return false }
            try body(offer)
            return true
        }
    }

    /// The table in force.
    public var table: RoutingTable { state.withLock { $0.table } }

    /// Whether every worker's loop turns: each gives a sign of life within `timeout`.
    public func isAlive(within timeout: Duration) async -> Bool {
        let asked = MonotonicClock.now
        for handle in handles { handle.mailbox.post(.signOfLife) }
        let deadline = ContinuousClock.now + timeout
        while handles.contains(where: { $0.signOfLife.load(ordering: .acquiring) < asked }) {
            guard ContinuousClock.now < deadline else { return false }
            do { try await Task.sleep(nanoseconds: Limits.signOfLifeNanoseconds) } catch { return false }
        }
        return true
    }

    /// Opens the access log's file anew, for log rotation.
    public func reopenLogs() {
        accessLog?.reopen()
    }

    /// Called by a worker's thread at its end.
    func workerStopped() {
        let waiting = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return [CheckedContinuation<Void, Never>]() }
            limits.passwords.stop()
            let waiting = state.whenStopped
            state.whenStopped = []
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: - Statistics

    /// The table in force, and what its slots' counters are counted from.
    var tableAndBaselines: (RoutingTable, SlotBaselines) { state.withLock { ($0.table, $0.baselines) } }

    /// The most connections that clients may have; 0 before the start.
    var connectionsMaximum: Int { state.withLock { $0.connectionsMaximum } }

    /// Log lines that were dropped because the writer was behind.
    var logLinesDropped: UInt64 { accessLog?.dropped ?? 0 }

    /// Whether it has begun to stop.
    public var isDraining: Bool { state.withLock { $0.isDraining } }
}
