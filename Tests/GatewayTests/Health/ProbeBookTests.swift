import Lab
import Routing
import Synchronization
import Testing

@testable import Gateway

/// Who is checked when, by a clock that only the test moves.
@Suite struct ProbeBookTests {
    private static let second: UInt64 = 1_000_000_000

    private static func table(
        _ count: Int, previous: RoutingTable? = nil, services: [String] = ["web-80"],
        _ edit: (inout HealthPolicy) -> Void = { _ in }
    ) -> RoutingTable {
        var policy = HealthPolicy()
        policy.kind = .connection
        edit(&policy)
        var description = TableDescription()
        description.services = services.map { name in
            var service = ServiceDescription(name: name)
            service.endpoints = (0..<count).map {
                EndpointDescription(
                    address: "10.\($0 >> 16 & 255).\($0 >> 8 & 255).\($0 & 255):80", provenance: Provenance(source: "t")
                )
            }
            if policy.kind != .off { service.checks = [policy] }
            return service
        }
        return RoutingTable.compile(description, previous: previous).table
    }

    private static func plan(_ table: RoutingTable) -> ProbePlan { ProbePlan(table, UpstreamSecurity()) }

    private static func health(_ table: RoutingTable, _ index: Int = 0) -> EndpointHealth? {
        EndpointHealth(rawValue: table.states[index].health.load(ordering: .relaxed))
    }

