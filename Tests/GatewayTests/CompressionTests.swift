import Foundation
import Gateway
import Routing
import Testing
import Wire

@testable import Lab

/// Answers that are compressed on their way: which, how they are framed, and when they arrive.
@Suite(.apart) struct CompressionTests {
    private static let json =
        "[" + (0..<4000).map { "{\"number\":\($0),\"name\":\"item\"}" }.joined(separator: ",") + "]"

    /// A table whose service compresses.
    private static func table(
        _ address: String, _ edit: (inout CompressionPolicy) -> Void = { _ in }
    ) -> TableDescription {
        .one(
            [address],
            service: {
                $0.compression.isOn = true
                edit(&$0.compression)
            })
    }

    private enum Framing: CaseIterable {
        case length, chunked, untilClose
    }

    private static func backend(
        _ framing: Framing, _ body: String = json, type: String = "application/json"
    ) throws
        -> TestBackend
    {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n"
        switch framing {
        case .length:
            return try TestBackend("b", .raw(head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"))
        case .chunked:
            let size = String(body.utf8.count, radix: 16)
            return try TestBackend(
                "b", .raw(head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\nX-Sum: 1\r\n\r\n"))
        case .untilClose:
            return try TestBackend("b", .raw(head + "Connection: close\r\n\r\n\(body)", keepsAlive: false))
        }
    }

    /// What curl makes of an answer that it decodes itself, and how many octets came.
    private static func fetch(
        _ edge: Edge, _ coding: String, _ arguments: [String] = []
    ) throws -> (
        text: String, octets: Int
    ) {
        let curl = try Curl(
            [
                "--compressed", "-H", "Host: \(host)", "-H", "Accept-Encoding: \(coding)", "-w", "\n%{size_download}",
                "http://127.0.0.1:\(edge.port())/",
            ] + arguments)
        guard curl.ending == .exited(0) else { throw LabError("curl: \(curl.text)") }
        return (curl.lines.dropLast().joined(separator: "\n"), Int(curl.lines.last ?? "") ?? 0)
    }

    @Test(arguments: [ContentCoding.gzip, .brotli, .zstd], [false, true])
    func curlReadsEveryCodingOfEveryFraming(coding: ContentCoding, isHTTP2: Bool) throws {
        for framing in Framing.allCases {
            let backend = try Self.backend(framing)
            let edge = try Edge(Self.table(backend.address)) { $0.listeners[0].http2 = true }
            let flags = isHTTP2 ? ["--http2-prior-knowledge"] : []
            for _ in 0..<2 {
                let (text, octets) = try Self.fetch(edge, "\(coding.token)", flags)
                #expect(text == Self.json)
                #expect(octets < Self.json.utf8.count / 4, "\(framing): \(octets) octets")
            }
        }
    }

    @Test func theHeadSaysWhatTheBodyIs() throws {
        let backend = try TestBackend(
            "b",
            .raw(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"a\"\r\nAccept-Ranges: bytes\r\n"
                    + "Content-MD5: x\r\nDate: x\r\nVary: Cookie\r\nContent-Length: 2000\r\n\r\n"
                    + String(repeating: "a", count: 2000)))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get("/", "Accept-Encoding: gzip"))
        #expect(answer["Content-Encoding"] == "gzip")
        #expect(answer["Transfer-Encoding"] == "chunked")
        #expect(answer.head.values("ETag") == ["W/\"a\""])
        #expect(answer.head.values("Vary") == ["Cookie", "Accept-Encoding"])
        for name in ["Content-Length", "Accept-Ranges", "Content-MD5"] { #expect(answer[name] == nil, "\(name)") }
        #expect(answer.body.starts(with: [0x1f, 0x8b]))

        // What a client gets that wants none of it is as it was, but that caches are told.
        let plain = try stream.roundTrip(get("/"))
        #expect(plain["Content-Encoding"] == nil)
        #expect(plain["ETag"] == "\"a\"")
        #expect(plain["Content-Length"] == "2000")
        #expect(plain["Accept-Ranges"] == "bytes")
        #expect(plain.head.values("Vary") == ["Cookie", "Accept-Encoding"])
        #expect(backend.acceptedConnections == 1)
    }

    @Test func anAnswerToHEADSaysWhatOneToGETWould() throws {
        let backend = try TestBackend(
            "b", .raw("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nETag: \"a\"\r\nContent-Length: 5000\r\n\r\n"))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            let text = "HEAD / HTTP/1.1\r\nHost: \(host)\r\nAccept-Encoding: gzip\r\n\r\n"
            let answer = try stream.roundTrip(text, method: "HEAD")
            #expect(answer["Content-Encoding"] == "gzip")
            #expect(answer["Content-Length"] == nil)
            #expect(answer["Transfer-Encoding"] == nil)
            #expect(answer["ETag"] == "W/\"a\"")
        }
    }

    /// What is left as it is, with whether caches are told that it depends on Accept-Encoding.
    @Test(
        arguments: [
            ("200 OK", "Content-Type: image/png", false), ("200 OK", "", false),
            ("200 OK", "Content-Type: text/html\r\nContent-Encoding: br", false),
            ("200 OK", "Content-Type: text/html\r\ncontent-encoding: identity", false),
            ("200 OK", "Content-Type: text/html\r\nCache-Control: private, No-Transform", false),
            ("206 Partial Content", "Content-Type: text/html\r\nContent-Range: bytes 0-1999/3000", false),
            ("200 OK", "Content-Type: text/html\r\nContent-Range: bytes 0-1999/3000", false),
            ("200 OK", "Content-Type: application/grpc+json", false),
            ("200 OK", "Content-Type: text/html\r\nGrpc-Encoding: gzip", false),
            ("200 OK", "Content-Type: text\r\nETag: \"a\"", false),
        ])
    func whatIsNotToBeCompressedIsLeft(_ status: String, _ fields: String, _ varies: Bool) throws {
        let body = String(repeating: "b", count: 2000)
        let lines = fields.isEmpty ? "" : fields + "\r\n"
        let backend = try TestBackend("b", .raw("HTTP/1.1 \(status)\r\n\(lines)Content-Length: 2000\r\n\r\n\(body)"))
        let edge = try Edge(Self.table(backend.address))
        let answer = try edge.client.connect().roundTrip(get("/", "Accept-Encoding: gzip, br, zstd"))
        #expect(answer.text == body)
        #expect(answer["Content-Length"] == "2000")
        #expect(answer.head.values("Vary").isEmpty == !varies)
    }

    @Test func smallBodiesAreLeftUnlessTheClientTakesThemNoOtherWay() throws {
        let backend = try TestBackend(
            "b", .raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nabc"))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get("/", "Accept-Encoding: gzip"))
        #expect(answer.text == "abc")
        #expect(answer["Vary"] == nil)
        #expect(try stream.roundTrip(get("/", "Accept-Encoding: gzip, identity;q=0"))["Content-Encoding"] == "gzip")
    }

    @Test func anAnswerThatNothingHasChangedNamesWhatItSpeaksOf() throws {
        let backend = try TestBackend("b", .raw("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get("/", "Accept-Encoding: gzip", "If-None-Match: W/\"a\""))
        #expect(answer.status == 304)
        #expect(answer["ETag"] == "W/\"a\"")
        #expect(answer["Vary"] == "Accept-Encoding")
        #expect(try stream.roundTrip(get("/", "If-None-Match: \"a\""))["ETag"] == "\"a\"")
    }

    @Test func statusesWithoutABodyHaveNone() throws {
        let backend = try TestBackend(
            "b",
            .first(
                1, .status(204), then: .raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        for status in [204, 200] {
            let answer = try stream.roundTrip(get("/", "Accept-Encoding: gzip, identity;q=0"))
            #expect(answer.status == status)
            #expect(answer["Content-Encoding"] == nil)
        }
    }

    @Test func aClientOfHTTP10GetsTheBodyAsItIs() throws {
        let backend = try Self.backend(.length)
        let edge = try Edge(Self.table(backend.address))
        let request = "GET / HTTP/1.0\r\nHost: \(host)\r\nAccept-Encoding: gzip\r\n\r\n"
        let answer = try edge.client.exchange(request)
        #expect(answer.text == Self.json)
        #expect(answer["Vary"] == "Accept-Encoding")
    }

    @Test func aRouteHasTheLastWord() throws {
        let backend = try Self.backend(.length)
        var off = Self.table(backend.address)
        off.routes[0].compression = CompressionPolicy()
        let edge = try Edge(off)
        #expect(try edge.client.connect().roundTrip(get("/", "Accept-Encoding: gzip"))["Content-Encoding"] == nil)
        var on = TableDescription.one([backend.address], generation: 2)
        on.routes[0].compression = CompressionPolicy()
        on.routes[0].compression?.isOn = true
        try edge.install(on)
        #expect(try edge.client.connect().roundTrip(get("/", "Accept-Encoding: gzip"))["Content-Encoding"] == "gzip")
        on.routes[0].compression?.types = ["text/*"]
        on.generation = 3
        try edge.install(on)
        #expect(try edge.client.connect().roundTrip(get("/", "Accept-Encoding: gzip"))["Content-Encoding"] == nil)
    }

    /// What the endpoint has sent arrives, though it goes on later and the encoder would like to see more.
    @Test(arguments: ["text/plain", "text/event-stream"])
    func aPauseOfTheEndpointHoldsNothingBack(type: String) throws {
        let gate = Gate()
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n")
                try stream.socket.send("6\r\nfirst\n\r\n")
                gate.wait()
                try stream.socket.send("7\r\nsecond\n\r\n0\r\n\r\n")
                return true
            })
        let edge = try Edge(Self.table(backend.address))
        let folder = try ScratchFolder()
        let stream = try edge.client.connect()
        try stream.socket.send(get("/", "Accept-Encoding: gzip"))
        let head = try #require(try stream.head(by: .after(.seconds(20))))
        #expect(head["Content-Encoding"] == "gzip")
        // The whole first piece can be read before the endpoint goes on: gzip(1) complains of the end, and prints it.
        var octets: [UInt8] = []
        var isRead = false
        while !isRead {
            let size = try stream.take(upTo: "\r\n")
            octets += try stream.take(try #require(Int(size.dropLast(), radix: 16)))
            _ = try stream.take(upTo: "\r\n")
            try Data(octets).write(to: URL(fileURLWithPath: folder.path + "/body"))
            let gzip = try ChildProcess("/bin/sh", ["-c", "gzip -dc < body"], in: folder.path)
            _ = try gzip.waitForEnd()
            isRead = try gzip.waitForOutput().contains("first")
        }
        gate.open()
        var rest = 1
        while rest > 0 {
            let size = try stream.take(upTo: "\r\n")
            rest = try #require(Int(size.dropLast(), radix: 16))
            octets += try stream.take(rest)
            _ = try stream.take(upTo: "\r\n")
        }
        try Data(octets).write(to: URL(fileURLWithPath: folder.path + "/body"))
        let gzip = try ChildProcess("/bin/sh", ["-c", "gzip -dc < body"], in: folder.path)
        #expect(try gzip.waitForEnd() == .exited(0))
        #expect(try gzip.waitForOutput() == ["first", "second"])
    }

    @Test func aSlowReaderHoldsTheEndpointUpAndGetsAll() throws {
        let size = 16 << 20
        let sent = Guarded(0)
        var generator = SeededGenerator(seed: 3)
        // What does not get smaller: it is the octets under way that count.
        let block = (0..<(1 << 16)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(size)\r\n\r\n")
                for _ in 0..<(size >> 16) {
                    try stream.socket.send(block, by: .after(.seconds(60)))
                    sent.change { $0 += 1 << 16 }
                }
                return true
            })
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect(receiveBuffer: 16 << 10)
        try stream.socket.send(get("/", "Accept-Encoding: gzip"))
        let head = try #require(try stream.head(by: .after(.seconds(20))))
        #expect(head["Content-Encoding"] == "gzip")
        var last = -1
        while sent.read({ $0 }) != last {
            last = sent.read { $0 }
            Deadline.after(.milliseconds(300)).pass()
        }
        #expect(last < size - (2 << 20), "\(last) octets were sent to a reader that takes none")
        let folder = try ScratchFolder()
        var body: [UInt8] = []
        try stream.body(.chunked, by: .after(.seconds(120))) { body += $0 }
        try Data(body).write(to: URL(fileURLWithPath: folder.path + "/body"))
        let gzip = try ChildProcess("/bin/sh", ["-c", "gzip -dc < body | wc -c"], in: folder.path)
        #expect(try gzip.waitForEnd(within: .seconds(60)) == .exited(0))
        #expect(try gzip.waitForOutput() == ["\(size)"])
    }

    @Test func anAnswerThatEndsTooSoonDoesNotLookWhole() throws {
        let backend = try TestBackend(
            "b",
            .raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nabc", keepsAlive: false))
        let edge = try Edge(Self.table(backend.address))
        let stream = try edge.client.connect()
        #expect(throws: (any Error).self) { try stream.roundTrip(get("/", "Accept-Encoding: gzip")) }
        // The encoder of the answer that was cut serves the next.
        let other = try Self.backend(.length)
        var table = Self.table(other.address)
        table.generation = 2
        try edge.install(table)
        #expect(try Self.fetch(edge, "gzip").text == Self.json)
    }
}
