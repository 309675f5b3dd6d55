import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Requests over HTTP/2 arrive at HTTP/1.1 endpoints as what they are, and answers come back so.
    @Suite(.timeLimit(.minutes(2))) struct HTTP2Messages {
        private static func setting(_ backend: TestBackend, more: String = "") throws -> Setting {
            try Setting(
                backend: backend,
                configuration: "listeners: [{ address: \"127.0.0.1:PORT\", http2: true }]\n" + more)
        }

        @Test("the endpoint sees an HTTP/1.1 request: Host from :authority, cookies in one field, no pseudo fields")
        func request() throws {
            let backend = try TestBackend("web", .mirror)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let stream = try client.request(
                .request(
                    "GET", "/a/b?c=d", host: "web-80.test", HTTP2Field("cookie", "a=1"), HTTP2Field("x-one", "1"),
                    HTTP2Field("cookie", "b=2"), HTTP2Field("te", "trailers"), HTTP2Field("x-forwarded-for", "1.2.3.4"),
                    HTTP2Field("x-client-cert-verify", "SUCCESS"), HTTP2Field("x-empty", "")))
            #expect(try client.answer(on: stream).status == 200)
            let seen = try backend.waitForRequests()
            #expect(seen.head.startLine == "GET /a/b?c=d HTTP/1.1")
            #expect(seen.head.values("Host") == ["web-80.test"])
            #expect(seen.head.values("Cookie") == ["a=1; b=2"])
            #expect(seen["X-One"] == "1")
            #expect(seen["X-Empty"] == "")
            #expect(seen["X-Forwarded-For"] == "127.0.0.1")
            #expect(seen["X-Forwarded-Proto"] == "http")
            #expect(seen["X-Client-Cert-Verify"] == nil)
            #expect(!seen.head.fields.contains { $0.name.hasPrefix(":") })
        }

        @Test("Host alone names the host; with :authority it must agree")
        func host() throws {
            let backend = try TestBackend("web")
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let bare = HTTP2Probe.fields(replacing: ":authority", by: [])
            let alone = try client.request(bare + [HTTP2Field("host", "web-80.test")])
            #expect(try client.answer(on: alone).text == "web")
            let both = try client.request(HTTP2Probe.fields() + [HTTP2Field("host", "web-80.test")])
            #expect(try client.answer(on: both).text == "web")
            #expect(try backend.waitForRequests(2).head.values("Host") == ["web-80.test"])
        }

        @Test("bodies of any size go both ways, with and without a length", arguments: [true, false])
        func bodies(hasLength: Bool) throws {
            let backend = try TestBackend("web", .echo)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port, settings: [(.initialWindowSize, 1 << 20)])
            for size in [0, 1, 16_384, 60_000] {
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let length = hasLength ? [HTTP2Field("content-length", "\(size)")] : []
                let stream = try client.request(HTTP2Probe.fields("POST") + length, body: body)
                let answer = try client.answer(on: stream)
                #expect(answer.body == body)
                #expect(answer["content-length"] == "\(size)")
                let seen = try backend.waitForRequests()
                #expect(
                    (seen["Content-Length"] == "\(size)")
                        == (hasLength || size == 0 && seen["Transfer-Encoding"] == nil))
            }
        }

        @Test("trailers go both ways, newly framed")
        func trailers() throws {
            let backend = try TestBackend("web", .chunkedWithTrailers)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let stream = try client.request(
                HTTP2Probe.fields("POST", HTTP2Field("te", "trailers"), HTTP2Field("trailer", "x-sum")),
                body: Array("Hello".utf8), trailers: [HTTP2Field("x-sum", "5")])
            let answer = try client.answer(on: stream)
            #expect(answer.text == "Hello, world")
            #expect(answer.trailers?["x-sum"] == "12")
            let seen = try backend.waitForRequests()
            #expect(seen.trailers?["X-Sum"] == "5")
        }

        @Test("what is the connection's own does not come through, and names are lower case")
        func fields() throws {
            let backend = try TestBackend(
                "web",
                .raw(
                    "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Upper: A\r\n"
                        + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                ))
            let setting = try Self.setting(backend)
            let answer = try HTTP2RawClient(port: setting.edge.port).get(host: "web-80.test")
            #expect(answer.text == "ok")
            #expect(answer["x-upper"] == "A")
            #expect(answer.fields.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
            for name in ["connection", "keep-alive", "transfer-encoding", "x-hop", "upgrade"] {
                #expect(answer[name] == nil, "\(name) reached the client")
            }
            #expect(answer.fields.allSatisfy { $0.name == $0.name.lowercased() })
        }

        @Test("HEAD, 204 and 304 end with their head", arguments: ["HEAD", "204", "304"])
        func bodiless(kind: String) throws {
            let backend = try TestBackend("web")
            switch kind {
            case "204": backend.behave(.raw("HTTP/1.1 204 No Content\r\n\r\n"))
            case "304": backend.behave(.raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"))
            default: backend.behave(.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"))
            }
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            for _ in 0..<3 {
                let stream = try client.request(HTTP2Probe.fields(kind == "HEAD" ? "HEAD" : "GET"))
                let answer = try client.answer(on: stream)
                #expect(answer.status == Int(kind) ?? 200)
                #expect(answer.body.isEmpty)
            }
        }

        @Test("103 Early Hints and 100 Continue come before the answer")
        func interim() throws {
            let backend = try TestBackend("web", .earlyHints)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let hints = try client.get(host: "web-80.test")
            #expect(hints.interim.map { $0[":status"] } == ["103"])
            #expect(hints.interim.first?["link"] == "</a.css>; rel=preload")
            #expect(hints.text == "web")

            backend.behave(.continueThenEcho)
            let stream = client.newStream()
            try client.send(
                .headers(
                    stream,
                    HTTP2Probe.fields("POST", HTTP2Field("content-length", "5"), HTTP2Field("expect", "100-continue")),
                    end: false))
            try client.wait(until: "100") {
                if case .headers(stream, let fields, false)? = $0, fields[":status"] == "100" { true } else { nil }
            }
            try client.send(.data(stream, "Hello", end: true))
            #expect(try client.answer(on: stream).text == "Hello")
        }

        @Test("a slow answer holds up no other stream of the connection")
        func interleaving() throws {
            let gate = Gate()
            let backend = try TestBackend(
                "web",
                .custom { name, request, stream in
                    if request.target == "/slow" { gate.wait() }
                    return try Behavior.identity.reply(name, request, stream)
                })
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let slow = try client.request(.request("GET", "/slow", host: "web-80.test"))
            for _ in 0..<20 { #expect(try client.get(host: "web-80.test").text == "web") }
            gate.open()
            #expect(try client.answer(on: slow).text == "web")
        }

        @Test("a stream that the client resets lets go of its endpoint; the connection goes on")
        func reset() throws {
            let backend = try TestBackend("web", .stall)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let stream = try client.request(HTTP2Probe.fields())
            try backend.waitForRequests()
            try client.send(.reset(stream))
            try backend.waitForConnections { $0 == 0 }
            backend.behave(.identity)
            #expect(try client.get(host: "web-80.test").text == "web")
        }

        @Test("an endpoint that breaks off inside a body is told by RST_STREAM, never by a good end")
        func brokenBody() throws {
            let backend = try TestBackend("web", .closeMidBody)
            let setting = try Self.setting(backend)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let stream = try client.request(HTTP2Probe.fields())
            let error = #expect(throws: LabError.self) { try client.answer(on: stream) }
            #expect(error?.description.contains("was reset") == true, "\(error.map(\.description) ?? "")")
            backend.behave(.identity)
            #expect(try client.get(host: "web-80.test").text == "web", "the connection goes on")
        }

        @Test("an answer before the whole request arrives, and the rest of the request is not waited for")
        func earlyAnswer() throws {
            let setting = try Self.setting(try TestBackend("web", .earlyResponse))
            let client = try HTTP2RawClient(port: setting.edge.port)
            let stream = client.newStream()
            try client.send(
                .headers(stream, HTTP2Probe.fields("POST", HTTP2Field("content-length", "1000000")), end: false),
                .data(stream, "part"))
            let answer = try client.answer(on: stream)
            #expect(answer.status == 413)
            #expect(answer.text == "early")
        }

        @Test("the edge's own answers: 404, 413 and 503, with a body and the edge's name")
        func ownAnswers() throws {
            let backend = try TestBackend("web", .echo)
            let setting = try Self.setting(
                backend, more: "defaults: { limits: { request_body: 10 }, timeouts: { connect: 1s } }\n")
            let client = try HTTP2RawClient(port: setting.edge.port)
            let unknown = try client.get(host: "nobody.example")
            #expect(unknown.status == 404)
            #expect(unknown["server"] == "portico")
            #expect(!unknown.body.isEmpty)
            let large = try client.request(HTTP2Probe.fields("POST"), body: [UInt8](repeating: 120, count: 100))
            #expect(try client.answer(on: large).status == 413)
            backend.stop()
            #expect([502, 503].contains(try client.get(host: "web-80.test").status))
        }

        @Test("a listener with http2: false takes the preface for what it is not, in the clear as ever")
        func notSpoken() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            let bytes = try setting.client.exchangeToEnd(
                HTTP2RawClient.preface + HTTP2Frame.settings([]).octets + HTTP2Frame.ping().octets)
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 "))
            #expect(try setting.client.get(host: "web-80.test").text == "web")
        }

        @Test("SIGTERM: GOAWAY, requests in flight finish, the connection ends, and so does the edge with 0")
        func drain() throws {
            let gate = Gate()
            let backend = try TestBackend("web", .identity(after: gate))
            let setting = try Self.setting(backend)
            let child = try setting.edge.child
            let client = try HTTP2RawClient(port: setting.edge.port)
            let streams = try (0..<5).map { _ in try client.request(HTTP2Probe.fields()) }
            try backend.waitForRequests(5)
            child.signal(SIGTERM)
            try client.wait(until: "GOAWAY") { if case .goAway? = $0 { true } else { nil } }
            #expect(client.goAway?.code == .noError)
            gate.open()
            for stream in streams { #expect(try client.answer(on: stream).text == "web") }
            #expect(try client.waitForEnd() == .noError)
            #expect((client.goAway?.last ?? 0) >= streams[4])
            #expect(try child.waitForEnd() == .exited(0))
        }

        @Test("any split of a request's octets reads the same")
        func splits() throws {
            let setting = try Self.setting(try TestBackend("web", .echo))
            let client = try HTTP2RawClient(port: setting.edge.port)
            let length = HTTP2Frame.headers(1, HTTP2Probe.fields("POST"), end: false).octets.count
            for split in 1..<(length + 14) {
                let stream = client.newStream()
                let octets =
                    HTTP2Frame.headers(stream, HTTP2Probe.fields("POST"), end: false).octets
                    + HTTP2Frame.data(stream, "abcde", end: true).octets
                try client.socket.send(Array(octets[..<split]))
                try client.socket.send(Array(octets[split...]))
                #expect(try client.answer(on: stream).text == "abcde", "split at \(split)")
            }
        }
    }
}
