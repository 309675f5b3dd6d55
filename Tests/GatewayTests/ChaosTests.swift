import Lab
import Foundation
import Gateway
import Routing
import Synchronization
import Testing

@testable import Lab

/// Clients and endpoints that do whatever they like at once: nothing is left over, and the next good request is served.
@Suite(.apart) struct ChaosTests {
    @Test func whateverClientsAndEndpointsDoNothingIsLeftOver() throws {
        let backends = try (0..<5).map { try TestBackend("b", Self.moody(seed: UInt64($0))) }
        func description(_ generation: UInt64, _ count: Int) -> TableDescription {
            .one(
                backends.prefix(count).map(\.address) + (generation % 3 == 0 ? ["127.0.0.1:1"] : []),
                generation: generation,
                service: {
                    $0.timeouts.responseHead = 300
                    $0.timeouts.idle = 300
                    $0.timeouts.tunnel = 300
                    $0.timeouts.upstreamIdle = 200
                    $0.requestBodyLimit = 1 << 20
                    $0.balance = Balance.allCases[Int(generation) % Balance.allCases.count]
                })
        }
        let edge = try Edge(description(1, 5), workers: 2) {
            $0.limits.bodyTimeout = 300
            $0.limits.idleTimeout = 300
            $0.limits.requestHeadTimeout = 300
            $0.limits.writeTimeout = 300
            $0.accessLog = AccessLogConfiguration(path: "/dev/null", format: .json)
        }
        let port = edge.port()
        let end = Deadline.after(.seconds(4))
        let clients = (0..<12).map { number in
            Background {
                var generator = SeededGenerator(seed: UInt64(number) + 100)
                var rounds = 0
                while !end.hasPassed {
                    // Whatever comes of it: what is asked for is that the edge survives it.
                    try? Self.misbehave(port, &generator)
                    rounds += 1
                }
                return rounds
            }
        }
        var generation: UInt64 = 1
        while !end.hasPassed {
            generation += 1
            try edge.install(description(generation, 1 + Int(generation % 5)))
            Deadline.after(.milliseconds(10)).pass()
        }
        for client in clients { #expect(try client.result() > 3) }
        for backend in backends { backend.behave(.identity) }
        try edge.install(description(generation + 1, 5))
        try edge.statistics { $0.connections == 0 && $0.generation == generation + 1 }
        try edge.waitUntilNothingIsInFlight()
        for _ in 0..<10 { #expect(try edge.client.exchange(get()).text == "b") }
        let listener = try #require(edge.gateway.statistics().listeners["http"])
        // Requests whose client left before any answer have none.
        #expect(listener.answers.reduce(0, +) <= listener.requests + listener.answers[0])
    }

    private static func misbehave(_ port: UInt16, _ generator: inout SeededGenerator) throws {
        let socket = try Socket.connect(port: port)
        let body = String(repeating: "x", count: Int.random(in: 0...200_000, using: &generator))
        let chunk = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
        let requests = [
            get(), get("/", "Connection: Upgrade", "Upgrade: echo") + "tunnelled", post(body),
            post(body, method: "PUT"), "HEAD / HTTP/1.1\r\nHost: \(host)\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)0\r\nX-T: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)zz\r\n", "BAD\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n", "GET / HTTP/1.1\r\nHost: other\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: \(host)\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
        ]
        var octets: [UInt8] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            octets += Array((requests.randomElement(using: &generator) ?? "").utf8)
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            octets.removeLast(min(octets.count, Int.random(in: 1...50, using: &generator)))
        }
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...60_000, using: &generator))
            try socket.send(Array(piece), by: .after(.milliseconds(500)))
            rest = rest.dropFirst(piece.count)
            if Int.random(in: 0..<30, using: &generator) == 0 { break }
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return socket.reset()
        case 1: return socket.close()
        case 2: socket.finishSending()
        default: break
        }
        var answer: [UInt8] = []
        let deadline = Deadline.after(.milliseconds(Int.random(in: 1...400, using: &generator)))
        while answer.count < 300_000, try socket.receive(into: &answer, by: deadline) > 0 {}
    }

    /// Answers well or badly, as the dice fall.
    private static func moody(seed: UInt64) -> Behavior {
        let dice = Mutex(SeededGenerator(seed: seed))
        let large = String(repeating: "y", count: 300_000)
        let moods: [Behavior] = [
            .identity, .identity, .echo, .chunkedWithTrailers, .http10, .closeAfterRequest, .partialHead, .garbage,
            .closeMidBody, .earlyHints, .status(204), .status(503), .continueThenEcho,
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n\(large)"), .raw("HTTP/1.1 200 OK\r\n\r\n\(large)"),
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiexcess"),
            .custom { _, _, stream in
                stream.socket.reset()
                return false
            },
            .custom { name, request, stream in
                Deadline.after(.milliseconds(400)).pass()
                return try Behavior.identity.answer(name, request, stream)
            },
        ]
        return .custom { name, request, stream in
            if request["Upgrade"] != nil { return try Behavior.upgradeEcho.answer(name, request, stream) }
            let mood = dice.withLock { Int.random(in: 0..<moods.count, using: &$0) }
            return try moods[mood].answer(name, request, stream)
        }
    }
}
