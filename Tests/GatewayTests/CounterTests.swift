import Gateway
import Lab
import Routing
import Testing

@testable import Gateway

/// What is counted beyond requests: each thing is made to happen, and seen.
@Suite(.apart) struct CounterTests {
    @Test func `what is under way is told of the listener and the route until it has ended`() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address]))
        let streams = try (0..<3).map { _ in try edge.client.connect() }
        for stream in streams { try stream.socket.send(get()) }
        try edge.statistics { $0.routes["web"]?.underway == 3 && $0.listeners["http"]?.underway == 3 }
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(20))).status == 200) }
        let statistics = try edge.statistics { $0.routes["web"]?.underway == 0 && $0.listeners["http"]?.underway == 0 }
        for counters in [statistics.routes["web"], statistics.endpoints["web-80/\(backend.address)"]] {
            #expect(counters?.ended == 3)
            #expect((counters?.nanoseconds ?? 0) > 0)
        }
        let durations = edge.gateway.observe().listenerDurations[0]
        #expect(durations.count == 3)
        #expect(durations.sum == statistics.routes["web"]?.nanoseconds)
    }

    @Test func `a refused request is under way no longer than it takes to refuse it`() throws {
        let edge = try Edge(.one(["127.0.0.1:1"]))
        #expect(try edge.client.exchange("BAD\r\n\r\n").status == 400)
        #expect(try edge.client.exchange("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n").status == 404)
        #expect(try edge.client.exchange(get()).status == 502)
        try edge.statistics { $0.listeners["http"]?.ended == 3 && $0.listeners["http"]?.underway == 0 }
    }

    @Test func `connections of clients are told by listener, open and ever`() throws {
        let second = try Edge.listener("127.0.0.1:0", name: "other")
        let edge = try Edge(.one(["127.0.0.1:1"])) { configuration in
            configuration.listeners.append(second)
        }
        let streams = try (0..<4).map { _ in try edge.client.connect() }
        for stream in streams { _ = try stream.roundTrip(get()) }
        try edge.statistics { $0.listeners["http"]?.connections == 4 && $0.listeners["other"]?.connections == 0 }
        streams.forEach { $0.socket.close() }
        try edge.statistics { $0.listeners["http"]?.connections == 0 && $0.listeners["http"]?.opened == 4 }
    }

    @Test func `a connection to an endpoint is opened once and reused until it is closed`() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<5 { #expect(try stream.roundTrip(get()).status == 200) }
        let statistics = try edge.statistics { $0.totals.idleConnections == 1 && $0.totals.upstreamConnections == 1 }
        #expect(statistics.totals.dials == 1)
        #expect(statistics.totals.reuses == 4)
        #expect(statistics.endpoints["web-80/\(backend.address)"]?.opened == 1)
        try edge.install(.one([], generation: 2))
        try edge.statistics { $0.totals.upstreamConnections == 0 && $0.totals.idleConnections == 0 }
    }

    @Test func `tunnels are told, open and ever`() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get("/", "Connection: Upgrade", "Upgrade: echo"))
        _ = try stream.head(by: .after(.seconds(10)))
        try edge.statistics { $0.totals.tunnels == 1 }
        stream.socket.close()
        try edge.statistics { $0.totals.tunnels == 0 && $0.totals.tunnelsBegun == 1 }
    }

    @Test func `a TCP session is under way until it ends, and its time is told`() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]))
        let client = try edge.connect()
        try client.send([1, 2, 3], by: .after(.seconds(10)))
        #expect(try client.take(3, by: .after(.seconds(10))) == [1, 2, 3])
        let before = try edge.statistics { $0.listeners["http"]?.underway == 1 }
        #expect(before.services[raw]?.underway == 1)
        client.close()
        let after = try edge.statistics {
            $0.listeners["http"]?.underway == 0 && $0.listeners["http"]?.connections == 0
        }
        #expect(after.services[raw]?.ended == 1)
        #expect((after.endpoints["\(raw)/\(backend.address)"]?.nanoseconds ?? 0) > 0)
        #expect(edge.gateway.observe().durations[0]?.count == 1)
    }

    @Test func `who is turned away is told by what kept him out`() throws {
        let second = try Edge.listener("127.0.0.1:0", name: "strict")
        let edge = try Edge(.one(["127.0.0.1:1"])) { configuration in
            configuration.limits.connections = 2
            configuration.listeners.append(second)
            configuration.listeners[1].connectionsPerAddress = 1
        }
        let strict = RawClient(port: edge.port(1))
        let first = try strict.connect()
        _ = try first.roundTrip(get())
        #expect(throws: (any Error).self) { _ = try strict.exchange(get()) }
        try edge.statistics { $0.totals.refusals.address == 1 }
        let third = try edge.client.connect()
        _ = try third.roundTrip(get())
        #expect(throws: (any Error).self) { _ = try edge.client.exchange(get()) }
        let statistics = try edge.statistics { $0.totals.refusals.limit == 1 }
        #expect(statistics.totals.connectionsMaximum == 2)
        #expect(statistics.totals.refusals.descriptors == 0)
    }

    // MARK: TLS

    @Test func `sessions are told by version and protocol, and handshakes that failed by listener`() throws {
        let pair = try Pair([host])
        let backend = try TestBackend("b")
        let second = try Edge.listener("127.0.0.1:0", name: "https")
        let edge = try Edge(.one([backend.address])) { configuration in
            configuration.listeners.append(second)
            configuration.listeners[1].tls = TLSListenerConfiguration()
            configuration.listeners[1].http2 = true
        }
        edge.gateway.install(certificates: Pair.table([pair]), at: 1)
        for arguments in [["--tls-max", "1.2", "--http1.1"], ["--http1.1"], ["--http2"], ["--http2", "--no-alpn"]] {
            let curl = try Curl(host, port: edge.port(1), trusting: pair, arguments)
            #expect(curl.text == "b", "\(arguments)")
        }
        _ = try? RawClient(port: edge.port(1)).exchangeToEnd([22, 3, 1, 0, 5, 1, 2, 3, 4, 5])
        try edge.statistics { $0.handshakeFailures == 1 && $0.handshakes == 4 }
        let seen = edge.gateway.observe().handshakes
        #expect(seen[0] == HandshakeCounters())
        let told = HandshakeCounters.Session.allCases.filter { seen[1][$0] > 0 }.map {
            "\($0.version) \($0.protocolName) \(seen[1][$0])"
        }
        #expect(told == ["1.2 http/1.1 1", "1.3 none 1", "1.3 http/1.1 1", "1.3 h2 1"])
    }

    @Test func `handshakes with endpoints are told by how they went`() throws {
        let pair = try Pair([host])
        let backend = try TestBackend("b")
        let endpoint = try Edge(.one([backend.address]) as TableDescription) { configuration in
            configuration.listeners[0].tls = TLSListenerConfiguration()
        }
        endpoint.gateway.install(certificates: Pair.table([pair]), at: 0)
        let address = "127.0.0.1:\(endpoint.port())"
        var tls = UpstreamTLS()
        tls.serverName = host
        tls.authorities = Array(try pair.folder.read("cert.pem").utf8)
        func table(_ name: String, generation: UInt64) -> TableDescription {
            tls.serverName = name
            return .one(
                [address], generation: generation,
                service: { service in
                    service.protocol = .https
                    service.tls = tls
                })
        }
        let edge = try Edge(table(host, generation: 1))
        #expect(try edge.client.exchange(get()).text == "b")
        try edge.statistics { $0.totals.upstreamHandshakes == 1 && $0.totals.upstreamHandshakeFailures == 0 }
        // Another's certificate is not believed.
        try edge.install(table("other.test", generation: 2))
        try edge.statistics { $0.generation == 2 }
        #expect(try edge.client.exchange(get()).status == 502)
        try edge.statistics { $0.totals.upstreamHandshakeFailures >= 1 && $0.totals.upstreamHandshakes == 1 }
    }

    // MARK: Durations of many

    @Test func `services beyond the last slot share a histogram`() {
        let cells = DurationCells()
        let limit = DurationCells.slotLimit
        for slot in [3, limit - 1, limit, limit + 500, 10 * limit] {
            cells.reserve(slot)
            cells.add(nanoseconds: 1_000_000, to: slot)
        }
        for slot in [3, limit - 1] {
            var histogram = DurationHistogram()
            #expect(cells.read(slot, into: &histogram))
            #expect(histogram.count == 1)
        }
        var (own, others) = (DurationHistogram(), DurationHistogram())
        #expect(!cells.read(limit, into: &own))
        #expect(!cells.read(limit + 500, into: &own))
        cells.readOthers(into: &others)
        #expect(own.count == 0)
        #expect(others.count == 3)
        #expect(others.sum == 3_000_000)
    }
}
