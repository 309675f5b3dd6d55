internal import Discovery
public import Gateway
public import KeyValue
public import Logging
internal import Routing
internal import Synchronization

/// The control plane: follows the store and the configuration, compiles tables and puts them in force.
///
/// A change acts at once; while one table is compiled, whatever comes meanwhile is gathered and compiled next, so that a
/// burst costs a few tables and at most one is being compiled. What does not change the table makes no generation. While
/// the store is away, what was last heard stands; see ``EdgeConfiguration/storeGrace`` for what is held back.
public final class Controller: Sendable {
    /// What a controller needs beside its configuration.
    public struct Surroundings: Sendable {
        /// Where tables are put in force.
        public var installer: any TableInstaller
        /// Where certificates are put in force, nil to follow none.
        public var certificateInstaller: (any CertificateInstaller)?
        /// Who asks OCSP responders.
        var carrier: any OCSPCarrier = ResponderClient()
        /// The directory of the last good table, nil to keep none.
        public var stateDirectory: String?
        /// The clocks.
        public var clock = ControlClock.system
        /// Where it tells what it does.
        public var logger: Logger
        /// What becomes of endpoints without anybody's doing, nil for nothing: it is logged.
        public var endpointEvents: AsyncStream<EndpointEvent>?
        /// Called with what happens, in order.
        public var onEvent: @Sendable (ControlEvent) -> Void = { _ in }

        /// Tables go to `installer`.
        public init(installer: any TableInstaller, stateDirectory: String? = nil, logger: Logger) {
            self.installer = installer
            self.stateDirectory = stateDirectory
            self.logger = logger
        }
    }

    /// The name of the last good table in its directory.
    public static let snapshotName = "last-table.json"
    /// How long an order may wait for the table that follows from it.
    private static let orderWait: Duration = .seconds(10)
    /// At most so many problems of one moment are logged one by one.
    static let loggedProblems = 20

    private let store: any KeyValueStore
    let surroundings: Surroundings
    private let inbox: Inbox<ControlNews>
    let certificates: CertificateWatcher?
    private let writer: SnapshotWriter?
    let box: Mutex<ControllerStatus>
    private let configuration: Mutex<EdgeConfiguration>
    /// What it was started with: some of it stays in force until a restart.
    private let started: EdgeConfiguration
    /// The tables that were in force.
    let history = Mutex(TableHistory())
    /// How often the working task has come round.
    private let turns = Atomic<UInt64>(0)
    private let ready: AsyncStream<Void>
    let markReady: AsyncStream<Void>.Continuation

    /// A controller that follows `store`; ``run()`` sets it going.
    public init(store: any KeyValueStore, configuration: EdgeConfiguration, surroundings: Surroundings) {
        self.store = store
        self.surroundings = surroundings
        self.configuration = Mutex(configuration)
        started = configuration
        let inbox = Inbox(ControlNews())
        self.inbox = inbox
        certificates = CertificateWatcher(store: store, configuration: configuration, surroundings: surroundings) {
            report in inbox.post { $0.certificates = report }
        }
        box = Mutex(ControllerStatus())
        (ready, markReady) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        writer = surroundings.stateDirectory.map {
            SnapshotWriter(
                file: WholeFile(directory: $0, name: Self.snapshotName), clock: surroundings.clock,
                logger: surroundings.logger
            ) { fault in inbox.post { $0.keepingFault = .some(fault) } }
        }
    }

    /// How things stand.
    public var status: ControllerStatus { box.withLock { $0 } }

    /// Takes up a configuration that was read anew: routes, services, defaults, domains and the grace period.
    ///
    /// What a running edge cannot take up is named in the log and stays as it was.
    public func reload(_ new: EdgeConfiguration) {
        configuration.withLock { $0 = new }
        let keys = new.restartKeys(comparedTo: started)
        if !keys.isEmpty {
            surroundings.logger.warning(
                "the configuration was read anew, but these keys need a restart: \(keys.joined(separator: ", "))")
        }
        certificates?.reload(new)
        post {
            $0.configuration = new
            $0.reload = .taken(keys)
        }
    }

    /// A configuration that was to be read anew cannot be used, for `reasons`: the one in force stays, and that it does is a
    /// problem until another can be used.
    public func noteUnusable(_ reasons: [String]) { post { $0.reload = .unusable(reasons) } }

