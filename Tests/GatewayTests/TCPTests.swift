import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// TCP listeners: octets both ways, ends one by one, and what becomes of failures.
@Suite(.apart) struct TCPTests {
    private static func octets(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var octets: [UInt8] = []
        octets.reserveCapacity(count + 8)
        while octets.count < count {
            let word = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return Array(octets[..<count])
    }

    @Test func octetsGoBothWays() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        // Small ones are copied, large ones go through a pipe, and either may follow the other.
        let sizes = [1, 1000, 16 << 10, 3 << 20, 5, 1 << 20, 17]
        for size in sizes {
            let sent = Self.octets(size)
            let sender = Background { try client.send(sent, by: .after(.seconds(60))) }
            #expect(try client.take(size, by: .after(.seconds(60))) == sent)
            try sender.result()
        }
        client.finishSending()
        #expect(try client.hasEnded())
        try edge.waitUntilNothingIsInFlight()
        let total = UInt64(sizes.reduce(0, +))
        let statistics = try edge.statistics { $0.connections == 0 }
        for counters in [
            statistics.listeners["http"], statistics.services[raw], statistics.endpoints["\(raw)/\(backend.address)"],
        ] {
            #expect(counters?.requests == 1)
            #expect(counters?.bytesIn == total)
            #expect(counters?.bytesOut == total)
        }
    }

    @Test func theEndpointMaySpeakFirst() throws {
        let backend = try TCPBackend(TCPBackend.name("welcome"))
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        #expect(try client.take(7) == Array("welcome".utf8))
    }

