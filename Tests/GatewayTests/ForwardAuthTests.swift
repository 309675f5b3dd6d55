import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// Requests about which another service is asked first.
@Suite(.apart) struct ForwardAuthTests {
    /// The route of ``TableDescription/one(_:service:route:)``, which asks the service `auth-80` at `asked`.
    private static func table(
        _ endpoint: String, asking asked: [String], auth edit: (inout ServiceDescription) -> Void = { _ in },
        rule change: (inout ForwardAuth) -> Void = { _ in }
    ) -> TableDescription {
        var description = TableDescription.one([endpoint])
        var auth = ServiceDescription(name: "auth-80")
        auth.endpoints = asked.map { EndpointDescription(address: $0, provenance: Provenance(source: "test")) }
        edit(&auth)
        description.services.append(auth)
        var forwardAuth = ForwardAuth(service: "auth-80")
        forwardAuth.path = "/verify?a=b"
        forwardAuth.responseHeaders = ["X-User", "X-Groups"]
        change(&forwardAuth)
        description.routes[0].forwardAuth = forwardAuth
        return description
    }

    private static func yes(_ fields: String = "", body: String = "") -> Behavior {
        .raw("HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    @Test func theQuestionTellsOfTheRequestAndTheRequestOfTheAnswer() throws {
        let auth = try TestBackend("a", Self.yes("X-User: anna\r\nX-Other: no\r\n", body: "fine"))
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address]))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            let answer = try stream.roundTrip(
                "POST /path/x?q=1 HTTP/1.1\r\nHost: \(host)\r\nCookie: c=d\r\nAuthorization: Basic x\r\nX-User: evil\r\n"
                    + "x-groups: evil\r\nX-Forwarded-Uri: /evil\r\nIf-None-Match: \"a\"\r\nRange: bytes=0-1\r\n"
                    + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello")
            #expect(answer.text == "hello")
        }
        let question = try #require(auth.requests.first)
        #expect(question.head.startLine == "GET /verify?a=b HTTP/1.1")
        #expect(question["Host"] == host)
        #expect(question["Cookie"] == "c=d")
        #expect(question["Authorization"] == "Basic x")
        #expect(question["X-Forwarded-Method"] == "POST")
        #expect(question.head.values("X-Forwarded-Uri") == ["/path/x?q=1"])
        #expect(question["X-Forwarded-Host"] == host)
        #expect(question["X-Forwarded-Proto"] == "http")
        #expect(question["X-Forwarded-For"] == "127.0.0.1")
        for name in ["Content-Length", "Transfer-Encoding", "If-None-Match", "Range", "Connection"] {
            #expect(question[name] == nil, "\(name)")
        }
        let request = try #require(backend.requests.first)
        #expect(request.head.values("X-User") == ["anna"])
        #expect(request["X-Groups"] == nil)
        #expect(request["X-Other"] == nil)
        #expect(request["If-None-Match"] == "\"a\"")
        #expect(request["X-Portico-Forward-Auth"] == nil)
        // Connections are used again on both sides.
        #expect(auth.acceptedConnections == 1)
        #expect(backend.acceptedConnections == 1)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test(arguments: [
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nSet-Cookie: a=b\r\nContent-Length: 7\r\n\r\nno way\n",
        "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nno way\n\r\n0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://login.test/?to=x\r\nContent-Length: 7\r\n\r\nno way\n",
        "HTTP/1.1 500 Oh\r\nContent-Length: 7\r\n\r\nno way\n",
    ])
    func anyOtherAnswerIsTheClients(_ text: String) throws {
        let auth = try TestBackend("a", .raw(text))
        let backend = try TestBackend("b", .identity)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address]))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            // A small body that is there is no reason to end the connection.
            let answer = try stream.roundTrip(post("hello"))
            #expect("\(answer.status)" == text.dropFirst(9).prefix(3))
            #expect(answer.text == "no way\n")
            #expect(answer["WWW-Authenticate"] == (answer.status == 401 ? "Basic realm=\"x\"" : nil))
            #expect(answer["Set-Cookie"] == (answer.status == 401 ? "a=b" : nil))
            #expect(answer["Location"] == (answer.status == 302 ? "https://login.test/?to=x" : nil))
        }
        let head = try edge.client.get(host: host, method: "HEAD")
        #expect(head.status == Int(text.dropFirst(9).prefix(3)))
        #expect(backend.acceptedConnections == 0)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aNoBeforeALargeBodyEndsTheConnectionBehindIt() throws {
        let auth = try TestBackend("a", .raw("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"))
        let backend = try TestBackend("b", .count)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address]))
        let stream = try edge.client.connect()
        try stream.socket.send("PUT / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 1000000\r\n\r\nabc")
        let answer = try stream.answer(to: "PUT", by: .after(.seconds(20)))
        #expect(answer.status == 403)
        #expect(answer["Connection"] == "close")
        stream.socket.finishSending()
        #expect(try stream.hasEnded())
        #expect(backend.acceptedConnections == 0)
    }

    @Test func theBodyWaitsForTheAnswer() throws {
        let gate = Gate()
        let auth = try TestBackend("a", .identity(after: gate))
        let backend = try TestBackend("b", .count)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address]))
        let client = edge.client
        let size = 4 << 20
        let upload = Background {
            let stream = try client.connect()
            try stream.socket.send("PUT / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(size)\r\n\r\n")
            for _ in 0..<4 { try stream.socket.send([UInt8](repeating: 1, count: 1 << 20), by: .after(.seconds(60))) }
            return try stream.answer(to: "PUT", by: .after(.seconds(60))).text
        }
        _ = try auth.waitForRequests(1)
        #expect(backend.acceptedConnections == 0)
        gate.open()
        #expect(try upload.result() == "\(size)")
    }

    @Test(
        arguments: [
            ("refusing", 503, "forward-auth-unreachable"), ("nobody", 503, "forward-auth-unreachable"),
            ("stalling", 503, "forward-auth-unreachable"), ("garbage", 502, "forward-auth-failed"),
            ("closing", 502, "forward-auth-failed"), ("partial", 502, "forward-auth-failed"),
        ])
    func withoutAnAnswerNobodyGoesOn(_ how: String, _ status: Int, _ label: String) throws {
        let behavior: [String: Behavior] = [
            "stalling": .stall, "garbage": .garbage, "closing": .closeAfterRequest, "partial": .partialHead,
        ]
        let auth = try TestBackend("a", behavior[how] ?? .identity)
        var asked = [auth.address]
        if how == "nobody" { asked = [] }
        if how == "refusing" { asked = ["127.0.0.1:\(try FreePort.next())"] }
        let backend = try TestBackend("b", .identity)
        let edge = try Edge(
            Self.table(backend.address, asking: asked, auth: { $0.retries.attempts = 0 }, rule: { $0.timeout = 500 }))
        let answer = try edge.client.get(host: host, fields: ["Accept: application/json"])
        #expect(answer.status == status)
        #expect(answer.text.contains(label), "\(answer.text)")
        #expect(backend.acceptedConnections == 0)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func anotherEndpointOfTheServiceIsAskedWhereOneRefuses() throws {
        let auth = try TestBackend("a", Self.yes())
        let backend = try TestBackend("b", .identity)
        let gone = "127.0.0.1:\(try FreePort.next())"
        let edge = try Edge(Self.table(backend.address, asking: [gone, auth.address]))
        for _ in 0..<4 { #expect(try edge.client.get(host: host).text == "b") }
        #expect(auth.requests.count == 4)
    }

    @Test func aClientThatGoesMeanwhileLeavesNothingBehind() throws {
        let auth = try TestBackend("a", .stall)
        let backend = try TestBackend("b", .identity)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address], rule: { $0.timeout = 60_000 }))
        for number in 1...20 {
            let stream = try edge.client.connect()
            try stream.socket.send(get())
            _ = try auth.waitForRequests(number)
            stream.socket.reset()
        }
        try edge.waitUntilNothingIsInFlight()
        try edge.statistics { $0.connections == 0 }
        #expect(backend.acceptedConnections == 0)
    }

    @Test(arguments: [false, true])
    func aLongYesIsReadToItsEndOrCut(isEndless: Bool) throws {
        let auth = try TestBackend(
            "a", isEndless ? .generate(1 << 30) : Self.yes(body: String(repeating: "y", count: 20_000)))
        let backend = try TestBackend("b", .identity)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address]))
        let stream = try edge.client.connect()
        for _ in 0..<3 { #expect(try stream.roundTrip(get()).text == "b") }
        try edge.waitUntilNothingIsInFlight()
        #expect(isEndless || auth.acceptedConnections <= 2)
    }

    @Test func upgradesAreAskedAboutToo() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let no = try TestBackend("a", .status(401))
        let edge = try Edge(Self.table(backend.address, asking: [no.address]))
        let request = get("/", "Connection: upgrade", "Upgrade: echo")
        #expect(try edge.client.connect().roundTrip(request).status == 401)
        let yes = try TestBackend("a", Self.yes())
        var table = Self.table(backend.address, asking: [yes.address])
        table.generation = 2
        try edge.install(table)
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(request).status == 101)
        try stream.socket.send("hello")
        #expect(try stream.take(5) == Array("hello".utf8))
    }

    @Test func clientsOfHTTP2AreAskedAboutToo() throws {
        let auth = try TestBackend(
            "a", .first(1, Self.yes("X-User: anna\r\n"), then: .raw("HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nno\n"))
        )
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(Self.table(backend.address, asking: [auth.address])) { $0.listeners[0].http2 = true }
        let arguments = [
            "--http2-prior-knowledge", "-H", "Host: \(host)", "-w", "%{http_code}", "http://127.0.0.1:\(edge.port())/",
        ]
        #expect(try Curl(arguments + ["-d", "hello"]).text == "hello200")
        #expect(backend.requests.first?["X-User"] == "anna")
        // Without a body: one that is still on its way when the answer is whole has the stream reset (RFC 9113 §8.1), which
        // curl may take for a failure.
        #expect(try Curl(arguments).lines == ["no", "401"])
        #expect(backend.requests.count == 1)
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func aQuestionThatLeadsBackHereIsRefused() throws {
        let backend = try TestBackend("b", .identity)
        let port = try FreePort.next()
        // The service that is asked is this edge, whose route asks it again.
        let edge = try Edge(Self.table(backend.address, asking: ["127.0.0.1:\(port)"])) {
            $0.listeners.append((try? Edge.listener("127.0.0.1:\(port)", name: "again")) ?? $0.listeners[0])
        }
        #expect(try edge.client.get(host: host).status == 508)
        #expect(backend.acceptedConnections == 0)
    }

    @Test func onlyWhatIsNamedIsTold() throws {
        let auth = try TestBackend("a", Self.yes())
        let backend = try TestBackend("b", .identity)
        let edge = try Edge(
            Self.table(
                backend.address, asking: [auth.address],
                rule: {
                    $0.requestHeaders = ["authorization"]
                    $0.host = "auth.internal"
                }))
        _ = try edge.client.get(host: host, fields: ["Cookie: a=b", "Authorization: Basic x", "Accept: */*"])
        let question = try #require(auth.requests.first)
        #expect(question["Host"] == "auth.internal")
        #expect(question["Authorization"] == "Basic x")
        #expect(question["X-Forwarded-Host"] == host)
        #expect(question["Cookie"] == nil)
        #expect(question["Accept"] == nil)
    }

    @Test func aServiceThatNobodyServesLetsNobodyIn() throws {
        let backend = try TestBackend("b", .identity)
        var description = TableDescription.one([backend.address])
        description.routes[0].forwardAuth = ForwardAuth(service: "nowhere")
        let (table, problems) = RoutingTable.compile(description, previous: nil)
        #expect(problems.count == 1)
        #expect(problems.first?.reason.contains("nowhere") == true)
        let edge = try Edge(.one([backend.address], generation: 1))
        edge.gateway.install(table)
        try edge.statistics { _ in (try? edge.client.get(host: host).status) == 503 }
    }
}
