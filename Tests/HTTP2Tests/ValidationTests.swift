import HTTP2
import Reactor
import Testing
import Wire

/// Every rule of RFC 9113 §8 for requests, each broken by itself.
@Suite struct ValidationTests {
    static let malformed: [(String, [(String, String)])] = [
        ("no :method", get(without: [":method"])),
        ("no :scheme", get(without: [":scheme"])),
        ("no :path", get(without: [":path"])),
        ("neither :authority nor Host", get(without: [":authority"])),
        ("empty :path", get([(":path", "")])),
        (":path without a slash", get([(":path", "index")])),
        (":path that is an absolute URI", get([(":path", "http://example.com/")])),
        ("* for GET", get([(":path", "*")])),
        ("a blank in :path", get([(":path", "/a b")])),
        ("a line end in :path", get([(":path", "/ HTTP/1.1\r\nx: y")])),
        ("an octet above ASCII in :path", get([(":path", "/\u{e4}")])),
        ("empty :authority", get([(":authority", "")])),
        ("user information in :authority", get([(":authority", "user@example.com")])),
        ("a blank in :authority", get([(":authority", "example.com evil")])),
        ("two :path", get() + [(":path", "/")]),
        ("two :method", [(":method", "GET")] + get()),
        ("two :authority", [(":authority", "example.com")] + get()),
        ("two :scheme", [(":scheme", "https")] + get()),
        (":scheme ftp", get([(":scheme", "ftp")])),
        ("a pseudo-field behind the others", get(without: [":path"]) + [("accept", "a"), (":path", "/")]),
        ("an unknown pseudo-field", get([(":color", "red")])),
        (":status in a request", get([(":status", "200")])),
        (":protocol without CONNECT", get([(":protocol", "websocket")])),
        ("a method with a blank", get([(":method", "GE T")])),
        ("a method with a line end", get([(":method", "GET / HTTP/1.1\r\nx:")])),
        ("an upper-case name", get([("Accept", "a")])),
        ("an empty name", get([("", "a")])),
        ("a name with a blank", get([("a b", "c")])),
        ("a name with a colon", get([("a:b", "c")])),
        ("a name with a line end", get([("a\r\nb", "c")])),
        ("a name above ASCII", get([("\u{e4}", "c")])),
        ("CR in a value", get([("a", "b\rc")])),
        ("LF in a value", get([("a", "b\nc")])),
        ("CRLF in a value", get([("a", "b\r\nc: d")])),
        ("NUL in a value", get([("a", "b\0c")])),
        ("a blank before a value", get([("a", " b")])),
        ("a blank behind a value", get([("a", "b ")])),
        ("a tab behind a value", get([("a", "b\t")])),
        ("connection", get([("connection", "close")])),
        ("keep-alive", get([("keep-alive", "1")])),
        ("proxy-connection", get([("proxy-connection", "keep-alive")])),
        ("transfer-encoding", get([("transfer-encoding", "chunked")])),
        ("upgrade", get([("upgrade", "websocket")])),
        ("te other than trailers", get([("te", "gzip")])),
        ("te with more than trailers", get([("te", "trailers, gzip")])),
        ("Host that disagrees", get([("host", "other.example")])),
        ("two Host", get([("host", "example.com"), ("host", "example.com")])),
        ("an empty Host", get([("host", "")], without: [":authority"])),
        ("user information in Host", get([("host", "a@b")], without: [":authority"])),
        ("two Content-Length", get([("content-length", "0"), ("content-length", "0")])),
        ("a Content-Length that is none", get([("content-length", "1x")])),
        ("a Content-Length without DATA", get([("content-length", "5")])),
        (
            "extended CONNECT without :path",
            get([(":method", "CONNECT"), (":protocol", "websocket")], without: [":path"])
        ),
        (
            "extended CONNECT without :authority",
            get([(":method", "CONNECT"), (":protocol", "websocket"), ("host", "a")], without: [":authority"])
        ),
    ]

    @Test(arguments: malformed)
    func aMalformedRequestIsAStreamError(_ name: String, _ fields: [(String, String)]) {
        let server = connectedServer()
        #expect(server.receive(RawFrame.headers(1, fields).bytes) == .ok)
        let frames = RawFrame.parse(server.produce()).filter { $0.type == 3 || $0.type == 7 }
        #expect(frames.map(\.type) == [3], "\(name)")
        #expect(frames.first?.code == HTTP2ErrorCode.protocolError, "\(name)")
        #expect(server.takeSeen() == [], "\(name): nothing of it is told")
        #expect(server.engine.streamCount == 0)
        #expect(server.counters.streamErrors > 0)
        // The connection goes on.
        server.receive(RawFrame.headers(3, get()).bytes)
        #expect(server.takeSeen().map(\.kind) == [.request])
    }

