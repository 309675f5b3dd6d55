import Gateway
import Routing
import Testing

@testable import Lab

/// Which fields reach whom.
@Suite(.apart) struct FieldTests {
    @Test func hopByHopFieldsOfARequestGoNoFurther() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(
            get(
                "/", "Connection: keep-alive, X-Named , x-OTHER", "Keep-Alive: timeout=5", "X-Named: 1", "x-other: 2",
                "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic x", "TE: trailers, deflate",
                "Proxy: http://evil", "Content_Length: 5", "X-Stays: yes", "Cookie: a=b"))
        let seen = answer.text.lowercased()
        for name in [
            "keep-alive", "x-named", "x-other", "proxy-connection", "proxy-authorization", "proxy:", "content_length",
            "deflate",
        ] {
            #expect(!seen.contains(name), "\(name)")
        }
        #expect(answer.text.contains("\r\nX-Stays: yes\r\nCookie: a=b\r\n"))
        #expect(answer.text.contains("\r\nConnection: TE\r\nTE: trailers\r\n"))
    }

    @Test func hopByHopFieldsOfAnAnswerGoNoFurther() throws {
        let backend = try TestBackend(
            "b",
            .raw(
                "HTTP/1.1 200 OK\r\nConnection: x-named, close\r\nX-Named: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n",
                keepsAlive: false))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            #expect(
                undated(try stream.roundTrip(get()).head.raw)
                    == "HTTP/1.1 200 OK\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(backend.acceptedConnections == 2)
    }

    @Test func connectionCannotNameWhatFramesOrRoutesAMessage() throws {
        let names = "content-length, host, transfer-encoding, x-forwarded-for, x-real-ip, x-request-id"
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(post("hello", "Connection: \(names)")).text == "hello")
        let chunked = "POST / HTTP/1.1\r\nHost: \(host)\r\nConnection: \(names)\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try stream.roundTrip(chunked + "5\r\nworld\r\n0\r\n\r\n").text == "world")
        for request in backend.requests {
            #expect(request.head.values("Host") == [host])
            for name in ["X-Forwarded-For", "X-Real-IP", "X-Request-Id"] {
                #expect(request.head.values(name).count == 1, "\(name)")
            }
        }
        #expect(backend.acceptedConnections == 1)
        backend.behave(.raw("HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nhi"))
        #expect(try stream.roundTrip(get()).text == "hi")
        #expect(try stream.roundTrip(get()).text == "hi")
        #expect(backend.acceptedConnections == 1)
    }

    @Test func hostComesFirstAndAsItWasSent() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let sent = try edge.client.exchange("GET /p HTTP/1.1\r\nAccept: x\r\nHost: WEB.test:8080\r\n\r\n")
        #expect(sent.text.hasPrefix("GET /p HTTP/1.1\r\nHost: WEB.test:8080\r\nAccept: x\r\n"))
        #expect(sent.text.contains("\r\nX-Forwarded-Host: WEB.test:8080\r\n"))
        let absolute = try edge.client.exchange("GET http://web.test/p HTTP/1.1\r\nHost: web.test\r\n\r\n")
        #expect(absolute.text.hasPrefix("GET /p HTTP/1.1\r\nHost: web.test\r\n"))
    }

    @Test func ofAnUntrustedClientNothingIsBelieved() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let port = edge.port()
        let answer = try edge.client.exchange(
            get(
                "/", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil",
                "X-Forwarded-Port: 1", "X-Real-IP: 1.1.1.1", "X-Request-Id: mine", "Forwarded: for=1.1.1.1",
                "X-Forwarded-Prefix: /e", "X-Forwarded-Server: e", "X-Forwarded-Ssl: on", "X_Forwarded_For: 1.1.1.1",
                "X_Real_IP: 1.1.1.1", "X-Forwarded_For: 1.1.1.1"))
        let head = MessageHead(raw: answer.body)
        #expect(
            head.fields.map(\.name) == [
                "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Host", "X-Real-IP",
                "X-Request-Id",
            ])
        #expect(head["X-Forwarded-For"] == "127.0.0.1")
        #expect(head["X-Forwarded-Proto"] == "http")
        #expect(head["X-Forwarded-Port"] == "\(port)")
        #expect(head["X-Forwarded-Host"] == host)
        #expect(head["X-Real-IP"] == "127.0.0.1")
        let name = head["X-Request-Id"] ?? ""
        #expect(name.count == 32 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test func whatATrustedProxySaysIsKeptAndAddedTo() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address])) {
            $0.trustedProxies = [Network("127.0.0.0/8")].compactMap { $0 }
        }
        let answer = try edge.client.exchange(
            get(
                "/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2, 192.0.2.3", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: shop", "X-Forwarded-Port: 443", "X-Real-IP: 192.0.2.1", "X-Request-Id: mine"))
        let head = MessageHead(raw: answer.body)
        #expect(head.values("X-Forwarded-For") == ["192.0.2.1, 192.0.2.2, 192.0.2.3, 127.0.0.1"])
        #expect(head.values("X-Forwarded-Proto") == ["https"])
        #expect(head.values("X-Forwarded-Host") == ["shop"])
        #expect(head.values("X-Forwarded-Port") == ["443"])
        // The proxy's own word is the list's last; what it was told besides may be anybody's.
        #expect(head.values("X-Real-IP") == ["192.0.2.3"])
        #expect(head.values("X-Request-Id") == ["mine"])
        let bare = MessageHead(raw: try edge.client.exchange(get()).body)
        #expect(bare["X-Forwarded-Proto"] == "http")
        #expect(bare["X-Real-IP"] == "127.0.0.1")
    }

    @Test func requestNamesDiffer() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        var names: Set<String> = []
        for _ in 0..<50 {
            names.insert(MessageHead(raw: try stream.roundTrip(get()).body)["X-Request-Id"] ?? "")
        }
        #expect(names.count == 50)
    }

    @Test func fieldsAreEditedBothWays() throws {
        let backend = try TestBackend(
            "b", .raw("HTTP/1.1 200 OK\r\nServer: x\r\nX-Old: 1\r\nContent-Length: 0\r\n\r\n"))
        let edge = try Edge(
            .one(
                [backend.address],
                route: { route in
                    route.requestHeaders.set = [
                        NameValue(name: "X-Env", value: "prod"), NameValue(name: "Host", value: "inner"),
                    ]
                    route.requestHeaders.remove = ["X-Debug"]
                    route.responseHeaders.set = [NameValue(name: "X-New", value: "2")]
                    route.responseHeaders.remove = ["server", "X-Old"]
                }))
        let answer = try edge.client.exchange(get("/", "x-debug: 1", "X-Env: client", "X-Stays: 1"))
        #expect(undated(answer.head.raw) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-New: 2\r\n\r\n")
        let seen = try #require(backend.requests.first)
        #expect(seen.head.values("X-Env") == ["prod"])
        #expect(seen.head.values("Host") == ["inner"])
        #expect(seen["X-Debug"] == nil)
        #expect(seen["X-Stays"] == "1")
    }

    @Test func pathsAreStrippedAndRewritten() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one(
                [backend.address],
                route: { route in
                    route.paths = ["/api"]
                    route.stripPrefix = "/api"
                    route.rewrite = PathRewrite(match: "^/old/(.*)$", to: "/new/$1")
                }))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get("/api/old/x?q=1")).text == "/new/x?q=1")
        #expect(try stream.roundTrip(get("/api")).text == "/")
        #expect(try stream.roundTrip(get("/a/../api/y")).text == "/y")
        #expect(try stream.roundTrip(get("/apish")).status == 404)
    }

    @Test func aRouteRedirects() throws {
        let edge = try Edge(
            .one([], route: { $0.redirect = Redirect(to: "https://new.test$request_uri", status: 302) }))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get("/a/./b?c=d"))
        #expect(answer.status == 302)
        #expect(answer["Location"] == "https://new.test/a/b?c=d")
        #expect(answer["Content-Length"] == "0")
        #expect(try stream.roundTrip("HEAD / HTTP/1.1\r\nHost: \(host)\r\n\r\n", method: "HEAD").status == 302)
    }

    @Test func aListenerRedirectsToHTTPSButForCertificateChallenges() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address])) { $0.listeners[0].redirectsToHTTPS = true }
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip("GET /x?y=1 HTTP/1.1\r\nHost: WEB.test:8080\r\n\r\n")
        #expect(answer.status == 308)
        #expect(answer["Location"] == "https://web.test/x?y=1")
        #expect(try stream.roundTrip(get("/.well-known/acme-challenge/t")).text == "/.well-known/acme-challenge/t")
        #expect(try stream.roundTrip(get("/.well-known/acme-challenge/../../x")).status == 308)
        let hostless = try edge.client.exchange("GET / HTTP/1.0\r\n\r\n")
        #expect(hostless.status == 400)
        #expect(backend.requestCount == 1)
    }
}
