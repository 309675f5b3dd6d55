import Gateway
import Routing
import Synchronization
import Testing

@testable import Lab

/// Limits on requests under way, and the line in front of them.
@Suite(.apart) struct CircuitTests {
    /// An edge whose service has `endpoints`, each of which takes one request at a time.
    private func edge(
        _ endpoints: [TestBackend], workers: Int = 1, _ edit: (inout ServiceDescription) -> Void = { _ in }
    ) throws -> Edge {
        try Edge(
            .one(
                endpoints.map(\.address),
                service: {
                    $0.connectionsPerEndpoint = 1
                    $0.circuit.queue = 20_000
                    edit(&$0)
                }), workers: workers)
    }

    private func counters(_ edge: Edge, _ isRight: (ResilienceCounters) -> Bool) throws -> ResilienceCounters {
        try #require(try edge.statistics { $0.resilience["web-80"].map(isRight) ?? false }.resilience["web-80"])
    }

    @Test func thoseWhoWaitAreServedInTheOrderOfTheirComing() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try edge([backend])
        let streams = try (0..<6).map { _ in try edge.client.connect() }
        for (index, stream) in streams.enumerated() {
            try stream.socket.send(get("/\(index)"))
            if index == 0 { try backend.waitForRequests(1) }
            _ = try counters(edge) { $0.waiting == index }
        }
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(20))).text == "b") }
        #expect(backend.requests.map(\.target) == (0..<6).map { "/\($0)" })
        let counters = try counters(edge) { $0.waiting == 0 }
        #expect(counters.queued == 5 && counters.queueTimeouts == 0 && counters.queueRefusals == 0)
        try edge.waitUntilNothingIsInFlight()
        #expect(edge.currentTable?.serviceStates[0].inFlight.load(ordering: .relaxed) == 0)
    }

    @Test func whoWaitsTooLongOrFindsTheLineFullGets503() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try edge([backend]) {
            $0.circuit.queue = 1_500
            $0.circuit.pending = 1
        }
        let first = try edge.client.connect()
        try first.socket.send(get())
        try backend.waitForRequests(1)
        let second = try edge.client.connect()
        try second.socket.send(get())
        _ = try counters(edge) { $0.waiting == 1 }
        let third = try edge.client.exchange(get())
        #expect(third.status == 503 && third["Retry-After"] == "1")
        #expect(third.text == "503 All endpoints of the service have as many connections as they may.\n")
        let late = try second.answer(by: .after(.seconds(20)))
        #expect(late.status == 503 && late["Retry-After"] == "1")
        #expect(late.text == "503 No endpoint of the service had room for the request in time.\n")
        gate.open()
        #expect(try first.answer(by: .after(.seconds(20))).text == "b")
        // The connection goes on, and so does the service.
        #expect(try second.roundTrip(get()).text == "b")
        let counters = try counters(edge) { $0.waiting == 0 }
        #expect(counters.queueTimeouts == 1 && counters.queueRefusals == 1)
        #expect(backend.requestCount == 2)
    }

    @Test func aClientThatBreaksOffInLineLeavesNoTrace() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try edge([backend])
        let first = try edge.client.connect()
        try first.socket.send(get("/first"))
        try backend.waitForRequests(1)
        let gone = try edge.client.connect()
        try gone.socket.send(get("/gone"))
        _ = try counters(edge) { $0.waiting == 1 }
        let last = try edge.client.connect()
        try last.socket.send(get("/last"))
        _ = try counters(edge) { $0.waiting == 2 }
        gone.socket.reset()
        _ = try counters(edge) { $0.waiting == 1 }
        gate.open()
        #expect(try first.answer(by: .after(.seconds(20))).text == "b")
        #expect(try last.answer(by: .after(.seconds(20))).text == "b")
        #expect(backend.requests.map(\.target) == ["/first", "/last"])
    }

    @Test func aBodyWaitsWithItsRequest() throws {
        let gate = Gate()
        let backend = try TestBackend(
            "b",
            .custom { name, request, stream in
                gate.wait()
                return try Behavior.echo.answer(name, request, stream)
            })
        let edge = try edge([backend])
        let first = try edge.client.connect()
        try first.socket.send(get())
        try backend.waitForRequests(1)
        let second = try edge.client.connect()
        let body = String(repeating: "0123456789", count: 30_000)
        let sent = Background { [socket = second.socket] in try socket.send(post(body)) }
        _ = try counters(edge) { $0.waiting == 1 }
        gate.open()
        #expect(try first.answer(by: .after(.seconds(20))).status == 200)
        #expect(try second.answer(by: .after(.seconds(20))).text == body)
        try sent.result()
    }

    @Test func aServicesLimitHoldsOverAllItsEndpoints() throws {
        let gate = Gate()
        let backends = try (0..<3).map { try TestBackend("\($0)", .identity(after: gate)) }
        let edge = try edge(backends, workers: 2) {
            $0.connectionsPerEndpoint = 0
            $0.circuit.connections = 2
        }
        let streams = try (0..<5).map { _ in try edge.client.connect() }
        for stream in streams { try stream.socket.send(get()) }
        _ = try counters(edge) { $0.waiting == 3 }
        #expect(backends.reduce(0) { $0 + $1.requestCount } <= 2)
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(20))).status == 200) }
    }

    @Test func anEndpointThatComesTakesThoseWhoWait() throws {
        let gate = Gate()
        let busy = try TestBackend("busy", .identity(after: gate))
        let fresh = try TestBackend("fresh")
        let edge = try edge([busy])
        let first = try edge.client.connect()
        try first.socket.send(get())
        try busy.waitForRequests(1)
        let second = try edge.client.connect()
        try second.socket.send(get())
        _ = try counters(edge) { $0.waiting == 1 }
        try edge.install(
            .one(
                [busy.address, fresh.address], generation: 2,
                service: {
                    $0.connectionsPerEndpoint = 1
                    $0.circuit.queue = 20_000
                }))
        #expect(try second.answer(by: .after(.seconds(20))).text == "fresh")
        gate.open()
        #expect(try first.answer(by: .after(.seconds(20))).text == "busy")
    }

    @Test func busyEndpointsAreWaitedForRatherThanBackupsUsed() throws {
        let gate = Gate()
        let busy = try TestBackend("busy", .identity(after: gate))
        let backup = try TestBackend("backup")
        let edge = try edge([busy, backup]) { $0.endpoints[1].isBackup = true }
        let first = try edge.client.connect()
        try first.socket.send(get())
        try busy.waitForRequests(1)
        let second = try edge.client.connect()
        try second.socket.send(get())
        _ = try counters(edge) { $0.waiting == 1 }
        gate.open()
        for stream in [first, second] { #expect(try stream.answer(by: .after(.seconds(20))).text == "busy") }
        #expect(backup.requestCount == 0)
    }

    /// Many clients of several workers, far more than there is room for: each gets its answer, and no endpoint ever had more
    /// than it may.
    @Test func underLoadNobodyIsForgottenAndNoLimitPassed() throws {
        let most = Guarded((now: [0, 0, 0], peak: [0, 0, 0]))
        let backends = try (0..<3).map { number in
            try TestBackend(
                "\(number)",
                .custom { name, request, stream in
                    most.change {
                        $0.now[number] += 1
                        $0.peak[number] = max($0.peak[number], $0.now[number])
                    }
                    Deadline.after(.milliseconds(1)).pass()
                    most.change { $0.now[number] -= 1 }
                    return try Behavior.identity.answer(name, request, stream)
                })
        }
        let edge = try edge(backends, workers: 3) { $0.connectionsPerEndpoint = 2 }
        let clients = (0..<24).map { _ in
            Background {
                let stream = try edge.client.connect()
                return try (0..<25).filter { _ in try stream.roundTrip(get()).status == 200 }.count
            }
        }
        for client in clients { #expect(try client.result() == 25) }
        #expect(most.read { $0.peak }.allSatisfy { (1...2).contains($0) })
        let counters = try counters(edge) { $0.waiting == 0 }
        #expect(counters.queued > 0 && counters.queueTimeouts == 0)
        try edge.waitUntilNothingIsInFlight()
    }
}