    static let accepted: [(String, [(String, String)], String)] = [
        ("plain", get(), "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n"),
        ("http", get([(":scheme", "http")]), "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n"),
        (
            "OPTIONS *", get([(":method", "OPTIONS"), (":path", "*")]),
            "OPTIONS * HTTP/1.1\r\nhost: example.com\r\n\r\n"
        ),
        ("Host alone", get([("host", "h")], without: [":authority"]), "GET / HTTP/1.1\r\nhost: h\r\n\r\n"),
        ("Host that agrees", get([("host", "EXAMPLE.com")]), "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n"),
        ("te: trailers", get([("te", "trailers")]), "GET / HTTP/1.1\r\nhost: example.com\r\nte: trailers\r\n\r\n"),
        ("no value", get([("a", "")]), "GET / HTTP/1.1\r\nhost: example.com\r\na: \r\n\r\n"),
        (
            "cookie crumbs", get([("cookie", "a"), ("b", "c"), ("cookie", "d")]),
            "GET / HTTP/1.1\r\nhost: example.com\r\nb: c\r\ncookie: a; d\r\n\r\n"
        ),
        (
            "a length of 0", get([("content-length", "0")]),
            "GET / HTTP/1.1\r\nhost: example.com\r\ncontent-length: 0\r\n\r\n"
        ),
        ("a query", get([(":path", "/?a=b")]), "GET /?a=b HTTP/1.1\r\nhost: example.com\r\n\r\n"),
        (
            "the longest value", get([("a", String(repeating: "v", count: 16_000))]),
            "GET / HTTP/1.1\r\nhost: example.com\r\na: \(String(repeating: "v", count: 16_000))\r\n\r\n"
        ),
    ]

    @Test(arguments: accepted)
    func aGoodRequestBecomesTextThatTheStrictParserTakes(_ name: String, _ fields: [(String, String)], _ text: String) {
        let server = connectedServer()
        // Octet by octet: the section may be cut anywhere.
        for octet in RawFrame.headers(1, fields).bytes { server.receive([octet]) }
        let seen = server.takeSeen()
        #expect(seen.map(\.kind) == [.request], "\(name)")
        #expect(seen.first?.text == text, "\(name)")
        #expect(seen.first?.endsStream == true)
        let table = FieldTable(capacity: 100)
        defer { table.deallocate() }
        var head = RequestHead()
        let outcome = unsafe [UInt8](text.utf8).withUnsafeBytes {
            unsafe HeadParser(limits: HeadLimits()).parseRequest($0, fields: table, head: &head)
        }
        #expect(outcome == .complete, "\(name)")
        #expect(head.headCount == text.utf8.count)
        #expect(head.acceptsTrailers == (name == "te: trailers"))
    }

