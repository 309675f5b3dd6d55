import Lab
import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// Many requests of every framing on one connection, cut into pieces at random: each gets its own answer.
@Suite(.apart) struct PipelineTests {
    private struct Sent {
        var octets: [UInt8]
        var method: String
        var body: [UInt8]
    }

    @Test(arguments: [1, 2, 3, 4])
    func everyRequestGetsItsOwnAnswer(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let backends = try (0..<3).map { try TestBackend("\($0)", Self.echo(chunked: $0 == 1)) }
        let edge = try Edge(.one(backends.map(\.address)), workers: 2)
        let requests = (0..<120).map { Self.request($0, &generator) }
        let stream = try edge.client.connect()
        let all = requests.flatMap(\.octets)
        let (socket, cuts) = (stream.socket, Self.cuts(all.count, &generator))
        let sender = Background {
            var place = 0
            for cut in cuts {
                try socket.send(Array(all[place..<cut]), by: .after(.seconds(60)))
                place = cut
            }
        }
        for (number, request) in requests.enumerated() {
            let answer = try stream.answer(to: request.method, by: .after(.seconds(60)))
            #expect(answer.status == 200)
            #expect(answer["X-Number"] == "\(number)")
            if request.method != "HEAD" { #expect(answer.body == request.body, "request \(number)") }
        }
        try sender.result()
        #expect(backends.map(\.requestCount).reduce(0, +) == requests.count)
    }

    private static func request(_ number: Int, _ generator: inout SeededGenerator) -> Sent {
        let method = ["GET", "HEAD", "POST", "POST", "PUT", "DELETE"].randomElement(using: &generator) ?? "GET"
        var head = "\(method) /\(number) HTTP/1.1\r\nHost: \(host)\r\nX-Number: \(number)\r\n"
        guard method != "GET", method != "HEAD" else {
            return Sent(octets: Array("\(head)\r\n".utf8), method: method, body: [])
        }
        let limit = Int.random(in: 0..<8, using: &generator) == 0 ? 300_000 : 3_000
        let body = Pattern.slice(
            at: Int.random(in: 0..<60_000, using: &generator),
            count: Int.random(in: 0...min(limit, 262_000), using: &generator))
        guard Bool.random(using: &generator) else {
            head += "Content-Length: \(body.count)\r\n\r\n"
            return Sent(octets: Array(head.utf8) + body, method: method, body: body)
        }
        var octets = Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...20_000, using: &generator))
            rest = rest.dropFirst(piece.count)
            octets += Array("\(String(piece.count, radix: 16));a=b\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        octets += Array((Bool.random(using: &generator) ? "0\r\n\r\n" : "000\r\nX-Sum: 1\r\n\r\n").utf8)
        return Sent(octets: octets, method: method, body: body)
    }

    private static func cuts(_ count: Int, _ generator: inout SeededGenerator) -> [Int] {
        var cuts: [Int] = []
        var place = 0
        while place < count {
            let longest = [3, 100, 5_000, 200_000].randomElement(using: &generator) ?? 1
            place = min(count, place + Int.random(in: 1...longest, using: &generator))
            cuts.append(place)
        }
        return cuts
    }

    /// The body sent back, chunked or not, with the request's number.
    private static func echo(chunked: Bool) -> Behavior {
        .custom { _, request, stream in
            let number = request["X-Number"] ?? ""
            let head = "HTTP/1.1 200 OK\r\nX-Number: \(number)\r\n"
            if request.method == "HEAD" {
                try stream.socket.send("\(head)Content-Length: 5\r\n\r\n")
            } else if chunked {
                var octets = Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
                var rest = request.body[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(7_001)
                    rest = rest.dropFirst(piece.count)
                    octets += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
                }
                try stream.socket.send(octets + Array("0\r\n\r\n".utf8), by: .after(.seconds(60)))
            } else {
                try stream.socket.send(
                    Array("\(head)Content-Length: \(request.body.count)\r\n\r\n".utf8) + request.body,
                    by: .after(.seconds(60)))
            }
            return true
        }
    }
}
