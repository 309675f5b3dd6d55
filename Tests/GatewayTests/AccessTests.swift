import Gateway
import Routing
import Testing

@testable import Lab

/// Rates, passwords and pace, by a gateway and its clients.
@Suite(.apart) struct AccessTests {
    /// `secret`, by bcrypt of the least cost.
    private let bcrypt = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"
    /// `secret`.
    private let sha = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="

    private func networks(_ texts: String...) -> [Network] { texts.compactMap { Network($0) } }

    private func trustLoopback(_ configuration: inout GatewayConfiguration) {
        configuration.trustedProxies = networks("127.0.0.1")
    }

    @Test func aRateIsByAddressAndOfIPv6ByItsNetwork() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one([backend.address], service: { $0.access.rate = RateLimit(requests: 2, period: 3_600) }),
            configure: trustLoopback)
        let stream = try edge.client.connect()
        for (client, status) in [
            ("192.0.2.1", 200), ("192.0.2.1", 200), ("192.0.2.1", 429), ("192.0.2.2", 200), ("2001:db8::1", 200),
            ("2001:db8::2", 200), ("2001:db8::3", 429), ("2001:db8:0:1::1", 200), ("::ffff:192.0.2.1", 429),
        ] {
            let answer = try stream.roundTrip(get("/", "X-Forwarded-For: \(client)"))
            #expect(answer.status == status, "\(client)")
            if status == 429 {
                let seconds = Int(answer["Retry-After"] ?? "") ?? 0
                #expect((1_700...1_800).contains(seconds), "\(seconds)")
            }
        }
        // A new table, with another rate, finds the buckets as they are.
        try edge.install(
            .one(
                [backend.address], generation: 2,
                service: { $0.access.rate = RateLimit(requests: 3, period: 3_600, burst: 2) }))
        #expect(try stream.roundTrip(get("/", "X-Forwarded-For: 192.0.2.1")).status == 429)
    }

    @Test(arguments: [
        (RateLimit.Key.header("X-Key"), "X-Key: a", "x-key: b"), (.cookie("id"), "Cookie: x=1; id=a", "Cookie: id=b"),
    ])
    func aRateIsByFieldOrCookie(key: RateLimit.Key, first: String, second: String) throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one(
                [backend.address],
                route: { $0.access.rate = RateLimit(requests: 1, period: 3_600, key: key) }))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get("/", first)).status == 200)
        #expect(try stream.roundTrip(get("/", first)).status == 429)
        #expect(try stream.roundTrip(get("/", second)).status == 200)
        #expect(try stream.roundTrip(get("/")).status == 200)
        #expect(try stream.roundTrip(get("/")).status == 429)
    }

    @Test func aRoutesRateIsInPlaceOfItsServices() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one(
                [backend.address], service: { $0.access.rate = RateLimit(requests: 1, period: 3_600, key: .everyone) },
                route: { $0.access.rate = .unlimited }))
        let stream = try edge.client.connect()
        for _ in 0..<5 { #expect(try stream.roundTrip(get()).status == 200) }
    }

    @Test func aListenersRateIsForAllThatIsAskedThere() throws {
        let edge = try Edge(.one([])) {
            $0.listeners[0].access.rate = RateLimit(requests: 3, period: 3_600)
            $0.listeners[0].requestBodyLimit = 4
        }
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).status == 503)
        #expect(try stream.roundTrip("GET / HTTP/1.1\r\nHost: other\r\n\r\n").status == 404)
        #expect(try stream.roundTrip("GET / HTTP/1.1\r\nHost: other\r\n\r\n").status == 404)
        #expect(try stream.roundTrip(get()).status == 429)
        #expect(
            try Edge(.one([])) { $0.listeners[0].requestBodyLimit = 4 }.client.exchange(post("hello")).status == 413)
    }

    @Test func anAddressHasSoManyConnectionsAndNoMore() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address]), workers: 2) { $0.listeners[0].connectionsPerAddress = 3 }
        var streams: [MessageStream] = []
        for _ in 0..<3 {
            let stream = try edge.client.connect()
            #expect(try stream.roundTrip(get()).status == 200)
            streams.append(stream)
        }
        for _ in 0..<3 {
            #expect(throws: (any Error).self) { try edge.client.exchange(get()) }
        }
        streams.removeAll()
        // The edge hears of the ends a moment later.
        let deadline = Deadline.after(.seconds(20))
        var status = 0
        while status != 200, !deadline.hasPassed {
            status = (try? edge.client.exchange(get()).status) ?? 0
        }
        #expect(status == 200)
    }

    @Test func newConnectionsComeAtARate() throws {
        let edge = try Edge(.one([])) {
            $0.listeners[0].connectionRate = RateLimit(requests: 2, period: 3_600)
        }
        for _ in 0..<2 { #expect(try edge.client.exchange(get()).status == 503) }
        #expect(throws: (any Error).self) { try edge.client.exchange(get()) }
    }

    // MARK: - Passwords

    private func basic(_ text: String) -> String {
        "Authorization: Basic " + Self.base64(Array(text.utf8))
    }

    private static func base64(_ octets: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: octets.count, by: 3) {
            let rest = octets[start..<min(start + 3, octets.count)]
            let bits = rest.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - rest.count))
            for place in 0..<4 {
                text += place <= rest.count ? String(alphabet[bits >> (18 - 6 * place) & 63]) : "="
            }
        }
        return text
    }

    private func guarded(_ users: [PasswordEntry], _ address: String, generation: UInt64 = 1) -> TableDescription {
        .one(
            [address], generation: generation,
            route: { $0.access.basicAuth = BasicAuth(realm: "a \"b\"", users: users) })
    }

    @Test func whoHasThePasswordGetsIn() throws {
        let backend = try TestBackend("b", .mirror)
        let users = [
            PasswordEntry(user: "alice", hash: bcrypt), PasswordEntry(user: "bob", hash: sha),
        ]
        let edge = try Edge(guarded(users, backend.address))
        let stream = try edge.client.connect()
        let refused = try stream.roundTrip(get())
        #expect(refused.status == 401)
        #expect(refused["WWW-Authenticate"] == "Basic realm=\"a \\\"b\\\"\", charset=\"UTF-8\"")
        for wrong in [
            basic("alice:wrong"), basic("alice:"), basic("carol:secret"), basic("alice"), basic(":secret"),
            "Authorization: Basic", "Authorization: Basic ???", "Authorization: Bearer abc", basic("al\tice:secret"),
            basic("ALICE:secret"), basic("alice:secret") + "\r\n" + basic("alice:secret"),
        ] {
            let answer = try stream.roundTrip(get("/", wrong))
            #expect(answer.status == 401, "\(wrong)")
            #expect(answer["WWW-Authenticate"] != nil)
        }
        #expect(backend.requestCount == 0)
        // The second time without a hash.
        for user in ["alice", "bob", "alice", "bob"] {
            let seen = MessageHead(
                raw: try stream.roundTrip(
                    get("/", basic("\(user):secret"), "X-Forwarded-User: root", "X_Forwarded_User: root")
                ).body)
            #expect(seen.values("X-Forwarded-User") == [user])
            #expect(seen["X_Forwarded_User"] == nil)
            #expect(seen["Authorization"] != nil)
        }
        // Bodies wait behind the question.
        #expect(try stream.roundTrip(post("hello", basic("alice:secret"))).status == 200)
        // What was verified by a hash that is no more counts no more.
        try edge.install(guarded([PasswordEntry(user: "alice", hash: sha + "")], backend.address, generation: 2))
        #expect(try stream.roundTrip(get("/", basic("bob:secret"))).status == 401)
        #expect(try stream.roundTrip(get("/", basic("alice:secret"))).status == 200)
    }

    @Test func theFieldGoesNoFurtherWhereItIsToBeRemoved() throws {
        let backend = try TestBackend("b", .mirror)
        var auth = BasicAuth(users: [PasswordEntry(user: "bob", hash: sha)])
        auth.removesHeader = true
        let edge = try Edge(.one([backend.address], service: { $0.access.basicAuth = auth }))
        let seen = MessageHead(raw: try edge.client.exchange(get("/", basic("bob:secret"))).body)
        #expect(seen["Authorization"] == nil)
        #expect(seen["X-Forwarded-User"] == "bob")
    }

    @Test func aRouteMayAskNobodyWhereItsServiceAsks() throws {
        let backend = try TestBackend("b", .target)
        var off = BasicAuth()
        off.isOff = true
        let edge = try Edge(
            .one(
                [backend.address],
                service: { $0.access.basicAuth = BasicAuth(users: [PasswordEntry(user: "bob", hash: sha)]) },
                route: { $0.access.basicAuth = off }))
        #expect(try edge.client.exchange(get()).status == 200)
    }

    @Test func aClientThatLeavesWhileItsPasswordIsVerifiedLeavesNothing() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(guarded([PasswordEntry(user: "alice", hash: bcrypt)], backend.address))
        for turn in 0..<50 {
            let stream = try edge.client.connect()
            try stream.socket.send(get("/", basic("alice:wrong\(turn)")))
        }
        #expect(try edge.client.exchange(get("/", basic("alice:secret"))).status == 200)
        try edge.waitUntilNothingIsInFlight()
    }

    // MARK: - Pace

    @Test func anAnswerGoesNoFasterThanItMay() throws {
        let body = [UInt8](repeating: 65, count: 200_000)
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                try stream.socket.send(body)
                return true
            })
        let edge = try Edge(.one([backend.address], service: { $0.access.bandwidth = 100_000 }))
        let clock = ContinuousClock()
        let start = clock.now
        let answer = try edge.client.exchange(get())
        let elapsed = clock.now - start
        #expect(answer.body == body)
        // Two seconds' worth, less what goes at once; a busy machine is later.
        #expect(elapsed > .milliseconds(1_500), "\(elapsed)")
        let edge2 = try Edge(.one([backend.address], service: { $0.access.bandwidth = 0 }))
        #expect(try edge2.client.exchange(get()).body == body)
    }
}
