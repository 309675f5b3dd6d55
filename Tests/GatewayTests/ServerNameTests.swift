import Certificates
import Gateway
import Routing
import Testing

@testable import Lab

/// TLS at TCP listeners: routed by the server's name unread, or ended there.
@Suite(.apart) struct ServerNameTests {
    private static let hello = WireHello.octets

    private static func edge(
        _ names: [String: String], fallback: String? = nil, _ services: [ServiceDescription],
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> Edge {
        var table = TableDescription()
        table.services = services
        return try Edge(table) { configuration in
            var tcp = TCPListenerConfiguration(service: fallback)
            tcp.names = names
            configuration.listeners[0].tcp = tcp
            configure(&configuration)
        }
    }

    /// An edge that ends TLS for `names` itself and answers with its backend's name: behind another one, a server.
    private static func server(_ name: String, _ pair: Pair) throws -> (edge: Edge, backend: TestBackend) {
        let backend = try TestBackend(name)
        var route = TableDescription.one([backend.address])
        route.routes[0].hosts = ["*"]
        let edge = try Edge(route) { $0.listeners[0].tls = TLSListenerConfiguration() }
        edge.gateway.install(certificates: Pair.table([pair]), at: 0)
        return (edge, backend)
    }

    @Test func aNameLeadsToItsService() throws {
        let pair = try Pair(["a.example.com", "*.b.example.com", "other.test"])
        let (a, aBackend) = try Self.server("a", pair)
        let (b, bBackend) = try Self.server("b", pair)
        let (rest, restBackend) = try Self.server("rest", pair)
        let edge = try Self.edge(
            ["a.example.com": "a-443", "*.b.example.com": "b-443"], fallback: "rest-443",
            [("a-443", a), ("b-443", b), ("rest-443", rest)].map { name, server in
                TableDescription.service(name, ["127.0.0.1:\(server.port())"])
            })
        for (host, expected) in [
            ("a.example.com", "a"), ("A.Example.COM", "a"), ("x.b.example.com", "b"), ("other.test", "rest"),
        ] {
            for version in ["1.2", "1.3"] {
                let curl = try Curl(host, port: edge.port(), trusting: pair, ["--tls-max", version])
                #expect(curl.text == expected)
            }
        }
        #expect([aBackend, bBackend, restBackend].map(\.requestCount) == [4, 2, 2])
    }

    @Test func aNameOfNobodyIsToldSo() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Self.edge(["a.test": "a-443"], [TableDescription.service("a-443", [backend.address])])
        let openssl = try ChildProcess(
            "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(edge.port())", "-servername", "b.test"])
        _ = try openssl.waitForEnd(within: .seconds(30))
        let said = try openssl.waitForOutput().joined(separator: "\n")
        #expect(said.contains("unrecognized name"), "\(said)")
        #expect(backend.accepted.read { $0 } == 0)
    }

    @Test func whatIsNoHelloIsCut() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Self.edge(
            ["a.test": "a-443"], fallback: "a-443", [TableDescription.service("a-443", [backend.address])])
        let client = try edge.connect()
        try client.send("GET / HTTP/1.1\r\n\r\n")
        #expect(client.isReset())
        // A hello that never ends is no better, nor one whose client has gone half-way.
        let half = try edge.connect()
        try half.send(Array(Self.hello.dropLast()))
        half.finishSending()
        #expect(half.isReset())
        #expect(backend.accepted.read { $0 } == 0)
    }

    @Test func aHelloThatComesOctetByOctetGoesOnAsItIs() throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Self.edge(["a.test": "a-443"], [TableDescription.service("a-443", [backend.address])])
        let client = try edge.connect()
        for octet in Self.hello {
            #expect(backend.accepted.read { $0 } == 0)
            try client.send([octet])
        }
        try client.send("and more")
        #expect(try client.take(Self.hello.count + 8) == Self.hello + Array("and more".utf8))
    }

    @Test func aHelloHasItsTime() throws {
        let edge = try Self.edge(["a.test": "a-443"], []) { $0.limits.requestHeadTimeout = 200 }
        let client = try edge.connect()
        try client.send(Array(Self.hello[..<20]))
        #expect(client.isReset())
    }

    @Test func tlsEndsInFrontOfPlainEndpoints() throws {
        let pair = try Pair(["a.test", "b.test"])
        let (one, two) = (try TestBackend("one"), try TestBackend("two"))
        one.behave(.echo)
        let edge = try Self.edge(
            ["b.test": "two-80"], fallback: "one-80",
            [TableDescription.service("one-80", [one.address]), TableDescription.service("two-80", [two.address])]
        ) { $0.listeners[0].tls = TLSListenerConfiguration() }
        edge.gateway.install(certificates: Pair.table([pair]), at: 0)
        #expect(try Curl("b.test", port: edge.port(), trusting: pair).text == "two")
        let folder = try ScratchFolder()
        let sent = String(repeating: "0123456789abcdef\n", count: 200_000)
        let path = try folder.write("body", sent)
        let curl = try Curl(
            "a.test", port: edge.port(), trusting: pair,
            ["--data-binary", "@\(path)", "-H", "Expect:", "-o", folder.path + "/back", "-w", "%{http_code}"])
        #expect(curl.text == "200")
        #expect(try folder.read("back") == sent)
        #expect(one.requests.last?["X-Forwarded-For"] == nil)
        try edge.statistics { $0.handshakes == 2 }
    }

    @Test func endpointsMaySpeakTLS() throws {
        let pair = try Pair(["a.test"])
        let (server, backend) = try Self.server("secure", pair)
        let edge = try Self.edge(
            [:], fallback: raw,
            [
                TableDescription.service(raw, ["127.0.0.1:\(server.port())"]) { service in
                    service.protocol = .https
                    service.tls = UpstreamTLS()
                    service.tls?.verifies = false
                }
            ])
        let answer = try edge.client.get(host: "a.test")
        #expect(answer.text == "secure")
        #expect(backend.requestCount == 1)
    }
}

/// The hello of a client that asks for `a.test`.
private enum WireHello {
    static var octets: [UInt8] {
        let name = Array("a.test".utf8)
        let list: [UInt8] = [0, UInt8(name.count + 3), 0, 0, UInt8(name.count)] + name
        let fields: [UInt8] = [0, 0, 0, UInt8(list.count)] + list
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 9, count: 32) + [0, 0, 2, 0x13, 1, 1, 0, 0, UInt8(fields.count)] + fields
        let message: [UInt8] = [1, 0, 0, UInt8(body.count)] + body
        // In two records.
        return [22, 3, 1, 0, 10] + message[..<10] + [22, 3, 1, 0, UInt8(message.count - 10)] + message[10...]
    }
}
