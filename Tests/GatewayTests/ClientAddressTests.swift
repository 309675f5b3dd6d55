import Gateway
import Routing
import Testing

@testable import Lab

/// Whom the edge takes for its client, and whom it lets in.
@Suite(.apart) struct ClientAddressTests {
    private func trusting(
        _ networks: String..., field: ClientAddressField = .xForwardedFor
    ) -> (
        inout GatewayConfiguration
    ) -> Void {
        { configuration in
            configuration.trustedProxies = networks.compactMap { Network($0) }
            configuration.clientAddressField = field
        }
    }

    /// The address that an endpoint is told for a request with `fields`.
    private func seen(
        _ fields: [String], _ configure: @escaping (inout GatewayConfiguration) -> Void
    ) throws -> MessageHead {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]), configure: configure)
        let lines = ["GET / HTTP/1.1", "Host: \(host)"] + fields
        return MessageHead(raw: try edge.client.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n").body)
    }

    @Test(
        arguments: [
            (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: 203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: 203.0.113.9, 192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            (["X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 192.0.2.1,10.0.0.2 , 10.1.1.1"], "192.0.2.1"),
            (["X-Forwarded-For: 10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (["X-Forwarded-For: 192.0.2.1, unknown, 10.1.1.1"], "10.1.1.1"),
            (["X-Forwarded-For: unknown"], "127.0.0.1"), (["X-Forwarded-For: ,"], "127.0.0.1"),
            (["X-Forwarded-For: [2001:db8::1]:80, ::ffff:10.0.0.1"], "2001:db8::1"),
            (["Forwarded: for=192.0.2.1"], "127.0.0.1"), ([], "127.0.0.1"),
            (["X-Forwarded-For: 192.0.2.1", "X-Real-IP: 203.0.113.7"], "192.0.2.1"),
            (["X-Real-IP: 203.0.113.7"], "203.0.113.7"),
        ] as [([String], String)])
    func theListIsWalkedFromTheRight(fields: [String], expected: String) throws {
        let head = try seen(fields, trusting("127.0.0.0/8", "10.0.0.0/8"))
        #expect(head.values("X-Real-IP") == [expected])
        #expect(head.values("Forwarded").isEmpty)
    }

    @Test(
        arguments: [
            (["Forwarded: for=203.0.113.9, for=192.0.2.1;proto=https"], "192.0.2.1"),
            (["Forwarded: for=192.0.2.1", "Forwarded: for=\"10.0.0.1:99\""], "192.0.2.1"),
            (["Forwarded: for=\"[2001:db8::1]:80\""], "2001:db8::1"), (["Forwarded: for=_hidden"], "127.0.0.1"),
            (["Forwarded: for=192.0.2.1, for=unknown"], "127.0.0.1"), (["Forwarded: proto=https"], "127.0.0.1"),
            (["Forwarded: for=\"192.0.2.1"], "127.0.0.1"), (["X-Forwarded-For: 192.0.2.1"], "127.0.0.1"),
        ] as [([String], String)])
    func forwardedIsUnderstood(fields: [String], expected: String) throws {
        let head = try seen(fields, trusting("127.0.0.0/8", "10.0.0.0/8", field: .forwarded))
        #expect(head.values("X-Real-IP") == [expected])
        // What the proxy does not keep may be the client's invention.
        let list = expected == "127.0.0.1" ? expected : "\(expected), 127.0.0.1"
        #expect(head.values("X-Forwarded-For") == [list])
    }

    @Test func aLoneAddressIsTakenAsItIs() throws {
        let fields = ["X-Real-IP: 10.0.0.9", "X-Forwarded-For: 192.0.2.1"]
        let head = try seen(fields, trusting("127.0.0.0/8", "10.0.0.0/8", field: .xRealIP))
        #expect(head.values("X-Real-IP") == ["10.0.0.9"])
    }

    @Test func ofStrangersNothingIsBelieved() throws {
        for field in ClientAddressField.allCases {
            let head = try seen(
                ["X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "X-Real-IP: 192.0.2.1"],
                trusting("10.0.0.0/8", field: field))
            #expect(head.values("X-Real-IP") == ["127.0.0.1"])
            #expect(head.values("X-Forwarded-For") == ["127.0.0.1"])
            #expect(head.values("Forwarded").isEmpty)
        }
    }

    @Test func forwardedIsSentWhereItIsAskedFor() throws {
        let plain = try seen(["Forwarded: for=1.2.3.4"]) { $0.sendsForwarded = true }
        #expect(plain.values("Forwarded") == ["for=127.0.0.1;host=\"\(host)\";proto=http"])
        let listed = try seen(["X-Forwarded-For: 203.0.113.9, 2001:db8::1"]) {
            $0.trustedProxies = [Network("127.0.0.1")].compactMap { $0 }
            $0.sendsForwarded = true
        }
        #expect(
            listed.values("Forwarded") == ["for=\"[2001:db8::1]\", for=127.0.0.1;host=\"\(host)\";proto=http"])
        let kept = try seen(["Forwarded: for=192.0.2.1;proto=https", "Forwarded: for=10.0.0.1"]) {
            $0.trustedProxies = [Network("127.0.0.1")].compactMap { $0 }
            $0.clientAddressField = .forwarded
            $0.sendsForwarded = true
        }
        #expect(
            kept.values("Forwarded") == [
                "for=192.0.2.1;proto=https, for=10.0.0.1, for=127.0.0.1;host=\"\(host)\";proto=http"
            ])
    }

    // MARK: - Who is let in

    private func networks(_ texts: String...) -> [Network] { texts.compactMap { Network($0) } }

    @Test func whoIsKeptOutGets403() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one(
                [backend.address], service: { $0.access.deny = networks("203.0.113.0/24") },
                route: { $0.access.allow = networks("192.0.2.0/24", "203.0.113.0/24") }),
            configure: {
                $0.trustedProxies = networks("127.0.0.1")
                $0.listeners[0].access.deny = networks("192.0.2.66")
            })
        let stream = try edge.client.connect()
        for (client, status) in [
            ("192.0.2.1", 200), ("203.0.113.1", 403), ("198.51.100.1", 403), ("192.0.2.66", 403), ("192.0.2.67", 200),
        ] {
            #expect(try stream.roundTrip(get("/", "X-Forwarded-For: \(client)")).status == status, "\(client)")
        }
        #expect(try stream.roundTrip(get()).status == 403)
        #expect(backend.requestCount == 2)
        let unknown = try stream.roundTrip("GET / HTTP/1.1\r\nHost: other.test\r\nX-Forwarded-For: 192.0.2.66\r\n\r\n")
        #expect(unknown.status == 403)
    }

    @Test(arguments: [
        (HTTPSPolicy.redirect, 308, 200), (.only, 403, 200), (.off, 200, 404), (.both, 200, 200),
    ])
    func aRouteIsServedOverWhatItIsMeantFor(policy: HTTPSPolicy, plain: Int, secure: Int) throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(
            .one([backend.address], route: { $0.access.https = policy }),
            configure: {
                $0.trustedProxies = networks("127.0.0.1")
                if var second = try? Edge.listener("127.0.0.1:0", name: "https") {
                    second.tls = TLSListenerConfiguration()
                    $0.listeners.append(second)
                }
            })
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get("/x?y=1"))
        #expect(answer.status == plain)
        if plain == 308 { #expect(answer["Location"] == "https://\(host)/x?y=1") }
        #expect(try stream.roundTrip(get("/.well-known/acme-challenge/t")).status == 200)
        #expect(try stream.roundTrip(get("/", "X-Forwarded-Proto: https")).status == secure)
    }

    @Test func withoutAListenerForHTTPSNobodyIsSentThere() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address], service: { $0.access.https = .redirect }))
        #expect(try edge.client.exchange(get("/x")).status == 200)
    }
}
