import Lab
import NIOCore
import Testing

@testable import Swarm

@Suite struct RequestHeadParserTests {
    /// What a parser makes of octets in pieces: heads, then the status of a refusal, or nothing of what is not whole.
    private struct Outcome: Equatable, CustomStringConvertible {
        var heads: [String] = []
        var refusal: Int?
        var left = 0
        var description: String { "\(heads) \(refusal ?? 0) \(left)" }
    }

    private static func parse(
        _ pieces: [ArraySlice<UInt8>], limits: ServerLimits = ServerLimits()
    ) -> Outcome {
        var parser = RequestHeadParser(limits)
        var buffer = ByteBuffer()
        var outcome = Outcome()
        for piece in pieces {
            buffer.writeBytes(piece)
            do throws(RequestError) {
                while let head = try parser.next(&buffer) {
                    let fields = head.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
                    outcome.heads.append("\(head.method) \(head.target) \(head.framing) \(head.keepsAlive) \(fields)")
                }
            } catch {
                outcome.refusal = error.status
                return outcome
            }
        }
        outcome.left = buffer.readableBytes
        return outcome
    }

    private static func head(_ text: String) throws(RequestError) -> RequestHead? {
        var parser = RequestHeadParser(ServerLimits())
        var buffer = ByteBuffer(string: text)
        return try parser.next(&buffer)
    }

    @Test func `a head is taken apart`() throws {
        let head = try #require(
            try Self.head(
                "POST /v1.45/exec/1/start?a=b HTTP/1.1\r\nHost: docker\r\nContent-Length: 12\r\nX-Blank: \t a b \t\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\nExpect: 100-Continue\r\n\r\nrest"))
        #expect(head.method == "POST")
        #expect(head.target == "/v1.45/exec/1/start?a=b")
        #expect(head.framing == .length(12))
        #expect(head.isUpgrade && head.expectsContinue && head.keepsAlive && !head.isOld)
        #expect(head.fields.map(\.name) == ["Host", "Content-Length", "X-Blank", "Connection", "Upgrade", "Expect"])
        #expect(head.fields[2].value == "a b")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", true), ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", false),
        ("GET / HTTP/1.0\r\n\r\n", false), ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo\r\nConnection: x, close ,\r\n\r\n", false),
    ])
    func `whether the connection stays`(text: String, expected: Bool) throws {
        #expect(try Self.head(text)?.keepsAlive == expected)
    }

    @Test(arguments: [
        ("http://docker/v1.40/info?x", "/v1.40/info?x"), ("HTTPS://a:1", "/"), ("http://a?q", "/?q"), ("*", nil),
        ("http://", nil), ("http:///x", nil), ("a:443", nil), ("/\u{E9}", nil),
    ])
    func `a target is made a path`(target: String, expected: String?) {
        let head = try? Self.head("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head?.target == expected)
    }

    @Test(arguments: [
        (400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), (400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        (400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (400, "GET /\r\n\r\n"), (400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (400, "GET / HTTQ/1.1\r\nHost: a\r\n\r\n"), (505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        (400, "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"), (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        (400, "GET / HTTP/1.1\nHost: a\n\n"), (400, "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n"), (400, "\u{16}\u{3}\u{1}\u{2}"),
        (400, "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), (400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"), (400, "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n"),
        (400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n"),
    ])
    func `what can be understood in two ways is refused`(status: Int, text: String) {
        #expect(Self.parse([Array(text.utf8)[...]]).refusal == status)
    }

    @Test func `a field that is no UTF-8 is refused`() {
        let octets = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xFF] + Array("\r\n\r\n".utf8)
        #expect(Self.parse([octets[...]]).refusal == 400)
    }

    @Test func `there are bounds`() {
        var limits = ServerLimits()
        limits.headBytesMax = 200
        limits.fieldsMax = 4
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        let long = start + "X: " + String(repeating: "x", count: 200)
        #expect(Self.parse([Array(long.utf8)[...]], limits: limits).refusal == 431)
        let four = Array((start + "a: b\r\nc: d\r\ne: f\r\n\r\n").utf8)
        #expect(Self.parse([four[...]], limits: limits).heads.count == 1)
        let five = Array((start + "a: b\r\nc: d\r\ne: f\r\ng: h\r\n\r\n").utf8)
        #expect(Self.parse([five[...]], limits: limits).refusal == 431)
    }

    @Test func `two requests in one piece are two`() {
        let octets = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nGE".utf8)
        let outcome = Self.parse([octets[...]])
        #expect(outcome.heads.map { $0.split(separator: " ")[1] } == ["/a", "/b"])
        #expect(outcome.left == 2)
    }

    @Test func `where octets are cut changes nothing`() {
        let texts = [
            "\r\nPOST /v1.45/containers/create?name=x HTTP/1.1\r\nHost: docker\r\nContent-Length: 3\r\n"
                + "X-Registry-Auth: abc\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n",
        ]
        for text in texts {
            let octets = Array(text.utf8)
            let whole = Self.parse([octets[...]])
            for cut in octets.indices {
                #expect(Self.parse([octets[..<cut], octets[cut...]]) == whole, "cut at \(cut)")
            }
            #expect(Self.parse(octets.indices.map { octets[$0...$0] }) == whole)
        }
    }

    @Test func `hostile octets are refused or wait, and the same however they are cut`() {
        var generator = SeededGenerator(seed: 7)
        let words = [
            "GET ", "POST ", "/", "/v1.45/x", " HTTP/1.1", " HTTP/1.0", "\r\n", "\r\n\r\n", "\r", "\n", " ", "\t", ":",
            "Host: a",
            "Content-Length: 5", "Content-Length", "Transfer-Encoding: chunked", "Expect: 100-continue",
            "Connection: close",
            "\u{0}", "é", "xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ]
        var (accepted, refused) = (0, 0)
        for _ in 0..<4_000 {
            var octets = Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8)
            if Bool.random(using: &generator) { octets = [] }
            for _ in 0..<Int.random(in: 1...10, using: &generator) {
                octets += words.randomElement(using: &generator).map { Array($0.utf8) } ?? []
            }
            if Int.random(in: 0..<4, using: &generator) == 0, !octets.isEmpty {
                octets[Int.random(in: octets.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let whole = Self.parse([octets[...]])
            let cut = Int.random(in: 0...octets.count, using: &generator)
            #expect(Self.parse([octets[..<cut], octets[cut...]]) == whole)
            accepted += whole.heads.count
            refused += whole.refusal == nil ? 0 : 1
        }
        #expect(accepted > 100)
        #expect(refused > 1_000)
    }
}
