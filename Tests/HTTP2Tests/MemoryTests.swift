import HTTP2
import Testing

@Suite struct MemoryTests {
    /// One request and its answer, with bodies and trailers.
    private func round(_ pair: Pair, _ number: Int) {
        let stream = pair.client.request(
            "POST /\(number % 7) HTTP/1.1\r\nHost: example.com\r\nCookie: a=\(number)\r\nUser-Agent: test\r\n\r\n",
            ends: false)
        pair.client.append("request \(number)", to: stream)
        pair.client.end(stream, trailers: "x-sum: \(number)\r\n")
        pair.settle()
        for event in pair.server.takeSeen() where event.kind == .request {
            pair.server.respond(event.stream, "HTTP/1.1 200 OK\r\nDate: \(number)\r\nServer: test\r\n\r\n")
            pair.server.append([UInt8](repeating: 1, count: 30_000), to: event.stream)
            pair.server.end(event.stream, trailers: "grpc-status: \(number)\r\n")
            pair.server.engine.release(event.stream)
        }
        pair.settle()
        #expect(pair.client.bodies.removeValue(forKey: stream)?.count == 30_000)
        pair.server.bodies = [:]
        #expect(pair.client.takeSeen().last?.kind == .closed)
        pair.client.engine.release(stream)
        pair.server.now += 10_000_000
        pair.client.now += 10_000_000
    }

    @Test func steadyWorkAsksTheSystemForNoMemory() {
        let pair = Pair()
        for number in 0..<200 { round(pair, number) }
        let before = (pair.server.systemBlocks, pair.client.systemBlocks)
        #expect(before.0 > 0)
        for number in 200..<600 { round(pair, number) }
        #expect(pair.server.systemBlocks == before.0)
        #expect(pair.client.systemBlocks == before.1)
        #expect(pair.server.heldBytes == 0, "a connection at rest holds no buffer")
        #expect(pair.client.heldBytes == 0)
    }

    @Test func connectionsReuseTheMemoryOfThoseBefore() {
        var limits = HTTP2Limits()
        limits.sessionsPerWorker = 512
        let server = Peer(server: limits)
        var warm = 0
        for number in 0..<300 {
            let session = server.engine.openServer(owner: 1, now: 1)
            #expect(session >= 0)
            server.engine.close(session)
            if number == 10 { warm = server.systemBlocks }
        }
        #expect(server.systemBlocks == warm)
        #expect(server.engine.sessionCount == 1)
    }
}
