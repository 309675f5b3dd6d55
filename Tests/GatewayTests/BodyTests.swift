import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// Bodies in both directions: framing, trailers, sizes, slow peers, early ends.
@Suite(.apart) struct BodyTests {
    @Test func aBodyOfKnownLengthGoesUpAsItIs() throws {
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(post("hello")).text == "hello")
        #expect(try stream.roundTrip(post("")).text == "")
        #expect(backend.requests.map { $0["Content-Length"] } == ["5", "0"])
        #expect(backend.acceptedConnections == 1)
    }

    @Test func aChunkedBodyIsFramedAnewForTheEndpoint() throws {
        let seen = Guarded<String>("")
        let backend = try TestBackend(
            "b",
            .custom(readsBody: false) { name, request, stream in
                let body = try stream.take(upTo: "\r\n\r\n")
                seen.change { $0 = body }
                return try Behavior.identity.answer(name, request, stream)
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(
            "POST / HTTP/1.1\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "005;ext=\"1\"\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\nContent-Length: 9\r\nHost: evil\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n"
        )
        #expect(answer.text == "b")
        #expect(seen.read { $0 } == "6\r\nhello!\r\n0\r\nX-Sum: 6\r\n\r\n")
        #expect(backend.requests.first?["Transfer-Encoding"] == "chunked")
        #expect(backend.requests.first?["Content-Length"] == nil)
    }

    @Test func aChunkedAnswerIsFramedAnewForTheClient() throws {
        let backend = try TestBackend(
            "b",
            .raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                    + "00003;x\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\nSet-Cookie: a=b\r\nTransfer-Encoding: gzip\r\n\r\n"
            ))
        let edge = try Edge(.one([backend.address]))
        let octets = try edge.client.exchangeToEnd(Array(get("/", "Connection: close").utf8))
        #expect(
            undated(octets)
                == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "5\r\nabcde\r\n0\r\nX-Sum: 5\r\n\r\n")
    }

    @Test func anAnswerMayComeOctetByOctet() throws {
        let text =
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n10;e=f\r\n0123456789abcdef\r\n0\r\nX-End: yes\r\n\r\n"
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                for octet in Array(text.utf8) { try stream.socket.send([octet]) }
                return true
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            let answer = try stream.roundTrip(get())
            #expect(answer.text == "abc0123456789abcdef")
            #expect(answer.trailers?["X-End"] == "yes")
            #expect(answer.interim.count == 1)
        }
        #expect(backend.acceptedConnections == 1)
    }

    @Test func aLargeAnswerToASlowReaderIsWholeAndHeldUpAtTheEndpoint() throws {
        let size = 32 << 20
        let sent = Guarded(0)
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                for number in 0..<(size >> 16) {
                    try stream.socket.send(Pattern.slice(at: number << 16, count: 1 << 16), by: .after(.seconds(60)))
                    sent.change { $0 += 1 << 16 }
                }
                return true
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect(receiveBuffer: 16 << 10)
        try stream.socket.send(get())
        let head = try #require(try stream.head(by: .after(.seconds(10))))
        #expect(head["Content-Length"] == "\(size)")
        try Self.waitUntilStill(sent)
        // What is under way lies in socket buffers and one read of the edge's: far from all of it.
        #expect(sent.read { $0 } < 28 << 20)
        for number in 0..<(size >> 16) {
            let block = try stream.take(1 << 16, by: .after(.seconds(60)))
            #expect(Pattern.matches(block[...], at: number << 16))
        }
    }

    @Test(arguments: [false, true])
    func aLargeBodyToASlowEndpointIsWholeAndHeldUpAtTheClient(isChunked: Bool) throws {
        let size = 32 << 20
        let gate = Gate()
        let backend = try TestBackend(
            "b",
            .custom(readsBody: false) { name, request, stream in
                gate.wait()
                var isRight = true
                var place = 0
                try stream.body(isChunked ? .chunked : .length(size), by: .after(.seconds(60))) { piece in
                    if !Pattern.matches(piece, at: place) { isRight = false }
                    place += piece.count
                }
                let text = "\(place) \(isRight)"
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
                return true
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\n\(framing)\r\n\r\n")
        let (socket, sent) = (stream.socket, Guarded(0))
        let sender = Background {
            for number in 0..<(size >> 16) {
                if isChunked { try socket.send("10000\r\n", by: .after(.seconds(60))) }
                try socket.send(Pattern.slice(at: number << 16, count: 1 << 16), by: .after(.seconds(60)))
                if isChunked { try socket.send("\r\n", by: .after(.seconds(60))) }
                sent.change { $0 += 1 << 16 }
            }
            if isChunked { try socket.send("0\r\n\r\n") }
        }
        try Self.waitUntilStill(sent)
        #expect(sent.read { $0 } < 28 << 20)
        gate.open()
        try sender.result()
        #expect(try stream.answer(by: .after(.seconds(60))).text == "\(size) true")
    }

    @Test func aBodyIsEchoedWhileItComes() throws {
        let backend = try TestBackend(
            "b",
            .custom(readsBody: false) { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                while true {
                    let size = String(decoding: try stream.line(by: .after(.seconds(10))), as: UTF8.self)
                    let data = try stream.take((Int(size, radix: 16) ?? 0) + 2)
                    try stream.socket.send(Array("\(size)\r\n".utf8) + data)
                    if size == "0" { return true }
                }
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(try stream.head(by: .after(.seconds(10)))?["Connection"] == "close")
        for text in ["3\r\nabc\r\n", "4\r\ndefg\r\n", "0\r\n\r\n"] {
            try stream.socket.send(text)
            #expect(String(decoding: try stream.take(text.utf8.count), as: UTF8.self) == text)
        }
        #expect(try stream.hasEnded())
    }

    @Test func anEarlyAnswerReachesAClientThatStillSends() throws {
        let backend = try TestBackend("b", .earlyResponse)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 10000000\r\n\r\n")
        let socket = stream.socket
        let sender = Background { try? socket.send([UInt8](repeating: 1, count: 40_000)) }
        let answer = try stream.answer(by: .after(.seconds(10)))
        #expect(answer.status == 413)
        #expect(answer.text == "early")
        #expect(answer["Connection"] == "close")
        try sender.result()
        #expect(try stream.hasEnded())
    }

    @Test func anOwnAnswerReachesAClientThatStillSends() throws {
        let edge = try Edge(.one([]))
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: unknown.test\r\nContent-Length: 1000000\r\n\r\n")
        let socket = stream.socket
        let sender = Background { try? socket.send([UInt8](repeating: 1, count: 50_000)) }
        let answer = try stream.answer(by: .after(.seconds(10)))
        #expect(answer.status == 404)
        #expect(answer["Connection"] == "close")
        try sender.result()
        #expect(try stream.hasEnded())
    }

    @Test func aClientThatLeavesADownloadEndsItAtTheEndpoint() throws {
        let backend = try TestBackend("b", .generate(1 << 30))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        _ = try stream.take(1 << 20)
        stream.socket.close()
        try backend.waitForConnections { $0 == 0 }
        try edge.statistics { $0.connections == 0 && $0.routes["web"]?.answers[1] == 1 }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aClientThatGoesAwayEndsTheRequestAtTheEndpoint() throws {
        let ended = Guarded(false)
        let backend = try TestBackend(
            "b",
            .custom(readsBody: false) { _, _, stream in
                let isOver = stream.socket.waitForEnd(by: .after(.seconds(10)))
                ended.change { $0 = isOver }
                return false
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 100\r\n\r\nhalf")
        try backend.waitForRequests(1)
        stream.socket.close()
        #expect(ended.wait(until: .after(.seconds(10))) { $0 ? true : nil } == true)
    }

    /// Waits until a count stands still for a while: the sender is held up.
    static func waitUntilStill(_ count: Guarded<Int>) throws {
        let deadline = Deadline.after(.seconds(30))
        var last = -1
        while !deadline.hasPassed {
            let now = count.read { $0 }
            if now == last, now > 0 { return }
            last = now
            Deadline.after(.milliseconds(300)).pass()
        }
        throw LabError("the sender is never held up: \(last) octets sent")
    }
}
