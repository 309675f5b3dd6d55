import Testing
import Wire

@Suite struct ResponseTests {
    @Test func readsAnOrdinaryResponse() {
        let bytes = octets("HTTP/1.1 404 Not \u{E9}Found\r\nServer: x\r\nContent-Length: 3\r\n\r\nabc")
        let (outcome, response) = Parsing().response(bytes)
        #expect(outcome == .complete)
        #expect(response.head.status == 404)
        #expect(response.reason == "Not \u{E9}Found")
        #expect(response.head.framing == .length)
        #expect(response.head.contentLength == 3)
        #expect(response.head.keepAlive)
        #expect(response.head.headCount == bytes.count - 3)
        #expect(response.fields.map(\.known) == [.server, .contentLength])
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", "OK"), ("HTTP/1.1 200 ", ""), ("HTTP/1.1 200", ""), ("HTTP/1.1 599 a\tb  c", "a\tb  c"),
        ("HTTP/1.0 100 x", "x"),
    ])
    func acceptsStatusLines(_ line: String, _ reason: String) {
        let (outcome, response) = Parsing().response(octets(line + "\r\n\r\n"))
        #expect(outcome == .complete)
        #expect(response.reason == reason)
    }

    @Test(
        arguments: [
            ("\r\nHTTP/1.1 200 OK", .malformedStartLine), ("ICY 200 OK", .malformedStartLine),
            ("HTTP/1.1  200 OK", .badStatus), ("HTTP/1.1\t200 OK", .malformedStartLine),
            ("HTTP/1.1\r\n", .malformedStartLine), ("HTTP/1.1 20", .badStatus), ("HTTP/1.1 2000 OK", .badStatus),
            ("HTTP/1.1 099 OK", .badStatus), ("HTTP/1.1 600 OK", .badStatus), ("HTTP/1.1 -20 OK", .badStatus),
            ("HTTP/1.1 200OK", .malformedStartLine), ("HTTP/1.1 200 O\u{0}K", .malformedStartLine),
            ("HTTP/2.0 200 OK", .unsupportedVersion), ("HTTP/1.1 200 OK\nX: y", .bareLineFeed),
            ("HTTP/1.1 200 OK\rX: y", .bareCarriageReturn), ("HTTP/1.1 200 OK\r\nX: y\r\n z", .obsoleteFold),
            ("HTTP/1.1 200 OK\r\nX : y", .whitespaceBeforeColon),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1", .conflictingContentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1", .badContentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked", .unknownTransferEncoding),
            ("HTTP/1.1 204 OK\r\nContent-Length: x", .badContentLength),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", .transferEncodingInHTTP10),
        ] as [(String, HeadRejection)])
    func refuses(_ head: String, _ reason: HeadRejection) {
        #expect(Parsing().response(octets(head + "\r\n\r\n")).outcome == .rejected(reason))
    }

    @Test(
        arguments: [
            (200, Method.get, "", BodyFraming.untilClose, -1), (200, .get, "Content-Length: 5\r\n", .length, 5),
            (200, .get, "Content-Length: 0\r\n", .length, 0),
            (200, .get, "Transfer-Encoding: chunked\r\n", .chunked, -1),
            (200, .head, "Content-Length: 5\r\n", .none, 5), (200, .head, "", .none, -1),
            (200, .head, "Transfer-Encoding: chunked\r\n", .none, -1), (304, .get, "Content-Length: 5\r\n", .none, 5),
            (304, .get, "", .none, -1), (204, .get, "Content-Length: 5\r\n", .none, -1), (204, .get, "", .none, -1),
            (103, .get, "Content-Length: 5\r\n", .none, -1), (101, .get, "Transfer-Encoding: chunked\r\n", .none, -1),
        ] as [(Int, Method, String, BodyFraming, Int64)])
    func framesTheBody(_ status: Int, _ method: Method, _ fields: String, _ framing: BodyFraming, _ length: Int64) {
        let (outcome, response) = Parsing().response(octets("HTTP/1.1 \(status) x\r\n\(fields)\r\n"), to: method)
        #expect(outcome == .complete)
        #expect(response.head.framing == framing)
        #expect(response.head.contentLength == length)
        #expect(response.head.keepAlive == (framing != .untilClose))
        // A length that must not be there is not to be forwarded either (RFC 9110 §8.6).
        if let field = response.fields.first(where: { $0.known == .contentLength }) {
            #expect(field.isHopByHop == (status < 200 || status == 204))
        }
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.0", "", false),
        ("1.0", "Connection: keep-alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func knowsWhetherTheConnectionStays(_ version: String, _ fields: String, _ keepAlive: Bool) {
        let (outcome, response) = Parsing().response(
            octets("HTTP/\(version) 200 OK\r\nContent-Length: 1\r\n\(fields)\r\n"))
        #expect(outcome == .complete)
        #expect(response.head.keepAlive == keepAlive)
    }

    @Test func readsTrailers() {
        let (outcome, fields, consumed) = Parsing().trailers(
            octets("grpc-status: 0\r\nContent-Length: 9\r\nset-cookie: x\r\nIf-Match: x\r\n\r\nnext"))
        #expect(outcome == .complete)
        #expect(consumed == 65)
        #expect(fields.map(\.name) == ["grpc-status", "Content-Length", "set-cookie", "If-Match"])
        #expect(fields.map(\.isHopByHop) == [false, true, true, true])
        let (empty, none, two) = Parsing().trailers(octets("\r\n"))
        #expect(empty == .complete)
        #expect(none.isEmpty)
        #expect(two == 2)
    }

    @Test(arguments: [
        "transfer-encoding", "Host", "authorization", "Cookie", "cache-control", "content-type", "content-encoding",
        "content-range", "TE", "trailer", "connection", "max-forwards", "expect", "range", "www-authenticate", "age",
        "expires", "date", "location", "retry-after", "vary", "x-forwarded-for", "X-Forwarded-Anything", "X_Real_IP",
        "if-none-match", "proxy-authorization", "access-control-allow-origin",
    ])
    func dropsTrailersThatMustNotBeActedUponLate(_ name: String) {
        let (outcome, fields, _) = Parsing().trailers(octets("\(name): x\r\n\r\n"))
        #expect(outcome == .complete)
        #expect(fields.map(\.isHopByHop) == [true])
    }

    @Test(arguments: ["grpc-message", "etag", "digest", "server-timing", "x-checksum", "X-Request-ID"])
    func keepsTrailersThatInform(_ name: String) {
        let (_, fields, _) = Parsing().trailers(octets("\(name): x\r\n\r\n"))
        #expect(fields.map(\.isHopByHop) == [false])
    }

    @Test(arguments: ["X : y\r\n\r\n", "X: y\n\r\n", " X: y\r\n\r\n", "X: a\u{0}\r\n\r\n", "X\r\n\r\n", "\n", "\rX"])
    func refusesBadTrailers(_ section: String) {
        #expect(Parsing().trailers(octets(section)).outcome == .rejected(.badTrailer))
    }
}
