import Certificates
import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// PROXY headers, in from those who are trusted and out to those who want them.
@Suite(.apart) struct ProxyHeaderTests {
    private static let line = "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n"
    private static let binary: [UInt8] =
        [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8) + [0x21, 0x11, 0, 12] + [203, 0, 113, 7, 198, 51, 100, 1]
        + [0x12, 0x67, 1, 187]

    private static func trust(_ configuration: inout GatewayConfiguration, _ network: String = "127.0.0.0/8") {
        configuration.listeners[0].readsProxy = true
        configuration.trustedProxies = [Network(network)].compactMap { $0 }
        configuration.limits.requestHeadTimeout = 2_000
    }

    // MARK: - In, to requests

    @Test(arguments: [Array(line.utf8), binary])
    func aRequestIsTheClientsThatTheHeaderTells(_ header: [UInt8]) throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { Self.trust(&$0) }
        // Whole, and octet by octet.
        for pieces in [[header + Array(get().utf8)], (header + Array(get().utf8)).map { [$0] }] {
            let stream = try edge.client.connect()
            for piece in pieces { try stream.socket.send(piece) }
            #expect(try stream.answer(by: .after(.seconds(20))).text == "b")
            #expect(backend.requests.last?["X-Forwarded-For"] == "203.0.113.7")
            #expect(backend.requests.last?["X-Real-IP"] == "203.0.113.7")
            // A second request on the connection has no header of its own.
            #expect(try stream.roundTrip(get()).text == "b")
        }
    }

    @Test func aHandshakeMayFollowTheHeader() throws {
        let pair = try Pair([host])
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { configuration in
            Self.trust(&configuration)
            configuration.listeners[0].tls = TLSListenerConfiguration()
        }
        edge.gateway.install(certificates: Pair.table([pair]), at: 0)
        let curl = try Curl(host, port: edge.port(), trusting: pair, ["--haproxy-protocol"])
        #expect(curl.text == "b")
        // Without one the handshake does not begin.
        #expect(try Curl(host, port: edge.port(), trusting: pair).ending != .exited(0))
    }

    @Test func whoIsNotTrustedTellsNothing() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { Self.trust(&$0, "10.0.0.0/8") }
        #expect(try edge.client.get(host: host).text == "b")
        #expect(backend.requests.last?["X-Forwarded-For"] == "127.0.0.1")
        let stream = try edge.client.connect()
        try stream.socket.send(Self.line + get())
        #expect(try stream.answer(by: .after(.seconds(20))).status == 400)
        #expect(backend.requestCount == 1)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: web.test\r\n\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        "PROXY UNKNOWN " + String(repeating: "x", count: 100), "\r\n\r\n\0\r\nQUIT\n\u{21}\u{11}\u{7f}\u{7f}",
    ])
    func whoIsTrustedAndTellsNothingIsCut(_ text: String) throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { Self.trust(&$0) }
        let stream = try edge.client.connect()
        try stream.socket.send(text)
        #expect(stream.socket.isReset())
        #expect(backend.requestCount == 0)
        try edge.statistics { $0.badRequests == 1 }
    }

    @Test func aHeaderHasItsTimeAndItsEnd() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { configuration in
            Self.trust(&configuration)
            configuration.limits.requestHeadTimeout = 300
        }
        let slow = try edge.connect()
        try slow.send("PROXY TCP4 1.2")
        #expect(slow.waitForEnd(by: .after(.seconds(20))))
        let half = try edge.connect()
        try half.send("PROXY TCP4 1.2")
        half.finishSending()
        #expect(half.waitForEnd(by: .after(.seconds(20))))
        #expect(backend.acceptedConnections == 0)
    }

    @Test func aProxyMaySpeakForItself() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { Self.trust(&$0) }
        let stream = try edge.client.connect()
        try stream.socket.send(Array(Self.binary[..<12]) + [0x20, 0, 0, 0] + Array(get().utf8))
        #expect(try stream.answer(by: .after(.seconds(20))).text == "b")
        #expect(backend.requests.last?["X-Real-IP"] == "127.0.0.1")
    }

    // MARK: - In and out, of TCP

    @Test(arguments: [ProxyHeaderChoice.v1, .v2])
    func whatWasToldIsPassedOn(_ version: ProxyHeaderChoice) throws {
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Edge.tcp(.raw([backend.address]) { $0.sendProxy = version }) { Self.trust(&$0) }
        let expected = version == .v1 ? Array(Self.line.utf8) : Self.binary
        for header in [Array(Self.line.utf8), Self.binary] {
            let client = try edge.connect()
            try client.send(header + Array("payload".utf8))
            #expect(try client.take(expected.count + 7) == expected + Array("payload".utf8))
        }
        let silent = try edge.connect()
        try silent.send("payload")
        #expect(silent.isReset())
    }

    @Test func theClientIsToldEvenIfTheEndpointSpeaksFirst() throws {
        let backend = try TCPBackend { socket in
            try socket.send("welcome")
            try TCPBackend.echo(socket)
        }
        let edge = try Edge.tcp(.raw([backend.address]) { $0.endpoints[0].sendProxy = .v1 })
        let client = try edge.connect()
        #expect(try client.take(7) == Array("welcome".utf8))
        let line = String(decoding: try client.take(30), as: UTF8.self)
        #expect(line.hasPrefix("PROXY TCP4 127.0.0.1 127.0.0.1"))
    }

    // MARK: - Out, of requests

    @Test(arguments: [ProxyHeaderChoice.v1, .v2])
    func eachRequestsEndpointIsToldOfItsClient(_ version: ProxyHeaderChoice) throws {
        let heads = Guarded<[[UInt8]]>([])
        let backend = try TCPBackend { socket in
            var head: [UInt8] = []
            // A binary header begins with an empty line.
            while head.count < 60 || head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
                guard try socket.receive(into: &head, by: .after(.seconds(30))) > 0 else { return }
            }
            heads.change { [head] in $0.append(head) }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = socket.waitForEnd(by: .after(.seconds(30)))
        }
        let edge = try Edge(.one([backend.address]) { $0.sendProxy = version })
        let stream = try edge.client.connect()
        for _ in 0..<2 { #expect(try stream.roundTrip(get()).text == "ok") }
        // A connection is its client's: the next request has another.
        #expect(backend.accepted.read { $0 } == 2)
        for head in heads.read({ $0 }) {
            if version == .v1 {
                #expect(String(decoding: head, as: UTF8.self).hasPrefix("PROXY TCP4 127.0.0.1 127.0.0.1 "))
            } else {
                #expect(Array(head[..<24]) == Array(Self.binary[..<16]) + [127, 0, 0, 1, 127, 0, 0, 1])
                #expect(Int(head[26]) << 8 | Int(head[27]) == Int(edge.port()))
            }
        }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func anEndpointThatSharesItsConnectionsCannotBeTold() throws {
        let table = TableDescription.one(["127.0.0.1:1"]) { service in
            service.protocol = .h2c
            service.sendProxy = .v2
        }
        let (_, problems) = RoutingTable.compile(table, previous: nil)
        #expect(problems.map(\.subject) == ["service web-80 endpoint 127.0.0.1:1"])
    }
}