    /// Begins and ends all checks up to `end`, each with what `outcome` says; the times at which they began.
    private static func run(
        _ book: inout ProbeBook, until end: UInt64, seed: UInt64 = 1, taking time: UInt64 = 1_000_000,
        events: inout [EndpointEvent], _ outcome: (UInt64) -> ProbeVerdict
    ) -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        var times: [UInt64] = []
        while let now = book.next, now <= end {
            while let start = book.start(now: now) {
                times.append(now)
                let verdict = outcome(now)
                let ended = book.end(start.number, mark: start.mark, verdict, now: now + time, random: random.next())
                events += ended.events
            }
        }
        return times
    }

    @Test func fiveThousandAreSpreadOverTheirInterval() {
        var book = ProbeBook()
        book.take(Self.plan(Self.table(5_000)), now: 0)
        #expect(book.count == 5_000)
        var events: [EndpointEvent] = []
        let times = Self.run(&book, until: 30 * Self.second, events: &events) { _ in .passed }
        // Up to a tenth early: 5 % more than one an interval.
        #expect((30_000...33_000).contains(times.count))
        var perTenth = [Int](repeating: 0, count: 301)
        for time in times { perTenth[Int(time / (Self.second / 10))] += 1 }
        // Where the second round meets the first's end there are up to twice as many as on average, never more.
        #expect(perTenth.max() ?? 0 <= 200, "\(perTenth)")
        #expect(events.isEmpty)
    }

    @Test func oneThatComesIsCheckedAtOnce() {
        var book = ProbeBook()
        book.take(Self.plan(Self.table(1)), now: 5)
        #expect(book.next == 5)
    }

    @Test func theNextFollowsAnIntervalAfterTheLastBeganAndUpToATenthEarlier() {
        var book = ProbeBook()
        book.take(Self.plan(Self.table(1)), now: 0)
        var events: [EndpointEvent] = []
        let times = Self.run(&book, until: 200 * Self.second, taking: Self.second, events: &events) { _ in .passed }
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= 5 * Self.second && $0 >= 5 * Self.second / 10 * 9 })
        #expect(Set(gaps).count > 10)
    }

    @Test func aCheckThatLastsLongerThanItsIntervalIsFollowedByTheNextAtOnce() {
        var book = ProbeBook()
        book.take(Self.plan(Self.table(1) { $0.interval = 1_000 }), now: 0)
        var events: [EndpointEvent] = []
        let times = Self.run(&book, until: 10 * Self.second, taking: 2 * Self.second, events: &events) { _ in .passed }
        #expect(times == [0, 2, 4, 6, 8, 10].map { $0 * Self.second })
    }

    @Test func anEndpointFallsAndRisesAndTellsWhy() {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 11 * Self.second, events: &events) { _ in .failed("GET /: 503") }
        #expect(Self.health(table) == .down)
        #expect(events == [EndpointEvent(identity: "web-80/10.0.0.0:80", kind: .down, reason: "GET /: 503")])
        #expect(table.states[0].trouble.withLock { $0 } == "GET /: 503")
        #expect(table.states[0].checksFailed.load(ordering: .relaxed) == 3)
        events = []
        _ = Self.run(&book, until: 21 * Self.second, events: &events) { _ in .passed }
        #expect(Self.health(table) == .up)
        #expect(events.map(\.kind) == [.up])
        #expect(table.states[0].risenAt.load(ordering: .relaxed) > 15 * Self.second)
    }

    @Test func aFasterIntervalHoldsWhileThingsChange() {
        let table = Self.table(1) { $0.fastInterval = 100 }
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        let times = Self.run(&book, until: Self.second, events: &events) { _ in .failed("no") }
        #expect(times.count == 3)
        #expect(Self.health(table) == .down)
    }

    @Test func whatCouldNotBeAskedSaysNothing() {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        let times = Self.run(&book, until: 60 * Self.second, events: &events) { _ in .skipped }
        #expect(times.count > 10)
        #expect(Self.health(table) == .unknown)
        #expect(table.states[0].checksFailed.load(ordering: .relaxed) == 0)
    }

    @Test func anEndpointOfTwoServicesIsAskedOnce() {
        let table = Self.table(1, services: ["web-80", "web-80@shop"])
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        #expect(book.count == 1)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 11 * Self.second, events: &events) { _ in .failed("no") }
        #expect(Self.health(table, 0) == .down)
        #expect(Self.health(table, 1) == .down)
        #expect(events.count == 2)
        // Another service of the same address joins: it is as the others are.
        let wider = Self.table(1, previous: table, services: ["web-80", "web-80@shop", "more-80"])
        book.take(Self.plan(wider), now: 12 * Self.second)
        #expect(book.count == 1)
        #expect((0..<3).allSatisfy { Self.health(wider, $0) == .down })
    }

    @Test func whatIsKnownOutlivesTables() {
        let table = Self.table(2)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 4 * Self.second, events: &events) { _ in .failed("no") }
        let next = Self.table(3, previous: table)
        book.take(Self.plan(next), now: 4 * Self.second)
        #expect(next.states[0] === table.states[0])
        _ = Self.run(&book, until: 10 * Self.second, events: &events) { _ in .failed("no") }
        // Two before and one after are three.
        #expect(Self.health(next, 0) == .down)
        #expect(Self.health(next, 2) == .unknown)
    }

    @Test func nobodyStaysDownWhomNobodyChecks() {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 11 * Self.second, events: &events) { _ in .failed("no") }
        #expect(Self.health(table) == .down)
        let unchecked = Self.table(1, previous: table) { $0.kind = .off }
        book.take(Self.plan(unchecked), now: 12 * Self.second)
        #expect(Self.health(unchecked) == .unknown)
        #expect(book.count == 0)
        let start = book.start(now: 60 * Self.second)
        #expect(start == nil)
    }

    @Test func anotherPolicyBeginsWhereTheOldOneEnded() {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 11 * Self.second, events: &events) { _ in .failed("no") }
        let changed = Self.table(1, previous: table) { $0.interval = 100 }
        book.take(Self.plan(changed), now: 12 * Self.second)
        #expect(Self.health(changed) == .down)
        events = []
        _ = Self.run(&book, until: 13 * Self.second, events: &events) { _ in .passed }
        #expect(Self.health(changed) == .up)
        #expect(events.map(\.kind) == [.up])
    }

    @Test func anOutcomeOfATargetThatIsGoneIsForgotten() throws {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        let first = book.start(now: 0)
        let start = try #require(first)
        book.take(ProbePlan(), now: 1)
        book.take(Self.plan(Self.table(1, previous: table)), now: 2)
        let ended = book.end(start.number, mark: start.mark, .failed("late"), now: 3, random: 0)
        #expect(ended.events.isEmpty)
        #expect(table.states[0].checksFailed.load(ordering: .relaxed) == 0)
    }

    @Test(arguments: [
        (HealthPolicy.Initial.unknown, EndpointHealth.unknown), (.up, .up), (.down, .down),
    ])
    func whatAnEndpointIsBeforeItsFirstCheck(_ initial: HealthPolicy.Initial, expected: EndpointHealth) {
        let table = Self.table(1) { $0.initial = initial }
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        #expect(Self.health(table) == expected)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 4 * Self.second, events: &events) { _ in .passed }
        #expect(Self.health(table) == (initial == .down ? .down : .up))
        _ = Self.run(&book, until: 6 * Self.second, events: &events) { _ in .passed }
        #expect(Self.health(table) == .up)
    }

    @Test func aPassedCheckEndsASuspension() {
        let table = Self.table(1)
        var book = ProbeBook()
        book.take(Self.plan(table), now: 0)
        table.suspend(0, now: 0)
        #expect(table.states[0].ejectedUntil.load(ordering: .relaxed) > 0)
        var events: [EndpointEvent] = []
        _ = Self.run(&book, until: 0, events: &events) { _ in .passed }
        #expect(table.states[0].ejectedUntil.load(ordering: .relaxed) == 0)
    }
}
