internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// The thread that checks endpoints: one for the whole process, however many workers there are.
///
/// A loop as a worker's is: events first, then what has become too late, then what is due. An answer that has come in time is
/// seen in time, however long the thread had to wait for its turn: a busy machine takes no endpoint down.
struct Prober: ~Copyable {
    private static let mailboxToken: UInt64 = .max

    let handle: ProberHandle
    var poller: Poller
    var port: TLSPort
    var connections: Slab<ProbeConnection>
    var book = ProbeBook()
    private var ejections = EjectionBook()
    /// When checks under way are too late, by place.
    var deadlines = DueQueue()
    var random: RandomSource
    let scratch: ScratchMemory
    let fields: FieldTable
    let parser: HeadParser
    var now: UInt64
    private let limit: Int
    private var isStopped = false

    /// At most `limit` checks are under way at once.
    init(handle: ProberHandle, poller: consuming Poller, port: consuming TLSPort, limit: Int) {
        now = MonotonicClock.now
        self.handle = handle
        self.poller = poller
        self.port = port
        self.limit = limit
        connections = Slab(limit: limit) { _ in ProbeConnection() }
        random = RandomSource(seed: now)
        scratch = ScratchMemory(count: Limits.readBytes)
        fields = FieldTable(capacity: Limits.probeFields)
        parser = HeadParser(limits: HeadLimits(headBytes: Limits.probeHeadBytes))
    }

    /// Runs until it is told to stop.
    mutating func run() {
        guard poller.addLevelTriggered(handle.mailbox.fd, token: Self.mailboxToken) else { return }
        takeMessages()
        while !isStopped {
            let count = poller.wait(milliseconds: patience)
            now = MonotonicClock.now
            for index in 0..<count { dispatch(poller.event(index)) }
            expire()
            begin()
            handle.underWay.store(connections.count, ordering: .relaxed)
        }
        handle.finish()
    }

    /// Gives back what the prober's parts do not give back by themselves.
    consuming func deallocate() {
        for index in 0..<Int32(connections.capacity) where connections[index].value.fd >= 0 {
            connections[index].value.tls.free()
            Socket.close(connections[index].value.fd)
        }
        scratch.deallocate()
        fields.deallocate()
    }

    /// Milliseconds that the loop may sleep, -1 for as long as it likes.
    private var patience: Int32 {
        // Where there is no room for another check only an end makes some.
        let start = connections.count < limit ? book.next : nil
        guard let next = [start, deadlines.next, ejections.next].compactMap({ $0 }).min() else { return -1 }
        return next <= now ? 0 : Int32(clamping: (next - now + 999_999) / 1_000_000)
    }

    private mutating func dispatch(_ event: PollEvent) {
        if event.token == Self.mailboxToken {
            takeMessages()
            return
        }
        let place = Int32(truncatingIfNeeded: event.token & 0xffff_ffff)
        let connection = connections[place]
        guard connection.value.fd >= 0, connection.value.generation == UInt32(truncatingIfNeeded: event.token >> 32)
        else { return }
        connection.value.readiness.formUnion(event.readiness)
        advance(connection, at: place)
    }

    private mutating func takeMessages() {
        for message in handle.mailbox.collect() {
            switch message {
            case .stop: isStopped = true
            case .ejected(let ejection): handle.tell(ejections.take(ejection, now: now))
            case .install(let plan):
                book.take(plan, now: now)
                guard ejections.count > 0 else { break }
                let events = ejections.end(because: "nothing is ejected here any more", now: now) { state in
                    plan.ejectable?.contains(ObjectIdentifier(state)) != true
                }
                for event in events { handle.tell(event) }
            }
        }
    }

    /// Ends what is too late, and brings back those whose time out is over.
    private mutating func expire() {
        while let due = deadlines.take(now: now) {
            let connection = connections[due.number]
            guard connection.value.fd >= 0, connection.value.generation == due.mark else { continue }
            let patience = book.target(connection.value.start.number, mark: connection.value.start.mark)
            let milliseconds = patience?.check.policy.timeout ?? 0
            finish(connection, at: due.number, .failed("\(what(connection)): no answer within \(milliseconds) ms"))
        }
        for event in ejections.expire(now: now) { handle.tell(event) }
    }

    /// Begins what is due, some at a time: between them those under way are looked after.
    private mutating func begin() {
        for _ in 0..<Limits.probesPerTurn {
            guard connections.count < limit, let start = book.start(now: now) else { return }
            open(start)
        }
    }

    /// A check has ended.
    mutating func end(_ start: ProbeBook.Start, _ verdict: ProbeVerdict) {
        let consequences = book.end(start.number, mark: start.mark, verdict, now: now, random: random.next())
        for event in consequences.events { handle.tell(event) }
        guard !consequences.risen.isEmpty else { return }
        let risen = Set(consequences.risen.map { ObjectIdentifier($0) })
        let returned = ejections.end(because: "its checks have brought it back", now: now) {
            risen.contains(ObjectIdentifier($0))
        }
        for event in returned { handle.tell(event) }
    }
}