    @Test func aClientThatHasEndedStillGetsTheWholeAnswer() throws {
        let answer = Self.octets(2 << 20)
        let backend = try TCPBackend { socket in
            let question = try socket.receiveToEnd(by: .after(.seconds(60)))
            if question.count == 1 << 20 { try socket.send(answer, by: .after(.seconds(60))) }
        }
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        try client.send(Self.octets(1 << 20, seed: 2), by: .after(.seconds(60)))
        client.finishSending()
        #expect(try client.take(answer.count, by: .after(.seconds(60))) == answer)
        #expect(try client.hasEnded())
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func anEndpointThatHasEndedStillGetsTheWholeQuestion() throws {
        let got = Guarded<[UInt8]?>(nil)
        let backend = try TCPBackend { socket in
            try socket.send("first")
            socket.finishSending()
            let all = try socket.receiveToEnd(by: .after(.seconds(60)))
            got.change { $0 = all }
        }
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        #expect(try client.take(5) == Array("first".utf8))
        #expect(try client.hasEnded())
        let question = Self.octets(3 << 20)
        try client.send(question, by: .after(.seconds(60)))
        client.finishSending()
        #expect(got.wait(until: .after(.seconds(60)), for: { $0 }) == question)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aReaderThatWaitsHoldsTheWriterUp() throws {
        let sent = Guarded(0)
        let whole = 64 << 20
        let backend = try TCPBackend { socket in
            let piece = [UInt8](repeating: 7, count: 64 << 10)
            while sent.read({ $0 }) < whole {
                try socket.send(piece, by: .after(.seconds(120)))
                sent.change { $0 += piece.count }
            }
        }
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect(receiveBuffer: 64 << 10)
        // Once nothing has moved for a while, the kernel's buffers and a pipe are full.
        var last = -1
        while case let now = sent.read({ $0 }), now != last || now == 0 {
            last = now
            Deadline.after(.milliseconds(300)).pass()
        }
        #expect(last < whole / 2)
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while case let more = try client.receive(over: &buffer, by: .after(.seconds(60))), more > 0 { count += more }
        #expect(count == whole)
    }

    @Test func aResetGoesOn() throws {
        let backend = try TCPBackend { socket in
            _ = try socket.take(4)
            socket.reset()
        }
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        try client.send("ping")
        #expect(client.isReset())
        try edge.waitUntilNothingIsInFlight()

        let ends = Guarded<Bool?>(nil)
        let other = try TCPBackend { socket in
            try socket.send("hello")
            let isReset = socket.isReset()
            ends.change { $0 = isReset }
        }
        try edge.install(.raw([other.address], generation: 2))
        let second = try edge.connect()
        _ = try second.take(5)
        second.reset()
        #expect(ends.wait(until: .after(.seconds(30)), for: { $0 }) == true)
        try edge.waitUntilNothingIsInFlight()
    }

    // MARK: - Choosing

    @Test func withoutAnEndpointTheClientIsResetAtOnce() throws {
        let edge = try Edge.tcp(.raw([]))
        #expect(try edge.turnsAway())
        // Nor is there a service.
        try edge.install(TableDescription())
        #expect(try edge.turnsAway())
    }

    @Test func aBackupTakesOverFromThoseThatRefuse() throws {
        let gone = try TCPBackend { _ in }
        let also = try TCPBackend { _ in }
        let backup = try TCPBackend(TCPBackend.name("backup"))
        gone.refuse()
        also.refuse()
        let edge = try Edge.tcp(
            .raw([gone.address, also.address, backup.address]) { $0.endpoints[2].isBackup = true })
        for _ in 0..<5 { #expect(try edge.connect().take(6) == Array("backup".utf8)) }
        let statistics = edge.gateway.statistics()
        #expect(statistics.endpoints["\(raw)/\(gone.address)"]?.failures ?? 0 > 0)
        #expect(statistics.endpoints["\(raw)/\(gone.address)"]?.retries ?? 0 > 0)
    }

    @Test func whereAllRefuseTheClientIsReset() throws {
        let gone = try TCPBackend { _ in }
        gone.refuse()
        let edge = try Edge.tcp(.raw([gone.address]))
        #expect(try edge.turnsAway())
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func anEndpointThatDoesNotAnswerCostsItsTimeoutOnly() throws {
        let full = try FullListener()
        let backend = try TCPBackend(TCPBackend.name("there"))
        let edge = try Edge.tcp(
            .raw(["127.0.0.1:\(full.port)", backend.address]) {
                $0.timeouts.connect = 200
                $0.endpoints[1].isBackup = true
            })
        #expect(try edge.connect().take(5) == Array("there".utf8))
    }

    @Test func sessionsCountAsLoad() throws {
        let backends = try (0..<3).map { try TCPBackend(TCPBackend.name("\($0)")) }
        let edge = try Edge.tcp(.raw(backends.map(\.address)) { $0.balance = .leastConnections })
        var open: [Socket] = []
        for _ in 0..<6 {
            open.append(try edge.connect())
            _ = try open.last?.take(1)
        }
        #expect(backends.map { $0.accepted.read { $0 } } == [2, 2, 2])
        // Those of one endpoint end: it is the one with the fewest.
        for socket in open { socket.finishSending() }
        for socket in open { #expect(try socket.hasEnded()) }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aClientStaysAtItsEndpoint() throws {
        let backends = try (0..<3).map { try TCPBackend(TCPBackend.name("\($0)")) }
        let edge = try Edge.tcp(.raw(backends.map(\.address)) { $0.balance = .source })
        func name(_ client: String) throws -> UInt8 {
            try Socket.connect(port: edge.port(), from: client).take(1)[0]
        }
        var seen: Set<UInt8> = []
        for number in 1...20 {
            let first = try name("127.0.1.\(number)")
            seen.insert(first)
            for _ in 0..<3 { #expect(try name("127.0.1.\(number)") == first) }
        }
        #expect(seen.count == 3)
        // Another takes over those of one that is gone, and the others stay.
        let before = try (1...20).map { try name("127.0.1.\($0)") }
        backends[1].refuse()
        for number in 1...20 {
            let now = try name("127.0.1.\(number)")
            #expect(now != UInt8(ascii: "1"))
            if before[number - 1] != UInt8(ascii: "1") { #expect(now == before[number - 1]) }
        }
    }

    // MARK: - Lasting

    @Test func aSessionInWhichNothingMovesEnds() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]) { $0.timeouts.tunnel = 300 })
        let client = try edge.connect()
        let start = ContinuousClock.now
        for _ in 0..<4 {
            try client.send("x")
            _ = try client.take(1)
            Deadline.after(.milliseconds(100)).pass()
        }
        #expect(client.isReset())
        #expect(ContinuousClock.now - start > .milliseconds(400))
    }

    @Test func aSessionOutlivesItsEndpointsPlaceInTheTable() throws {
        let old = try TCPBackend(TCPBackend.echo)
        let new = try TCPBackend(TCPBackend.name("new"))
        let edge = try Edge.tcp(.raw([old.address]))
        let client = try edge.connect()
        try client.send("a")
        _ = try client.take(1)
        for generation in 2..<12 as Range<UInt64> { try edge.install(.raw([new.address], generation: generation)) }
        #expect(try edge.connect().take(3) == Array("new".utf8))
        try client.send("still there")
        #expect(try client.take(11) == Array("still there".utf8))
    }

    @Test func aServiceMayWantItsSessionsCutWithTheirEndpoint() throws {
        let old = try TCPBackend(TCPBackend.echo)
        let new = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([old.address, new.address]) { $0.cutsLeaving = true })
        let clients = [try edge.connect(), try edge.connect()]
        for client in clients {
            try client.send("a")
            _ = try client.take(1)
        }
        try edge.install(.raw([new.address], generation: 2) { $0.cutsLeaving = true })
        // One of the two was at each.
        var left = 0
        for client in clients {
            try? client.send("b")
            if let octets = try? client.take(1), octets == [98] { left += 1 }
        }
        #expect(left == 1)
        try edge.statistics { $0.connections == 1 }
    }

    @Test func aDrainWaitsForSessionsUntilItsDeadline() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        try client.send("a")
        _ = try client.take(1)
        let drain = Drain(edge.gateway, within: .seconds(2))
        // What is under way goes on; nothing new begins.
        try client.send("bc")
        #expect(try client.take(2) == Array("bc".utf8))
        #expect(client.isReset())
        #expect(try drain.result() == 1)
    }

    @Test func anIdleSessionOwnsNoPipe() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]))
        func pipes() throws -> Int {
            let folder = "/proc/self/fd"
            return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)"))?.hasPrefix("pipe:")
                    == true
            }
        }
        let before = try pipes()
        var clients: [Socket] = []
        for _ in 0..<100 {
            let client = try edge.connect()
            let sent = Self.octets(256 << 10)
            let sender = Background { try client.send(sent, by: .after(.seconds(60))) }
            #expect(try client.take(sent.count) == sent)
            try sender.result()
            clients.append(client)
        }
        // One after the other they have all used the same few; other tests of this process have some of their own.
        #expect(try pipes() - before < 100)
    }
}
