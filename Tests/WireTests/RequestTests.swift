import Testing
import Wire

@Suite struct RequestTests {
    @Test func readsAnOrdinaryRequest() {
        let bytes = octets(
            "GET /a/b.html?x=1&y=?2 HTTP/1.1\r\nHost: Shop.example.com:8080\r\n"
                + "User-Agent: x \t y \t\r\nX-Empty:\r\n\r\nrest")
        let (outcome, request) = Parsing().request(bytes)
        #expect(outcome == .complete)
        #expect(request.head.method == .get)
        #expect(request.method == "GET")
        #expect(request.target == "/a/b.html?x=1&y=?2")
        #expect(request.path == "/a/b.html")
        #expect(request.query == "x=1&y=?2")
        #expect(request.head.hasQuery)
        #expect(request.authority == "Shop.example.com:8080")
        #expect(request.host == "Shop.example.com")
        #expect(request.head.minorVersion == 1)
        #expect(request.head.framing == .none)
        #expect(request.head.keepAlive)
        #expect(request.head.headCount == bytes.count - 4)
        #expect(
            request.fields == [
                ParsedField(name: "Host", value: "Shop.example.com:8080", known: .host, isHopByHop: false),
                ParsedField(name: "User-Agent", value: "x \t y", known: .userAgent, isHopByHop: false),
                ParsedField(name: "X-Empty", value: "", known: .other, isHopByHop: false),
            ])
    }

    /// What is accepted: a start line and fields, without the Host that each is given besides.
    @Test(arguments: [
        "GET / HTTP/1.1", "get / HTTP/1.1", "M-SEARCH!#$%&'*+.^_`|~09 / HTTP/1.1", "GET / HTTP/1.9", "GET / HTTP/1.0",
        "GET //x HTTP/1.1", "GET /?a?b HTTP/1.1", "GET /%zz HTTP/1.1", "GET /a|b{c}\"<>^` HTTP/1.1",
        "GET /?a\\b HTTP/1.1", "OPTIONS * HTTP/1.1", "OPTIONS /x HTTP/1.1",
        "GET / HTTP/1.1\r\nX:\u{80}\u{FF} \"\t~", "GET / HTTP/1.1\r\nX:a\r\nX:b", "GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~:",
        "POST / HTTP/1.1\r\nContent-Length: 0", "POST / HTTP/1.1\r\nContent-Length: 9223372036854775807",
        "POST / HTTP/1.1\r\nContent-Length: 007", "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked \t",
        "POST / HTTP/1.1\r\nExpect: 100-Continue", "GET / HTTP/1.0\r\nExpect: anything",
        "GET / HTTP/1.1\r\nConnection: , close ,, keep-alive", "GET / HTTP/1.1\r\nUpgrade: websocket",
        "POST / HTTP/1.1\r\nConnection: upgrade, http2-settings\r\nUpgrade: h2c\r\nContent-Length: 3",
    ])
    func accepts(_ start: String) {
        let (outcome, _) = Parsing().request(octets(start + "\r\nHost: a.example\r\n\r\n"))
        #expect(outcome == .complete)
    }

    /// What is refused, each row with its reason; a Host is given besides.
    @Test(
        arguments: [
            // The start line (RFC 9112 §3)
            ("\r\n\r\n\r\nGET / HTTP/1.1", .malformedStartLine), ("\nGET / HTTP/1.1", .bareLineFeed),
            ("\rGET / HTTP/1.1", .bareCarriageReturn), (" GET / HTTP/1.1", .badMethod),
            ("\tGET / HTTP/1.1", .badMethod),
            ("G(T / HTTP/1.1", .badMethod), ("G\u{0}T / HTTP/1.1", .badMethod), ("G\u{C4}T / HTTP/1.1", .badMethod),
            ("GET\t/ HTTP/1.1", .badMethod), (String(repeating: "A", count: 33) + " / HTTP/1.1", .badMethod),
            ("GET", .malformedStartLine), ("GET  / HTTP/1.1", .malformedStartLine), ("GET /", .malformedStartLine),
            ("GET /  HTTP/1.1", .malformedStartLine), ("GET / HTTP/1.1 ", .malformedStartLine),
            ("GET / HTTP/1.1\t", .malformedStartLine), ("GET / http/1.1", .malformedStartLine),
            ("GET / HTTP/11", .malformedStartLine), ("GET / HTTP/1.10", .malformedStartLine),
            ("GET / HTTP/1,1", .malformedStartLine), ("GET / HTTP/1.x", .malformedStartLine),
            ("GET / HTTP/1.", .malformedStartLine), ("GET / FTP/1.1", .malformedStartLine),
            ("GET / HTTP/1.1\nX: y", .bareLineFeed), ("GET / HTTP/1.1\rX: y", .bareCarriageReturn),
            ("GET /\n", .bareLineFeed), ("GET / HTTP/2.0", .unsupportedVersion),
            ("GET / HTTP/0.9", .unsupportedVersion),
            ("PRI * HTTP/2.0", .unsupportedVersion),
            // The target (§3.2)
            ("GET a HTTP/1.1", .badTarget), ("GET * HTTP/1.1", .badTarget), ("OPTIONS *x HTTP/1.1", .badTarget),
            ("OPTIONS *?x HTTP/1.1", .badTarget), ("GET /a#b HTTP/1.1", .badTarget), ("GET /?a#b HTTP/1.1", .badTarget),
            ("GET /\u{0} HTTP/1.1", .badTarget), ("GET /\u{7F} HTTP/1.1", .badTarget),
            ("GET /\u{E9} HTTP/1.1", .badTarget),
            ("GET /a\tb HTTP/1.1", .badTarget), ("GET /a\\b HTTP/1.1", .badTarget), ("GET ?x HTTP/1.1", .badTarget),
            ("GET /?\u{80} HTTP/1.1", .badTarget), ("GET ftp://a.example/ HTTP/1.1", .badTarget),
            ("GET http:/a.example/ HTTP/1.1", .badTarget), ("GET http:///x HTTP/1.1", .badTarget),
            ("GET http://u@a.example/ HTTP/1.1", .badTarget), ("GET http://a.example:x/ HTTP/1.1", .badTarget),
            ("GET a.example:80 HTTP/1.1", .badTarget), ("GET http://?x HTTP/1.1", .badTarget),
            ("GET http://b.example/ HTTP/1.1", .hostDisagreesWithTarget),
            ("GET http://a.example:81/ HTTP/1.1", .hostDisagreesWithTarget),
            ("GET https://a.example:80/ HTTP/1.1", .hostDisagreesWithTarget),
            ("CONNECT a.example:443 HTTP/1.1", .connectRefused), ("TRACE / HTTP/1.1", .traceRefused),
            // Field lines (§5)
            ("GET / HTTP/1.1\r\n X: y", .malformedField), ("GET / HTTP/1.1\r\n\tX: y", .malformedField),
            ("GET / HTTP/1.1\r\nX: y\r\n z", .obsoleteFold), ("GET / HTTP/1.1\r\nX: y\r\n\tz", .obsoleteFold),
            ("GET / HTTP/1.1\r\nX : y", .whitespaceBeforeColon), ("GET / HTTP/1.1\r\nX\t: y", .whitespaceBeforeColon),
            ("GET / HTTP/1.1\r\nX", .malformedField), ("GET / HTTP/1.1\r\n: y", .badFieldName),
            ("GET / HTTP/1.1\r\nX\u{0}: y", .badFieldName), ("GET / HTTP/1.1\r\nX\u{E9}: y", .badFieldName),
            ("GET / HTTP/1.1\r\nX\"Y: y", .badFieldName), ("GET / HTTP/1.1\r\nX@Y: y", .badFieldName),
            ("GET / HTTP/1.1\r\nX[Y: y", .badFieldName), ("GET / HTTP/1.1\r\nLong-Name-With{Brace: y", .badFieldName),
            ("GET / HTTP/1.1\r\nX: a\u{0}b", .badFieldValue), ("GET / HTTP/1.1\r\nX: a\u{1}b", .badFieldValue),
            ("GET / HTTP/1.1\r\nX: a\u{7F}b", .badFieldValue), ("GET / HTTP/1.1\r\nX: a\u{1B}", .badFieldValue),
            ("GET / HTTP/1.1\r\nX: a\u{B}", .badFieldValue), ("GET / HTTP/1.1\r\nX: y\nZ: y", .bareLineFeed),
            ("GET / HTTP/1.1\r\nX\n: y", .bareLineFeed), ("GET / HTTP/1.1\r\nX: y\rZ", .bareCarriageReturn),
            ("GET / HTTP/1.1\r\nX: y\r\r\nZ: y", .bareCarriageReturn),
            ("GET / HTTP/1.1\r\n\rX: y", .bareCarriageReturn),
            ("GET / HTTP/1.1\r\nX: y\r\n\nZ: y", .bareLineFeed),
            // Body length (§6)
            ("POST / HTTP/1.1\r\nContent-Length:", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: +1", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: -1", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1 2", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 0x1", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1,1", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1.0", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1\u{B2}", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 9223372036854775808", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 18446744073709551617", .badContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1", .conflictingContentLength),
            ("POST / HTTP/1.1\r\ncontent-length: 1\r\nCONTENT-LENGTH: 2", .conflictingContentLength),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0", .contentLengthWithTransferEncoding),
            ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked", .transferEncodingInHTTP10),
            ("POST / HTTP/1.1\r\nTransfer-Encoding:", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: ,", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked,", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: ,chunked", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked;x=1", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: \"chunked\"", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked x", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: x chunked", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: \u{B}chunked", .badFieldValue),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity", .badTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip", .unknownTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked", .unknownTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: identity", .unknownTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked", .unknownTransferEncoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunkedx", .unknownTransferEncoding),
            // Expectations, options, upgrades (RFC 9110 §10.1.1, §7.6.1, §7.8)
            ("POST / HTTP/1.1\r\nExpect: 100-continue, x", .unknownExpectation),
            ("POST / HTTP/1.1\r\nExpect:", .unknownExpectation), ("GET / HTTP/1.1\r\nConnection: a b", .badFieldValue),
            ("GET / HTTP/1.1\r\nConnection: \"close\"", .badFieldValue),
            ("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: a b", .badUpgrade),
            ("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: a/", .badUpgrade),
            ("POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: tcp\r\nContent-Length: 1", .badUpgrade),
            ("POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: tcp\r\nTransfer-Encoding: chunked", .badUpgrade),
            ("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket", .badUpgrade),
            ("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x", .badUpgrade),
            (
                "POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n"
                    + "Sec-WebSocket-Version: 13", .badUpgrade
            ),
        ] as [(String, HeadRejection)])
    func refuses(_ start: String, _ reason: HeadRejection) {
        let (outcome, _) = Parsing().request(octets(start + "\r\nHost: a.example\r\n\r\n"))
        #expect(outcome == .rejected(reason))
    }

    @Test(arguments: [
        ("a.example", "a.example"), ("A.Example:80", "A.Example"), ("a.example.", "a.example."), ("a:", "a"),
        ("a:0", "a"), ("a:65535", "a"), ("a:00080", "a"), ("my_service-1", "my_service-1"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::]", "[::]"), ("[::1]:8080", "[::1]"), ("[2001:DB8::a:1]", "[2001:DB8::a:1]"),
        ("[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]"), ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]"), ("[1::]", "[1::]"),
        ("[1:2:3:4:5:6:1.2.3.4]:80", "[1:2:3:4:5:6:1.2.3.4]"),
    ])
    func takesTheHostFromItsField(_ value: String, _ host: String) {
        let (outcome, request) = Parsing().request(octets("GET / HTTP/1.1\r\nHost: \(value) \r\n\r\n"))
        #expect(outcome == .complete)
        #expect(request.authority == value)
        #expect(request.host == host)
    }

    @Test(arguments: [
        "", " ", ".", ".a", "a..b", "a..", "u@a", "a:80:80", "a:x", "a:-1", "a:65536", "a:000080", "a b", "a,b", "a/b",
        "a?b", "a#b", "a%20b", "a\\b", "a;b", "a'b", "h\u{E9}", ":80", "[", "[]", "[::1", "::1", "[::1]x", "[::1]x:80",
        "[:::]",
        "[1::2::3]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[::12345]", "[::g]", "[1:2:3:4:5:6:7::8]x", "[:1]",
        "[1:]", "[fe80::1%eth0]", "[fe80::1%25eth0]", "[v1.x]", "[::1.2.3]", "[::1.2.3.256]", "[::1.2.3.4.5]",
        "[::01.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[1.2.3.4]", "http://a", String(repeating: "a", count: 256),
    ])
    func refusesAHostThatIsNone(_ value: String) {
        let (outcome, _) = Parsing().request(octets("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n"))
        #expect(outcome == .rejected(.badHost))
        // A 1.0 client need not send one, but what it sends must be one.
        let (older, _) = Parsing().request(octets("GET / HTTP/1.0\r\nHost: \(value)\r\n\r\n"))
        #expect(older == .rejected(.badHost))
    }

    @Test func wantsExactlyOneHost() {
        let parsing = Parsing()
        #expect(parsing.request(octets("GET / HTTP/1.1\r\n\r\n")).outcome == .rejected(.missingHost))
        #expect(parsing.request(octets("GET http://a/ HTTP/1.1\r\n\r\n")).outcome == .rejected(.missingHost))
        let two = octets("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n")
        #expect(parsing.request(two).outcome == .rejected(.duplicateHost))
        let older = parsing.request(octets("GET / HTTP/1.0\r\n\r\n"))
        #expect(older.outcome == .complete)
        #expect(older.request.authority == "")
        let absolute = parsing.request(octets("GET http://a:81 HTTP/1.0\r\n\r\n"))
        #expect(absolute.outcome == .complete)
        #expect(absolute.request.authority == "a:81")
        #expect(absolute.request.host == "a")
    }

    @Test(arguments: [
        ("http://a.example/x?y", "A.EXAMPLE", "/x", "y"), ("HTTP://A.example:80/x", "a.example", "/x", ""),
        ("https://a.example/", "a.example:443", "/", ""), ("http://a.example?q=/", "a.example:", "", "q=/"),
        ("http://a.example", "a.example:080", "", ""), ("http://[::1]:8/", "[::1]:8", "/", ""),
    ])
    func takesTheAuthorityFromAnAbsoluteTarget(_ target: String, _ field: String, _ path: String, _ query: String) {
        let (outcome, request) = Parsing().request(octets("GET \(target) HTTP/1.1\r\nHost: \(field)\r\n\r\n"))
        #expect(outcome == .complete)
        #expect(request.head.isAbsoluteForm)
        #expect(request.path == path)
        #expect(request.query == query)
        let afterScheme = target.split(separator: "/", omittingEmptySubsequences: false)[2].split(separator: "?")[0]
        #expect(request.authority == afterScheme)
    }

    @Test(
        arguments: [
            ("", BodyFraming.none, 0), ("Content-Length: 0\r\n", .length, 0), ("Content-Length: 42\r\n", .length, 42),
            ("Transfer-Encoding: chunked\r\n", .chunked, 0), ("transfer-encoding:\tCHUNKED\r\n", .chunked, 0),
        ] as [(String, BodyFraming, Int64)])
    func framesTheBody(_ fields: String, _ framing: BodyFraming, _ length: Int64) {
        let (outcome, request) = Parsing().request(octets("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"))
        #expect(outcome == .complete)
        #expect(request.head.framing == framing)
        #expect(request.head.contentLength == length)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, CLOSE\r\n", false),
        ("1.1", "Connection: keep-alive, close\r\n", false), ("1.1", "Connection: x\r\nConnection: close\r\n", false),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: x,keep-alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false), ("1.2", "", true),
    ])
    func knowsWhetherTheConnectionStays(_ version: String, _ fields: String, _ keepAlive: Bool) {
        let (outcome, request) = Parsing().request(octets("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n"))
        #expect(outcome == .complete)
        #expect(request.head.keepAlive == keepAlive)
        #expect(request.head.minorVersion == (version == "1.0" ? 0 : 1))
    }

    @Test(arguments: [
        ("Connection: Upgrade\r\nUpgrade: tcp\r\n", true),
        ("Connection: keep-alive, upgrade\r\nUpgrade: a/1, b\r\n", true),
        ("Connection: upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n", true), ("Upgrade: tcp\r\n", false),
        ("Connection: upgrade\r\n", false), ("Connection: upgrade\r\nUpgrade:\r\n", false),
        ("Connection: upgrade\r\nUpgrade: h2c\r\n", false), ("Connection: upgrade\r\nUpgrade: tcp, H2C\r\n", false),
        ("Connection: upgrade\r\nUpgrade: tcp\r\nUpgrade: h2c\r\n", false),
        ("Connection: upgrade\r\nUpgrade: HTTP/2.0\r\n", false),
        (
            "Connection: upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n",
            true
        ),
    ])
    func knowsWhetherAnUpgradeIsWanted(_ fields: String, _ wanted: Bool) {
        let (outcome, request) = Parsing().request(octets("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"))
        #expect(outcome == .complete)
        #expect(request.head.wantsUpgrade == wanted)
        let (_, older) = Parsing().request(octets("GET / HTTP/1.0\r\nHost: a\r\n\(fields)\r\n"))
        #expect(!older.head.wantsUpgrade)
    }

    @Test func notesExpectationsAndTrailers() {
        let parsing = Parsing()
        let (_, request) = parsing.request(
            octets("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-CONTINUE\r\nTE: deflate;q=0.5, Trailers\r\n\r\n"))
        #expect(request.head.expectsContinue)
        #expect(request.head.acceptsTrailers)
        let (_, older) = parsing.request(octets("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"))
        #expect(!older.head.expectsContinue)
        let (_, other) = parsing.request(octets("POST / HTTP/1.1\r\nHost: a\r\nTE: trailersx\r\n\r\n"))
        #expect(!other.head.acceptsTrailers)
    }

    @Test(arguments: [0, 1, 2])
    func passesOverEmptyLinesBeforeARequest(_ count: Int) {
        let bytes = octets(String(repeating: "\r\n", count: count) + "PUT /x HTTP/1.1\r\nHost: a\r\n\r\n")
        let (outcome, request) = Parsing().request(bytes)
        #expect(outcome == .complete)
        #expect(request.head.headCount == bytes.count)
        #expect(request.method == "PUT")
    }

    @Test func waitsForABeginning() {
        #expect(Parsing().request(octets("\r\n\r\n")).outcome == .incomplete)
        #expect(Parsing().request([]).outcome == .incomplete)
    }

    @Test func tellsMethodsApart() {
        let names: [(String, Method)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete), ("OPTIONS", .options),
            ("PATCH", .patch), ("GETS", .other), ("Get", .other), ("G", .other), ("PROPFIND", .other),
            (String(repeating: "A", count: 32), .other),
        ]
        for (name, method) in names {
            let (outcome, request) = Parsing().request(octets("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n"))
            #expect(outcome == .complete)
            #expect(request.head.method == method)
            #expect(request.method == name)
        }
    }
}
