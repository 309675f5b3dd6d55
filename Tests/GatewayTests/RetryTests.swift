import Gateway
import Routing
import Testing

@testable import Lab

/// Tries that are made again, how many, and what bounds them in time.
@Suite(.apart) struct RetryTests {
    /// Two endpoints: one that does wrong, and one that answers with its name.
    private func pair(_ bad: Behavior) throws -> (bad: TestBackend, good: TestBackend) {
        (try TestBackend("bad", bad), try TestBackend("good"))
    }

    @Test func anOutageDoesNotMultiplyTheLoad() throws {
        let backends = try (0..<3).map { try TestBackend("\($0)", .status(503)) }
        let edge = try Edge(.one(backends.map(\.address), service: { $0.retryBudget.minimum = 1 }), workers: 2)
        let streams = try (0..<8).map { _ in try edge.client.connect() }
        for _ in 0..<50 {
            for stream in streams { #expect(try stream.roundTrip(get()).status == 503) }
        }
        // 400 requests: a fifth of them, ten of the first seconds, and one for every second that this took.
        let statistics = try edge.statistics { $0.resilience["web-80"].map { $0.retriesDenied > 300 } ?? false }
        let counters = try #require(statistics.resilience["web-80"])
        #expect(counters.retries >= 80, "\(counters)")
        #expect(counters.retries <= 130, "\(counters)")
        let seen = backends.reduce(0) { $0 + $1.requestCount }
        #expect(seen == 400 + Int(counters.retries))
    }

    @Test func anAnswerIsTheClientsWhereTheBudgetIsSpent() throws {
        let (bad, good) = try pair(.raw("HTTP/1.1 503 Mine\r\nContent-Length: 4\r\n\r\nmine"))
        let edge = try Edge(
            .one([bad.address, good.address], service: { $0.retryBudget = .init(share: 0, minimum: 0) }))
        let stream = try edge.client.connect()
        let texts = try (0..<4).map { _ in try stream.roundTrip(get()).text }
        #expect(texts.sorted() == ["good", "good", "mine", "mine"])
        #expect(edge.gateway.statistics().resilience["web-80"]?.retriesDenied == 2)
    }

    @Test(arguments: [Behavior.garbage, .partialHead])
    func whatIsNoAnswerIsTriedElsewhere(behavior: Behavior) throws {
        let (bad, good) = try pair(behavior)
        let edge = try Edge(.one([bad.address, good.address]))
        let stream = try edge.client.connect()
        for _ in 0..<6 { #expect(try stream.roundTrip(get()).text == "good") }
        #expect(bad.requestCount > 0)
        let posts = try (0..<2).map { _ in try stream.roundTrip(post("x")).status }
        #expect(posts.contains(502))
    }

    @Test func aTryThatTakesTooLongIsMadeElsewhere() throws {
        let (bad, good) = try pair(.stall)
        let edge = try Edge(.one([bad.address, good.address], service: { $0.timeouts.perTry = 150 }))
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "good") }
        #expect(bad.requestCount > 0)
        // What may not be repeated is answered as late as it was.
        let posts = try (0..<2).map { _ in try stream.roundTrip(post("x")) }
        let texts = posts.map(\.text).sorted()
        #expect(texts == ["504 The endpoint did not answer in time.\n", "good"])
    }

    @Test func aTryIsNotTimedByTheClientsPace() throws {
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.perTry = 300 }))
        let stream = try edge.client.connect()
        try stream.socket.send("PUT / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 6\r\n\r\n")
        for _ in 0..<6 {
            Deadline.after(.milliseconds(200)).pass()
            try stream.socket.send("x")
        }
        #expect(try stream.answer(by: .after(.seconds(20))).text == "xxxxxx")
    }

    @Test func theWholeRequestEndsInTimeWhateverItsTries() throws {
        let backends = try (0..<4).map { try TestBackend("\($0)", .stall) }
        let edge = try Edge(
            .one(
                backends.map(\.address),
                service: {
                    $0.timeouts.perTry = 150
                    $0.timeouts.total = 400
                    $0.retries.attempts = 10
                }))
        let start = ContinuousClock.now
        let answer = try edge.client.exchange(get())
        #expect(answer.status == 504)
        #expect(answer.text == "504 The request was not answered in time.\n")
        #expect(ContinuousClock.now - start >= .milliseconds(400))
        let seen = backends.reduce(0) { $0 + $1.requestCount }
        #expect(seen >= 2)
    }

    @Test func anAnswerThatLastsLongerThanTheWholeRequestMayIsCut() throws {
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while true {
                    try stream.socket.send("x")
                    Deadline.after(.milliseconds(20)).pass()
                }
            })
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.total = 300 }))
        let stream = try edge.client.connect()
        #expect(throws: LabError.self) { try stream.roundTrip(get()) }
        // Whoever sends its body forever is told.
        backend.behave(.echo)
        let slow = try edge.client.connect()
        try slow.socket.send("PUT / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 6\r\n\r\nx")
        #expect(try slow.answer(by: .after(.seconds(20))).status == 504)
    }
}
