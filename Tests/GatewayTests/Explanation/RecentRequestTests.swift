import Routing
import Testing

@testable import Gateway
@testable import Lab

/// What is told of requests already made: which endpoints were asked, what came of it, and how long each part took.
@Suite(.apart) struct RecentRequestTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func edge(
        _ endpoints: [String], _ edit: (inout ServiceDescription) -> Void = { _ in }
    ) throws -> Edge {
        try Edge(.one(endpoints, service: edit)) {
            $0.accessLog = AccessLogConfiguration(path: "\(folder.path)/access.log")
            $0.trustedProxies = [Network("127.0.0.0/8")].compactMap { $0 }
        }
    }

    /// The request called `id`, once the log has it.
    private func request(_ id: String, _ edge: Edge) throws -> RecentRequest {
        let deadline = Deadline.after(.seconds(20))
        while true {
            if let request = edge.gateway.recentRequest(id: id) { return request }
            if deadline.hasPassed { throw LabError("request \(id) is not kept") }
            Deadline.after(.milliseconds(5)).pass()
        }
    }

    @Test func eachTryIsTold() throws {
        let closed = try TestBackend("closed", .closeAfterRequest)
        let bad = try TestBackend("bad", .status(503))
        let good = try TestBackend("good")
        let edge = try edge([closed.address, bad.address, good.address]) {
            $0.retries.attempts = 3
            $0.retries.causes = [.reset, .status503]
        }
        let stream = try edge.client.connect()
        var seen: Set<String> = []
        for number in 0..<6 {
            #expect(try stream.roundTrip(get("/", "X-Request-Id: r\(number)")).text == "good")
            let request = try request("r\(number)", edge)
            let tries = request.tries
            #expect(request.retries == tries.count - 1 && request.status == 200 && request.failure == nil)
            #expect(tries.last?.endpoint == good.address && tries.last?.outcome == "answered")
            #expect(tries.last?.status == 200)
            for one in tries.dropLast() {
                let isBad = one.endpoint == bad.address
                #expect(one.outcome == (isBad ? "answered-503" : "upstream-reset"))
                #expect(one.status == (isBad ? 503 : nil))
                seen.insert(one.outcome)
            }
            for (one, next) in zip(tries, tries.dropFirst()) { #expect(one.began + one.took <= next.began + 0.000_01) }
            #expect(request.listener == "http" && !request.isSecure)
            #expect(request.text.contains("asked") == (tries.count > 1))
        }
        #expect(seen == ["answered-503", "upstream-reset"])
    }

    @Test func aTryThatEndedInNothingIsToldOnce() throws {
        let address = "127.0.0.1:\(try FreePort.next())"
        let edge = try edge([address]) { $0.retries.attempts = 2 }
        #expect(try edge.client.exchange(get("/", "X-Request-Id: x")).status == 502)
        let request = try request("x", edge)
        #expect(request.failure == "connect-refused" && request.timings.beforeSending == nil)
        #expect(
            !request.tries.isEmpty && request.tries.allSatisfy { $0.outcome == "connect-refused" && $0.status == nil })
        // There was nobody to try again with.
        #expect(request.tries.count == 1 && request.retries == 1)
    }

    @Test func whatWasAskedBesideIsTold() throws {
        let slow = try TestBackend("slow", .stall)
        let fast = try TestBackend("fast")
        let edge = try edge([slow.address, fast.address]) {
            $0.hedge = HedgePolicy()
            $0.hedge?.delay = 20
        }
        let stream = try edge.client.connect()
        var overtaken = 0
        for number in 0..<4 {
            #expect(try stream.roundTrip(get("/", "X-Request-Id: h\(number)")).text == "fast")
            let request = try request("h\(number)", edge)
            #expect(request.tries.last?.endpoint == fast.address)
            for one in request.tries.dropLast() {
                #expect(one.endpoint == slow.address && one.outcome == "overtaken" && one.took >= 0.02)
                overtaken += 1
            }
        }
        #expect(overtaken > 0)
    }

    @Test func timeInLineAndToConnectIsTold() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try edge([backend.address]) {
            $0.connectionsPerEndpoint = 1
            $0.circuit.queue = 20_000
        }
        let (first, second) = (try edge.client.connect(), try edge.client.connect())
        try first.socket.send(get("/", "X-Request-Id: first"))
        try backend.waitForRequests(1)
        try second.socket.send(get("/", "X-Request-Id: second", "X-Forwarded-Proto: https"))
        try edge.statistics { $0.resilience["web-80"]?.waiting == 1 }
        gate.open()
        for stream in [first, second] { #expect(try stream.answer(by: .after(.seconds(20))).status == 200) }
        let (one, two) = (try request("first", edge), try request("second", edge))
        #expect(one.timings.queue == nil && one.tries.first?.isReused == false)
        let queue = try #require(two.timings.queue)
        let before = try #require(two.timings.beforeSending)
        #expect(queue > 0 && queue <= before + 0.000_01)
        #expect(two.isSecure && two.question?.url.hasPrefix("https://") == true)
        if two.tries.first?.isReused == true { #expect(two.timings.connect == 0) }
        // Asked about again, it came by https still.
        let question = try #require(two.question)
        #expect(try edge.gateway.explain(question).request.isSecure)
    }
}
