import Gateway
import Routing
import Testing

@testable import Lab

/// A second endpoint that is asked where the first takes long.
@Suite(.apart) struct HedgeTests {
    /// An edge on `slow` and `fast`, hedged after 30 ms.
    private func edge(_ endpoints: [TestBackend], _ edit: (inout ServiceDescription) -> Void = { _ in }) throws -> Edge
    {
        try Edge(
            .one(
                endpoints.map(\.address),
                service: {
                    $0.hedge = HedgePolicy()
                    $0.hedge?.delay = 30
                    edit(&$0)
                }))
    }

    private func counters(_ edge: Edge) -> ResilienceCounters {
        edge.gateway.statistics().resilience["web-80"] ?? ResilienceCounters()
    }

    @Test func theFirstGoodAnswerIsTheClientsAndTheOtherIsCut() throws {
        let slow = try TestBackend("slow", .stall)
        let fast = try TestBackend("fast")
        let edge = try edge([slow, fast])
        let stream = try edge.client.connect()
        for _ in 0..<8 { #expect(try stream.roundTrip(get()).text == "fast") }
        #expect(slow.requestCount > 0 && fast.requestCount == 8)
        let counters = counters(edge)
        #expect(counters.hedges == UInt64(slow.requestCount) && counters.hedgesWon == counters.hedges)
        #expect(counters.retries == 0)
        try slow.waitForConnections { $0 == 0 }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func theFirstTryMayStillWin() throws {
        let gate = Gate()
        let first = try TestBackend("late", .identity(after: gate))
        let edge = try edge([first])
        let alone = try edge.client.connect()
        try alone.socket.send(get())
        try first.waitForRequests(1)
        // There is nobody else to ask.
        Deadline.after(.milliseconds(200)).pass()
        gate.open()
        #expect(try alone.answer(by: .after(.seconds(20))).text == "late")
        #expect(counters(edge).hedges == 0)
        let opened = Gate()
        let pair = [try TestBackend("a", .identity(after: opened)), try TestBackend("b", .identity(after: opened))]
        let both = try self.edge(pair)
        let stream = try both.client.connect()
        try stream.socket.send(get())
        for backend in pair { try backend.waitForRequests(1) }
        opened.open()
        let name = try stream.answer(by: .after(.seconds(20))).text
        #expect(["a", "b"].contains(name))
        #expect(try ["a", "b"].contains(stream.roundTrip(get()).text))
        try both.waitUntilNothingIsInFlight()
    }

    @Test func whatFailsLeavesTheFieldToTheOther() throws {
        // Whichever is asked second refuses to help: the first one's answer counts, late as it is.
        let gate = Gate()
        let late = try TestBackend("late", .identity(after: gate))
        let bad = try TestBackend("bad", .status(503))
        let edge = try edge([late, bad])
        for _ in 0..<2 {
            let stream = try edge.client.connect()
            try stream.socket.send(get())
            try late.waitForRequests(1)
            Deadline.after(.milliseconds(150)).pass()
            gate.open()
            #expect(try stream.answer(by: .after(.seconds(20))).text == "late")
        }
        // The first breaks off while the second is at work.
        let second = Gate()
        let breaks = try TestBackend(
            "breaks",
            .custom { _, _, _ in
                second.wait()
                return false
            })
        let slow = try TestBackend(
            "slow",
            .custom { name, request, stream in
                second.open()
                Deadline.after(.milliseconds(100)).pass()
                return try Behavior.identity.answer(name, request, stream)
            })
        let other = try self.edge([breaks, slow]) { $0.retries.attempts = 0 }
        #expect(try other.client.exchange(get()).text == "slow")
        try other.waitUntilNothingIsInFlight()
    }

    @Test func whatMayNotBeRepeatedOrHasABodyIsNotHedged() throws {
        let gate = Gate()
        let pair = [try TestBackend("a", .identity(after: gate)), try TestBackend("b", .identity(after: gate))]
        let edge = try edge(pair)
        let streams = try [post("x"), post("x", method: "PUT")].map { text in
            let stream = try edge.client.connect()
            try stream.socket.send(text)
            return stream
        }
        for backend in pair { try backend.waitForRequests(1) }
        Deadline.after(.milliseconds(200)).pass()
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(20))).status == 200) }
        #expect(counters(edge).hedges == 0)
    }

    @Test func withoutABudgetThereAreNoHedges() throws {
        let gate = Gate()
        let pair = [try TestBackend("a", .identity(after: gate)), try TestBackend("b", .identity(after: gate))]
        let edge = try edge(pair) { $0.retryBudget = .init(share: 0, minimum: 0) }
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        _ = try edge.statistics { $0.resilience["web-80"].map { $0.retriesDenied == 1 } ?? false }
        gate.open()
        #expect(try stream.answer(by: .after(.seconds(20))).status == 200)
        #expect(pair[0].requestCount + pair[1].requestCount == 1)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aClientThatBreaksOffEndsBothTries() throws {
        let pair = [try TestBackend("a", .stall), try TestBackend("b", .stall)]
        let edge = try edge(pair)
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        for backend in pair { try backend.waitForRequests(1) }
        stream.socket.reset()
        for backend in pair { try backend.waitForConnections { $0 == 0 } }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func withoutADelayItIsWhatMostAnswersTake() throws {
        let pair = [try TestBackend("a"), try TestBackend("b")]
        let edge = try edge(pair) { $0.hedge = HedgePolicy() }
        let stream = try edge.client.connect()
        for _ in 0..<150 { _ = try stream.roundTrip(get()) }
        pair[0].behave(.stall)
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "b") }
        #expect(counters(edge).hedgesWon > 0)
    }

    /// What is kept of keys lies by the exchanges' places: a hedge's is one for which none was kept.
    @Test func manyHedgesWhereRequestsHaveKeysAndEndpointsLimits() throws {
        let gate = Gate()
        let pair = [try TestBackend("a", .identity(after: gate)), try TestBackend("b", .identity(after: gate))]
        let edge = try edge(pair) {
            $0.balance = .source
            $0.connectionsPerEndpoint = 1_000
            $0.retryBudget = .init(share: 1_000, minimum: 1_000)
        }
        let streams = try (0..<80).map { _ in try edge.client.connect() }
        for stream in streams { try stream.socket.send(get()) }
        _ = try edge.statistics { $0.resilience["web-80"].map { $0.hedges == 80 } ?? false }
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(20))).status == 200) }
        try edge.waitUntilNothingIsInFlight()
    }
}