    /// Follows an operator's order about the endpoint of `service` at `address`, of those that the store has.
    ///
    /// Returns when a table is in force that says so; it stands until another takes it back or the endpoint goes, over
    /// restarts too where there is a state directory.
    ///
    /// - Returns: what stands now of orders about it; nil: nothing, it is as the store says.
    public func order(
        _ order: EndpointOrder, service: String, address: String
    ) async throws(OrderRefusal) -> EndpointOverride? {
        let place = OverrideBook.Place(service: service, address: OverrideBook.canonical(address))
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<EndpointOverride?, OrderRefusal>, Never>) in
            let once = Once(continuation)
            post { $0.orders.append(.init(place: place, order: order) { once.resume($0) }) }
            // Not cut short: whoever asks is answered in any case.
            Task {
                try? await Task.sleep(for: Self.orderWait)
                once.resume(.failure(.unanswered))
            }
        }
        return try result.get()
    }

    /// Lets go at once what is held back.
    public func acceptHeld() {
        certificates?.acceptHeld()
        post { $0.acceptsHeld = true }
    }

    /// Whether the task that makes tables works: it comes round within `timeout`.
    public func isAlive(within timeout: Duration) async -> Bool {
        let before = turns.load(ordering: .acquiring)
        let deadline = ContinuousClock.now + timeout
        inbox.wake()
        while turns.load(ordering: .acquiring) == before {
            guard ContinuousClock.now < deadline else { return false }
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return false }
        }
        return true
    }

    /// Has the table in force on disk as the last good one, at once: for whoever is about to read it.
    public func keepTable() {
        writer?.writeNow()
    }

    /// Returns when there is a table to serve by, the store's or the last good one, and listeners for https have what
    /// certificates there are; or when `timeout` has passed.
    ///
    /// For one caller at a time.
    ///
    /// - Returns: whether there is a table.
    public func waitUntilReady(timeout: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [ready] in for await _ in ready { break } }
            group.addTask { try? await Task.sleep(for: timeout) }
            await group.next()
            group.cancelAll()
        }
        return status.isReady
    }

    /// Follows the store until the task is cancelled.
    public func run() async {
        let prefixes = configuration.withLock { $0.prefixes }
        let follower = StoreFollower(store: store, clock: surroundings.clock, logger: surroundings.logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                await follower.follow(prefixes.services) { word in
                    post { $0.take(word, listing: \.services, outage: \.servicesOutage) }
                }
            }
            group.addTask { [self] in
                await follower.follow(prefixes.routes) { word in
                    post { $0.take(word, listing: \.routes, outage: \.routesOutage) }
                }
            }
            if let certificates { group.addTask { await certificates.run() } }
            if let writer { group.addTask { await writer.run() } }
            if let events = surroundings.endpointEvents { group.addTask { [self] in await tell(events) } }
            group.addTask { [self] in await work() }
        }
    }

    // MARK: Working

    /// What the working task has in its hands.
    struct Work {
        var state: ControlState
        var table: RoutingTable?
        var book = ProblemBook()
        var compileProblems: [TableProblem] = []
        /// Routes that others stand before.
        var shadows: [TableFinding] = []
        var outages: (services: KeyValueError?, routes: KeyValueError?) = (nil, nil)
        var isStoreHeard = false
        var isReadyTold = false
        /// The table in force is, or is about to be, the last good one on disk.
        var isKept = false
        var certificates: CertificateStanding?
        /// How the configuration was last read anew; nil: it was not.
        var reload: ControlNews.Reload?
        /// Why the table cannot be kept on disk.
        var keepingFault: String?
        var alarm = Alarm()
        /// The key of sticky cookies, made or read when the first service asks for it.
        var stickyKey: SipKey?
    }

    private func work() async {
        var work = Work(state: ControlState(configuration: configuration.withLock { $0 }, storeName: store.name))
        restore(&work)
        step(&work, ControlNews())
        for await _ in inbox.bell {
            step(&work, inbox.take())
            turns.add(1, ordering: .releasing)
        }
        work.alarm.cancel()
    }

    private func post(_ change: (inout ControlNews) -> Void) {
        let now = surroundings.clock.now()
        inbox.post {
            change(&$0)
            $0.since = $0.since ?? now
        }
    }

    /// Serves what a former run served, until the store says otherwise.
    private func restore(_ work: inout Work) {
        guard let directory = surroundings.stateDirectory else { return }
        let file = WholeFile(directory: directory, name: Self.snapshotName)
        let logger = surroundings.logger
        do {
            guard let octets = try file.read() else { return }
            let snapshot = try TableSnapshot(decoding: octets)
            guard snapshot.store == store.name else {
                logger.notice("the last good table is another store's and is not used: \(file.path): \(snapshot.store)")
                return
            }
            work.state.take(snapshot)
            work.book.restore(snapshot.problems ?? [])
            logger.notice(
                """
                the last good table, \(snapshot.generation), is served until the store answers: \
                \(snapshot.services.count) endpoints, \(snapshot.routes.count) routes of the store
                """)
        } catch {
            logger.warning("the last good table cannot be used and is ignored: \(file.path): \(error)")
        }
    }

    /// One turn: takes up the news, and if another table follows from them, compiles it and puts it in force.
    private func step(_ work: inout Work, _ news: ControlNews) {
        let clock = surroundings.clock
        let now = clock.now()
        if let configuration = news.configuration { work.state.take(configuration) }
        if let services = news.services { work.state.take(services: services, now: now) }
        if let routes = news.routes { work.state.take(routes: routes, now: now) }
        if news.acceptsHeld { work.state.acceptHeld() }
        if let outage = news.servicesOutage { work.outages.services = outage }
        if let outage = news.routesOutage { work.outages.routes = outage }
        if let report = news.certificates { work.certificates = report }
        if let reload = news.reload { work.reload = reload }
        if let fault = news.keepingFault { work.keepingFault = fault }
        let answers = news.orders.map { order in follow(order, &work) }
        if news.services != nil || news.routes != nil { work.isStoreHeard = true }

        if let (advanced, changes) = work.state.advance(now: now) {
            let description = keyed(advanced, &work)
            let compileStart = clock.now()
            let (table, problems) = RoutingTable.compile(description, previous: work.table)
            let compiled = clock.now()
            surroundings.installer.install(table)
            work.table = table
            work.compileProblems = problems
            keep(changes, of: table, &work)
            let endpoints = description.services.reduce(0) { $0 + $1.endpoints.count }
            let installation = Installation(
                generation: description.generation, changes: changes,
                latency: clock.now() - (news.since ?? now), compilation: compiled - compileStart,
                counts: (description.services.count, endpoints, description.routes.count))
            tell(installation)
            work.isKept = false
        }
        // What was wrong, and since when, is kept with the table.
        if tellProblems(&work) { work.isKept = false }
        // Before the store was heard of there is nothing that is worth replacing an older table; a store without a key has
        // made no table, and is worth it all the same.
        if work.state.isComplete, !work.isKept {
            work.isKept = true
            let (state, name, problems) = (work.state, store.name, work.book.problems)
            writer?.submit {
                var snapshot = state.snapshot(storeName: name)
                snapshot.keep(problems)
                return snapshot
            }
        }
        for (order, answer) in zip(news.orders, answers) { order.answer(answer) }
        work.alarm.set(work.state.nextDeadline, clock: clock) { [inbox] in inbox.wake() }
    }

    /// Follows an operator's order, and says so.
    private func follow(_ order: ControlNews.Order, _ work: inout Work) -> Result<EndpointOverride?, OrderRefusal> {
        let name = "\(order.place.service)/\(order.place.address)"
        let before = work.state.overrides
        do {
            let standing = try work.state.take(order.order, at: order.place, time: surroundings.clock.wallSeconds())
            if work.state.overrides != before {
                work.isKept = false
                surroundings.logger.notice("endpoint \(name): \(order.order) by an operator")
                surroundings.onEvent(.ordered(name, order.order, standing))
            }
            return .success(standing)
        } catch {
            return .failure(error)
        }
    }

    private func tell(_ events: AsyncStream<EndpointEvent>) async {
        var news = EndpointNews()
        for await event in events {
            for line in news.lines(for: event, now: surroundings.clock.now()) { surroundings.logger.notice("\(line)") }
            surroundings.onEvent(.endpoint(event))
        }
    }

    /// Keeps what a table was made of, and finds what in it hardly is as it was meant.
    private func keep(_ changes: TableChanges, of table: RoutingTable, _ work: inout Work) {
        let entry = TableHistory.Entry(
            generation: table.generation, installedAt: surroundings.clock.wallSeconds(), parts: work.state.parts,
            summary: changes.summary, stickyKey: work.stickyKey)
        history.withLock { $0.add(entry) }
        if changes.touchesRoutes { work.shadows = table.shadowedRoutes() }
    }

    /// The configuration as it was read last.
    var currentConfiguration: EdgeConfiguration { configuration.withLock { $0 } }

    /// `description` with a key for cookies where the configuration has given none.
    private func keyed(_ description: TableDescription, _ work: inout Work) -> TableDescription {
        guard description.services.contains(where: { $0.sticky?.key == SipKey() }) else { return description }
        if work.stickyKey == nil {
            let file = surroundings.stateDirectory.map { StickyKeyFile(directory: $0) }
            work.stickyKey = StickyKeyFile.key(of: file, logger: surroundings.logger)
        }
        var description = description
        description.fill(work.stickyKey ?? SipKey())
        return description
    }

    private func tell(_ installation: Installation) {
        box.withLock {
            $0.generation = installation.generation
            ($0.services, $0.endpoints, $0.routes) = installation.counts
            $0.installedAt = surroundings.clock.wallSeconds()
        }
        let counts = installation.counts
        surroundings.logger.info(
            """
            table \(installation.generation): \(installation.changes.summary); now services \(counts.services), \
            endpoints \(counts.endpoints), routes \(counts.routes); \(installation.latency.milliseconds) ms
            """)
        surroundings.onEvent(.installed(installation))
    }
}
