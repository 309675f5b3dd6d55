import Gateway
import Glibc
import Routing
import Testing

@testable import Lab

/// Every wait ends, with the answer that tells whose it was.
@Suite(.apart) struct TimeoutTests {
    /// The waits of these tests, in milliseconds; the wheel adds up to two ticks of 67.
    private static let short: UInt32 = 200
    /// Somewhat less: the edge's wait may have begun before the test's clock.
    private static let atLeast = Duration.milliseconds(150)
    private static let atMost = Duration.seconds(5)

    private func timed(_ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        try body()
        let took = ContinuousClock.now - start
        #expect(took >= Self.atLeast && took < Self.atMost, "\(took)")
    }

    @Test func aSlowHeadGets408() throws {
        let edge = try Edge(.one([])) { $0.limits.requestHeadTimeout = Self.short }
        let stream = try edge.client.connect()
        try timed {
            try stream.socket.send("GET / HTTP/1.1\r\nHost:")
            let answer = try stream.answer(by: .after(.seconds(10)))
            #expect(answer.status == 408)
            #expect(answer["Connection"] == "close")
            let hasEnded = try stream.hasEnded()
            #expect(hasEnded)
        }
    }

    @Test func aTricklingHeadGainsNothing() throws {
        let edge = try Edge(.one([])) { $0.limits.requestHeadTimeout = 400 }
        let stream = try edge.client.connect()
        try stream.socket.send("GET / HTTP/1.1\r\n")
        let socket = stream.socket
        let trickle = Background {
            for _ in 0..<200 {
                guard (try? socket.send("A: b\r\n")) != nil else { return }
                Deadline.after(.milliseconds(20)).pass()
            }
        }
        #expect(try stream.answer(by: .after(.seconds(3))).status == 408)
        stream.socket.shutDown()
        try trickle.result()
    }

    @Test func anIdleConnectionIsClosedWithoutAWord() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { $0.limits.idleTimeout = Self.short }
        let stream = try edge.client.connect()
        _ = try stream.roundTrip(get())
        try timed {
            let hasEnded = try stream.hasEnded()
            #expect(hasEnded)
        }
    }

    @Test func aStalledBodyGets408() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { $0.limits.bodyTimeout = Self.short }
        let stream = try edge.client.connect()
        try timed {
            try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 10\r\n\r\nhalf")
            let answer = try stream.answer(by: .after(.seconds(10)))
            #expect(answer.status == 408)
            #expect(answer["Connection"] == "close")
        }
        #expect(backend.requestCount == 0)
    }

    @Test func aBodyThatTricklesBelowTheMinimumRateGets408() throws {
        let backend = try TestBackend("b", .count)
        let edge = try Edge(.one([backend.address])) { $0.limits.minimumBodyRate = 500 }
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 1000\r\n\r\n")
        let socket = stream.socket
        let trickle = Background {
            for _ in 0..<300 {
                guard (try? socket.send("x")) != nil else { return }
                Deadline.after(.milliseconds(100)).pass()
            }
        }
        let start = ContinuousClock.now
        #expect(try stream.answer(by: .after(.seconds(25))).status == 408)
        #expect(ContinuousClock.now - start > .seconds(9), "the grace of the first ten seconds")
        stream.socket.shutDown()
        try trickle.result()
    }

    @Test func aBodyThatTakesItsTimeIsNotTheEndpointsDelay() throws {
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.responseHead = 1_000 }))
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 5\r\n\r\n")
        for octet in Array("hello".utf8) {
            Deadline.after(.milliseconds(300)).pass()
            try stream.socket.send([octet])
        }
        #expect(try stream.answer(by: .after(.seconds(10))).text == "hello")
    }

    @Test func anEndpointThatTakesItsTimeIsNotTheClientsDelay() throws {
        let gate = Gate()
        let backend = try TestBackend(
            "b",
            .custom(readsBody: false) { name, request, stream in
                gate.wait()
                return try Behavior.count.answer(name, request, stream)
            })
        let edge = try Edge(.one([backend.address])) { $0.limits.bodyTimeout = 1_500 }
        let stream = try edge.client.connect()
        let size = 32 << 20
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(size)\r\n\r\n")
        let socket = stream.socket
        let sender = Background { try socket.send([UInt8](repeating: 1, count: size), by: .after(.seconds(30))) }
        Deadline.after(.milliseconds(3_300)).pass()
        gate.open()
        try sender.result()
        #expect(try stream.answer(by: .after(.seconds(10))).text == "\(size)")
    }

    @Test func aSilentEndpointGets504() throws {
        let backend = try TestBackend("b", .stall)
        let other = try TestBackend("other", .stall)
        let edge = try Edge(.one([backend.address, other.address], service: { $0.timeouts.responseHead = Self.short }))
        let stream = try edge.client.connect()
        try timed {
            let answer = try stream.roundTrip(get())
            #expect(answer.status == 504)
            #expect(answer["Connection"] == nil)
        }
        // An endpoint that may be at work on it is not given it a second time elsewhere.
        #expect(backend.requestCount + other.requestCount == 1)
        try backend.waitForConnections { $0 == 0 }
    }

    @Test func aStallInAnAnswerCutsTheConnection() throws {
        let backend = try TestBackend(
            "b",
            .custom { name, request, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                return try Behavior.stall.answer(name, request, stream)
            })
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.idle = Self.short }))
        let stream = try edge.client.connect()
        timed { _ = #expect(throws: LabError.self) { try stream.roundTrip(get()) } }
    }

    @Test func anAnswerThatKeepsComingOutlastsTheIdleTimeout() throws {
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
                for _ in 0..<10 {
                    Deadline.after(.milliseconds(150)).pass()
                    try stream.socket.send("x")
                }
                return true
            })
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.idle = 500 }))
        #expect(try edge.client.exchange(get()).text == "xxxxxxxxxx")
    }

    @Test func aClientThatTakesNothingIsCutOff() throws {
        let backend = try TestBackend("b", .generate(64 << 20))
        let edge = try Edge(.one([backend.address])) { $0.limits.writeTimeout = Self.short }
        let stream = try edge.client.connect(receiveBuffer: 4096)
        try stream.socket.send(get())
        try edge.statistics { $0.connections == 0 && $0.listeners["http"]?.requests == 1 }
        try backend.waitForConnections { $0 == 0 }
    }

    @Test func anIdleUpstreamConnectionIsClosed() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.upstreamIdle = Self.short }))
        _ = try edge.client.exchange(get())
        #expect(backend.openConnections == 1)
        try timed { try backend.waitForConnections { $0 == 0 } }
    }

    @Test func aConnectionThatDoesNotComeUpGets504() throws {
        let full = try FullListener()
        let edge = try Edge(
            .one(["127.0.0.1:\(full.port)"], service: { $0.timeouts.connect = Self.short }))
        try timed {
            let answer = try edge.client.exchange(get())
            #expect(answer.status == 504)
            #expect(answer.text == "504 The endpoint could not be reached in time.\n")
        }
    }

    @Test func aConnectionThatDoesNotComeUpIsTriedElsewhere() throws {
        let full = try FullListener()
        let good = try TestBackend("good")
        let edge = try Edge(
            .one(["127.0.0.1:\(full.port)", good.address], service: { $0.timeouts.connect = Self.short }))
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(post("x")).text == "good") }
    }
}
