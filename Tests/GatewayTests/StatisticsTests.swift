import Gateway
import Routing
import Testing

@testable import Lab

/// Counters by listener, route, service and endpoint.
@Suite(.apart) struct StatisticsTests {
    @Test func everyRequestCountsWhereItBelongs() throws {
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address], generation: 7), workers: 2)
        for _ in 0..<4 {
            let stream = try edge.client.connect()
            for _ in 0..<5 { #expect(try stream.roundTrip(post("12345678")).text == "12345678") }
        }
        #expect(try edge.client.exchange("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n").status == 404)
        #expect(try edge.client.exchange("BAD\r\n\r\n").status == 400)
        let statistics = try edge.statistics { $0.listeners["http"]?.answers[3] == 2 && $0.connections == 0 }
        #expect(statistics.generation == 7)
        #expect(statistics.badRequests == 1)
        #expect(statistics.logLinesDropped == 0)
        let listener = try #require(statistics.listeners["http"])
        #expect(listener.requests == 22)
        #expect(listener.answers == [0, 20, 0, 2, 0])
        for counters in [
            statistics.routes["web"], statistics.services["web-80"], statistics.endpoints["web-80/\(backend.address)"],
        ] {
            let counters = try #require(counters)
            #expect(counters.requests == 20)
            #expect(counters.answers == [0, 20, 0, 0, 0])
            #expect(counters.failures == 0)
            #expect(counters.retries == 0)
            let sent = post("12345678").utf8.count
            #expect(counters.bytesIn == UInt64(20 * sent))
            #expect(
                counters.bytesOut
                    == UInt64(
                        20
                            * "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n12345678"
                            .utf8.count))
        }
    }

    @Test func connectionsAreCountedWhileTheyAreOpen() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]), workers: 2)
        let streams = try (0..<10).map { _ in try edge.client.connect() }
        for stream in streams { _ = try stream.roundTrip(get()) }
        try edge.statistics { $0.connections == 10 }
        streams.forEach { $0.socket.close() }
        try edge.statistics { $0.connections == 0 }
    }

    @Test func aTunnelCountsItsOctets() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get("/", "Connection: Upgrade", "Upgrade: echo"))
        _ = try stream.head(by: .after(.seconds(10)))
        try stream.socket.send([UInt8](repeating: 1, count: 1000))
        _ = try stream.take(1000)
        stream.socket.close()
        let counters = try edge.statistics { $0.routes["web"]?.answers[0] == 1 }.routes["web"]
        #expect(counters.map { $0.bytesIn > 1000 && $0.bytesOut > 1000 } == true)
    }

    @Test func anEndpointThatTakesAnothersSlotBeginsAtNothing() throws {
        let backends = try (0..<4).map { try TestBackend("\($0)") }
        let edge = try Edge(.one([backends[0].address]))
        for (index, backend) in backends.enumerated() {
            try edge.install(.one([backend.address], generation: UInt64(index + 2)))
            try edge.statistics { $0.generation == UInt64(index + 2) }
            #expect(try edge.client.exchange(get()).text == backend.name)
            let statistics = try edge.statistics { $0.services["web-80"]?.answers[1] == UInt64(index + 1) }
            #expect(statistics.endpoints.count == 1)
            #expect(statistics.endpoints["web-80/\(backend.address)"]?.requests == 1)
        }
    }
}
