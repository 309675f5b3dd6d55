import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Requests whose length or meaning two readers could see differently are refused, and nothing of them is forwarded.
    @Suite(.timeLimit(.minutes(2))) struct Smuggling {
        /// A request's bytes and the status that answers them.
        struct Vector: Sendable, CustomTestStringConvertible {
            let name: String
            let bytes: String
            let status: Int

            init(_ name: String, _ status: Int, _ bytes: String) {
                self.name = name
                self.bytes = bytes
                self.status = status
            }

            var testDescription: String { self.name }
        }

        private static let tail = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: web-80.test\r\n\r\n"

        /// A POST to the service with `fields`, and after it what a deceived reader would take for a second request.
        private static func post(_ name: String, _ fields: String..., status: Int = 400) -> Vector {
            let head = (["POST / HTTP/1.1", "Host: web-80.test"] + fields).joined(separator: "\r\n")
            return Vector(name, status, "\(head)\r\n\r\n\(Self.tail)")
        }

        /// A GET whose head is `lines`.
        private static func head(_ name: String, _ lines: String..., status: Int = 400) -> Vector {
            Vector(name, status, lines.joined(separator: "\r\n") + "\r\n\r\n")
        }

        static let vectors: [Vector] = [
            post("length and chunked", "Content-Length: 6", "Transfer-Encoding: chunked"),
            post("chunked and length", "Transfer-Encoding: chunked", "Content-Length: 6"),
            post("two lengths that differ", "Content-Length: 5", "Content-Length: 6"),
            post("a list of lengths that differ", "Content-Length: 5, 6"),
            post("a signed length", "Content-Length: +5"),
            post("a negative length", "Content-Length: -1"),
            post("a hexadecimal length", "Content-Length: 0x5"),
            post("an empty length", "Content-Length:"),
            post("a length that overflows", "Content-Length: 18446744073709551621"),
            post("a length with a blank inside", "Content-Length: 1 0"),
            post("chunked twice", "Transfer-Encoding: chunked, chunked"),
            post("chunked on two lines", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
            post("chunked not last", "Transfer-Encoding: chunked, identity"),
            post("an unknown coding", "Transfer-Encoding: xchunked", status: 501),
            post("a coding with a vertical tab", "Transfer-Encoding: \u{b}chunked"),
            post("a blank before the colon", "Transfer-Encoding : chunked"),
            post("a tab before the colon", "Content-Length\t: 5"),
            post("a folded line", "X-A: 1", " Transfer-Encoding: chunked"),
            post("a folded coding", "Transfer-Encoding:", " chunked"),
            post("a bare CR in a value", "X-A: 1\rTransfer-Encoding: chunked"),
            post("a bare LF that hides a field", "X-A: 1\nTransfer-Encoding: chunked"),
            post("NUL in a value", "X-A: a\u{0}b"),
            post("NUL in a name", "X\u{0}A: b"),
            post("an empty name", ": value"),
            post("a line without a colon", "Nonsense"),
            Vector(
                "chunked in HTTP/1.0", 400,
                "POST / HTTP/1.0\r\nHost: web-80.test\r\nTransfer-Encoding: chunked\r\n\r\n\(tail)"),
            head("no Host", "GET / HTTP/1.1"),
            head("two Hosts", "GET / HTTP/1.1", "Host: web-80.test", "Host: other.test"),
            head("the same Host twice", "GET / HTTP/1.1", "Host: web-80.test", "Host: web-80.test"),
            head("a Host with user information", "GET / HTTP/1.1", "Host: user@web-80.test"),
            head("a Host with a path", "GET / HTTP/1.1", "Host: web-80.test/x"),
            head("a Host with a bad port", "GET / HTTP/1.1", "Host: web-80.test:99999"),
            head("a list of Hosts", "GET / HTTP/1.1", "Host: web-80.test, other.test"),
            head("absolute-form that disagrees with Host", "GET http://other.test/ HTTP/1.1", "Host: web-80.test"),
            head("a blank before the first field", "GET / HTTP/1.1", " X: 1", "Host: web-80.test"),
            head("a blank in the target", "GET /a b HTTP/1.1", "Host: web-80.test"),
            head("two blanks", "GET  / HTTP/1.1", "Host: web-80.test"),
            head("a tab for a blank", "GET\t/ HTTP/1.1", "Host: web-80.test"),
            head("a control character in the target", "GET /\u{1} HTTP/1.1", "Host: web-80.test"),
            head("a bad method character", "GE(T / HTTP/1.1", "Host: web-80.test"),
            head("a target that is no path", "GET x HTTP/1.1", "Host: web-80.test"),
            head("no version", "GET /", "Host: web-80.test"),
            head("a version of two digits", "GET / HTTP/1.10", "Host: web-80.test"),
            head("lower-case http", "GET / http/1.1", "Host: web-80.test"),
            head("HTTP/2.0 in an HTTP/1 head", "GET / HTTP/2.0", "Host: web-80.test", status: 505),
            head("CONNECT", "CONNECT web-80.test:80 HTTP/1.1", "Host: web-80.test", status: 405),
            chunked("a chunk size that overflows", "FFFFFFFFFFFFFFFFF\r\nx"),
            chunked("a signed chunk size", "+5\r\nHello\r\n0\r\n\r\n"),
            chunked("a chunk size with 0x", "0x5\r\nHello\r\n0\r\n\r\n"),
            chunked("a blank before the chunk size", " 5\r\nHello\r\n0\r\n\r\n"),
            chunked("an empty chunk size", "\r\nHello\r\n0\r\n\r\n"),
            chunked("a chunk longer than its size", "3\r\nHello\r\n0\r\n\r\n"),
            chunked("a bare LF after the chunk size", "5\nHello\r\n0\r\n\r\n"),
            chunked("a bare CR after a chunk", "5\r\nHello\rx0\r\n\r\n"),
            chunked(
                "an extension beyond the limit", "5;a=\(String(repeating: "x", count: 20_000))\r\nHello\r\n0\r\n\r\n"),
            chunked("a trailer with a blank before its colon", "5\r\nHello\r\n0\r\nX-A : 1\r\n\r\n"),
        ]

        private static func chunked(_ name: String, _ body: String) -> Vector {
            Vector(
                name, 400,
                "POST /chunked HTTP/1.1\r\nHost: web-80.test\r\nTransfer-Encoding: chunked\r\n\r\n\(body)\(Self.tail)")
        }

        @Test("refused, closed, and nothing smuggled")
        func refused() throws {
            // One edge for all: that it still works after each of them is part of what is shown.
            let backend = try TestBackend("web", .echo)
            let setting = try Setting(backend: backend)
            for vector in Self.vectors {
                let before = backend.requestCount
                let bytes = try setting.client.exchangeToEnd(Array(vector.bytes.utf8))
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 \(vector.status) "), "\(vector.name): \(text.prefix(200))")
                #expect(
                    text.ranges(of: #/HTTP/1.1 [0-9]{3} /#).count == 1,
                    "\(vector.name): one answer, then closed: \(text)")
                #expect(backend.requestCount == before, "\(vector.name): a whole request reached the backend")
            }
            #expect(!backend.requests.contains { $0.target == "/smuggled" })
            #expect(try setting.client.get(host: "web-80.test").status == 200)
        }

        @Test(
            "what RFC 9112 allows is taken",
            arguments: [
                Vector("a lone request", 200, "GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n"),
                Vector("empty lines before it", 200, "\r\nGET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n"),
                Vector(
                    "absolute-form that agrees", 200, "GET http://web-80.test/ HTTP/1.1\r\nHost: web-80.test\r\n\r\n"),
                Vector("HTTP/1.0 with a Host", 200, "GET / HTTP/1.0\r\nHost: web-80.test\r\n\r\n"),
                Vector("blanks around a value", 200, "GET / HTTP/1.1\r\nHost: \t web-80.test \t\r\n\r\n"),
                Vector(
                    "octets above 127 in a value", 200, "GET / HTTP/1.1\r\nHost: web-80.test\r\nX-A: \u{e9}\r\n\r\n"),
                Vector("an unknown method", 200, "BREW / HTTP/1.1\r\nHost: web-80.test\r\n\r\n"),
                Vector("OPTIONS *", 200, "OPTIONS * HTTP/1.1\r\nHost: web-80.test\r\n\r\n"),
                Vector(
                    "Chunked in capitals", 200,
                    "POST / HTTP/1.1\r\nHost: web-80.test\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\nab\r\n0\r\n\r\n"
                ),
                Vector("a length of nought", 200, "POST / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: 0\r\n\r\n"),
            ])
        func taken(vector: Vector) throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let answer = try setting.client.exchange(vector.bytes)
            #expect(answer.status == vector.status, "\(answer.head.text)")
            #expect(backend.requestCount == 1)
        }

        @Test("Connection-named and hop-by-hop fields go no further, either way")
        func hopByHop() throws {
            let backend = try TestBackend(
                "web",
                .raw(
                    "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                        + "Proxy-Authenticate: Basic\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n"))
            let setting = try Setting(backend: backend)
            let answer = try setting.client.get(
                host: "web-80.test",
                fields: [
                    "Connection: X-Secret, keep-alive", "X-Secret: 1", "Keep-Alive: 300",
                    "Proxy-Connection: keep-alive",
                    "TE: gzip", "Proxy-Authorization: Basic eA==", "Proxy: http://evil.test", "X-Stays: 1",
                ])
            let seen = try backend.waitForRequests()
            for name in ["X-Secret", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy", "Upgrade"] {
                #expect(seen[name] == nil, "\(name) reached the backend")
            }
            #expect(seen["TE"] != "gzip")
            #expect(seen["X-Stays"] == "1")
            for name in ["X-Hop", "Keep-Alive", "Proxy-Authenticate"] {
                #expect(answer[name] == nil, "\(name) reached the client")
            }
            #expect(answer["X-Stays"] == "1")
        }

        @Test("Connection cannot strike what the edge itself sends")
        func connectionCannotStrike() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let fields = ["Connection: close, X-Forwarded-For, Host, Cookie", "Cookie: a=b"]
            let answer = try setting.client.get(host: "web-80.test", fields: fields)
            guard answer.status == 200 else {
                #expect(answer.status == 400, "refusing it is right too")
                return
            }
            let seen = try backend.waitForRequests()
            #expect(seen["Host"] == "web-80.test")
            #expect(seen["X-Forwarded-For"] == "127.0.0.1")
        }
    }
}