    @Test func anExtendedConnectIsAnUpgradeAndA101AcceptsIt() {
        let server = connectedServer()
        let fields = get([
            (":method", "CONNECT"), (":protocol", "websocket"), (":path", "/chat"), ("sec-websocket-version", "13"),
            ("sec-websocket-key", "mine"),
        ])
        server.receive(RawFrame.headers(1, fields, ends: false).bytes)
        let seen = server.takeSeen()
        #expect(seen.map(\.kind) == [.request])
        #expect(seen[0].isExtendedConnect && !seen[0].endsStream)
        #expect(
            seen[0].text == """
                GET /chat HTTP/1.1\r\nhost: example.com\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                sec-websocket-key: cG9ydGljby1odHRwMi13cw==\r\nsec-websocket-version: 13\r\n\r\n
                """)
        let table = FieldTable(capacity: 100)
        defer { table.deallocate() }
        var head = RequestHead()
        let outcome = unsafe [UInt8](seen[0].text.utf8).withUnsafeBytes {
            unsafe HeadParser(limits: HeadLimits()).parseRequest($0, fields: table, head: &head)
        }
        #expect(outcome == .complete)
        server.respond(
            0,
            """
            HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: chat\r\n\r\n
            """)
        server.append("frame", to: 0)
        let frames = RawFrame.parse(server.produce())
        #expect(frames.map(\.type) == [1, 0])
        // :status 200 is entry 8 of the static table; the one field left is a literal.
        #expect(frames[0].flags == 4)
        #expect(frames[0].payload.first == 0x88)
        #expect(frames[1] == .data(1, "frame"))
        server.receive(RawFrame.data(1, "pong").bytes)
        server.receive(RawFrame.data(1, "", ends: true).bytes)
        #expect(server.takeSeen().map(\.kind) == [.drained, .data, .ended])
    }

    @Test func connectAndUnknownProtocolsAreAnsweredAndNotForwarded() {
        let server = connectedServer()
        server.receive(RawFrame.headers(1, [(":method", "CONNECT"), (":authority", "a:1")], ends: false).bytes)
        server.receive(
            RawFrame.headers(3, get([(":method", "CONNECT"), (":protocol", "connect-udp")]), ends: false).bytes)
        let seen = server.takeSeen()
        #expect(seen.map(\.kind) == [.refused, .refused])
        #expect(seen.map(\.code) == [405, 501])
        server.respond(seen[0].stream, "HTTP/1.1 405 Method Not Allowed\r\n\r\n", ends: true)
        server.engine.release(seen[0].stream)
        let frames = RawFrame.parse(server.produce())
        #expect(frames.map(\.type) == [1, 3], "what the client would still send is not waited for")
        #expect(frames[1].code == HTTP2ErrorCode.noError)
    }

    @Test func fieldsTooLargeOrTooManyAreRefusedWith431() {
        let server = connectedServer()
        let large = (0..<5).map { ("a\($0)", String(repeating: "x", count: 8_000)) }
        let block = RawFrame.block(get() + large)
        server.receive(RawFrame(type: 1, flags: 1, stream: 1, payload: [UInt8](block[..<16_000])).bytes)
        server.receive(RawFrame(type: 9, flags: 0, stream: 1, payload: [UInt8](block[16_000..<32_000])).bytes)
        server.receive(RawFrame(type: 9, flags: 4, stream: 1, payload: [UInt8](block[32_000...])).bytes)
        server.receive(RawFrame.headers(3, get() + (0..<120).map { ("b\($0)", "") }).bytes)
        let seen = server.takeSeen()
        #expect(seen.map(\.kind) == [.refused, .refused])
        #expect(seen.map(\.code) == [431, 431])
        #expect(server.counters.headersRefused == 2)
        server.respond(seen[0].stream, "HTTP/1.1 431 Too Large\r\n\r\n", ends: true)
        #expect(RawFrame.parse(server.produce()).map(\.type) == [1])
        #expect(!server.isDone)
    }

    @Test func trailersAreHeldToTheirRules() {
        for (fields, ends) in [
            ([(":path", "/")], true), ([("a", "b")], false), ([("connection", "close")], true), ([("A", "b")], true),
        ] {
            let server = connectedServer()
            server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
            server.receive(RawFrame.data(1, "x").bytes)
            #expect(server.takeSeen().map(\.kind) == [.request, .data])
            server.receive(RawFrame.headers(1, fields, ends: ends).bytes)
            #expect(server.takeSeen() == [])
            #expect(RawFrame.parse(server.produce()).first { $0.type == 3 }?.code == HTTP2ErrorCode.protocolError)
            #expect(server.takeSeen() == [Seen(kind: .reset, stream: 0, code: HTTP2ErrorCode.protocolError)])
        }
        let server = connectedServer()
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        server.receive(RawFrame.headers(1, [("x-sum", "1"), ("x-other", "2")]).bytes)
        let seen = server.takeSeen()
        #expect(seen.map(\.kind) == [.request, .trailers])
        #expect(seen[1].text == "x-sum: 1\r\nx-other: 2\r\n\r\n")
        let table = FieldTable(capacity: 100)
        defer { table.deallocate() }
        var count = 0
        var consumed = 0
        let outcome = unsafe [UInt8](seen[1].text.utf8).withUnsafeBytes {
            unsafe HeadParser(limits: HeadLimits()).parseTrailers($0, fields: table, count: &count, consumed: &consumed)
        }
        #expect(outcome == .complete && count == 2)
    }

    @Test func theBodyMustBeAsLongAsItSays() {
        for (length, body) in [("3", "four"), ("5", "four")] {
            let server = connectedServer()
            server.receive(
                RawFrame.headers(1, get([(":method", "POST"), ("content-length", length)]), ends: false).bytes)
            server.receive(RawFrame.data(1, body, ends: true).bytes)
            let frames = RawFrame.parse(server.produce())
            #expect(frames.contains { $0.code == HTTP2ErrorCode.protocolError })
            let seen = server.takeSeen()
            #expect(!seen.contains { $0.endsStream && $0.kind != .reset }, "the end is never told")
            #expect(seen.contains { $0.kind == .reset })
        }
    }

    /// Frames that end the connection, and the code that says why.
    static let broken: [(String, [UInt8], UInt32)] = [
        ("HTTP/1", [UInt8]("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), HTTP2ErrorCode.protocolError),
        ("no SETTINGS first", RawFrame.preface + RawFrame.ping.bytes, HTTP2ErrorCode.protocolError),
        ("DATA on an idle stream", RawFrame.hello + RawFrame.data(1, "x").bytes, HTTP2ErrorCode.protocolError),
        ("DATA on stream 0", RawFrame.hello + RawFrame.data(0, "x").bytes, HTTP2ErrorCode.protocolError),
        ("HEADERS on stream 0", RawFrame.hello + RawFrame.headers(0, get()).bytes, HTTP2ErrorCode.protocolError),
        ("an even stream", RawFrame.hello + RawFrame.headers(2, get()).bytes, HTTP2ErrorCode.protocolError),
        (
            "streams going backwards",
            RawFrame.hello + RawFrame.headers(5, get()).bytes + RawFrame.headers(3, get()).bytes,
            HTTP2ErrorCode.protocolError
        ),
        (
            "CONTINUATION alone", RawFrame.hello + RawFrame(type: 9, flags: 4, stream: 1).bytes,
            HTTP2ErrorCode.protocolError
        ),
        (
            "a frame within a field section",
            RawFrame.hello + RawFrame(type: 1, flags: 0, stream: 1, payload: RawFrame.block(get())).bytes
                + RawFrame.ping.bytes,
            HTTP2ErrorCode.protocolError
        ),
        (
            "PUSH_PROMISE", RawFrame.hello + RawFrame(type: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2]).bytes,
            HTTP2ErrorCode.protocolError
        ),
        (
            "a frame too large",
            RawFrame.hello + RawFrame(type: 0, stream: 1, payload: [UInt8](repeating: 0, count: 16_385)).bytes,
            HTTP2ErrorCode.frameSizeError
        ),
        (
            "PING of 7", RawFrame.hello + RawFrame(type: 6, payload: [UInt8](repeating: 0, count: 7)).bytes,
            HTTP2ErrorCode.frameSizeError
        ),
        (
            "SETTINGS of 5", RawFrame.hello + RawFrame(type: 4, payload: [UInt8](repeating: 0, count: 5)).bytes,
            HTTP2ErrorCode.frameSizeError
        ),
        ("ENABLE_PUSH 2", RawFrame.hello + RawFrame.settings([(2, 2)]).bytes, HTTP2ErrorCode.protocolError),
        (
            "a window too large", RawFrame.hello + RawFrame.settings([(4, 1 << 31)]).bytes,
            HTTP2ErrorCode.flowControlError
        ),
        (
            "a window that overflows", RawFrame.hello + RawFrame.windowUpdate(0, 0x7fff_ffff).bytes,
            HTTP2ErrorCode.flowControlError
        ),
        ("a WINDOW_UPDATE of 0", RawFrame.hello + RawFrame.windowUpdate(0, 0).bytes, HTTP2ErrorCode.protocolError),
        (
            "broken compression",
            RawFrame.hello + RawFrame(type: 1, flags: 5, stream: 1, payload: [0xff, 0xff, 0xff, 0xff, 0xff]).bytes,
            HTTP2ErrorCode.compressionError
        ),
        (
            "an index that is not there",
            RawFrame.hello + RawFrame(type: 1, flags: 5, stream: 1, payload: [0xbe]).bytes,
            HTTP2ErrorCode.compressionError
        ),
        (
            "a table larger than allowed",
            RawFrame.hello + RawFrame(type: 1, flags: 5, stream: 1, payload: [0x3f, 0xe2, 0x1f]).bytes,
            HTTP2ErrorCode.compressionError
        ),
    ]

    @Test(arguments: broken.indices)
    func whatIsNotHTTP2EndsTheConnection(_ index: Int) {
        let (name, bytes, code) = Self.broken[index]
        let server = Peer()
        _ = server.produce()
        server.receive(bytes)
        let last = RawFrame.parse(server.produce()).last
        #expect(last?.type == 7, "\(name)")
        #expect(last?.code == code, "\(name)")
        #expect(server.isDone, "\(name)")
        let closure: HTTP2Closure = code == HTTP2ErrorCode.flowControlError ? .flowControlError : .protocolError
        #expect(server.closure == closure, "\(name)")
        #expect(server.counters[closure] == 1, "\(name)")
        #expect(server.receive(RawFrame.ping.bytes) == .close(closure))
        #expect(server.produce() == [], "\(name)")
    }
}

/// A server that has had the client's preface and SETTINGS.
func connectedServer(_ limits: HTTP2Limits = HTTP2Limits()) -> Peer {
    let server = Peer(server: limits)
    server.receive(RawFrame.hello + RawFrame.settingsAcknowledged.bytes)
    _ = server.produce()
    _ = server.takeSeen()
    return server
}
