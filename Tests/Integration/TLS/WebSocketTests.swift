import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// WebSockets over TLS, by the upgrade of HTTP/1.1 and by HTTP/2's extended CONNECT (RFC 8441).
    @Suite(.timeLimit(.minutes(1))) struct SecureWebSockets {
        private static let server = """
            import asyncio, websockets
            async def echo(socket, *_):
                async for message in socket: await socket.send(message)
            async def main():
                async with websockets.serve(echo, "127.0.0.1", 0, max_size=None) as server:
                    print("port", server.sockets[0].getsockname()[1], flush=True)
                    await asyncio.Future()
            asyncio.run(main())
            """

        private static let client = """
            import asyncio, ssl, sys, websockets
            port, authority = int(sys.argv[1]), sys.argv[2]
            async def main():
                context = ssl.create_default_context(cafile=authority)
                async with websockets.connect("wss://web-80.test/chat", host="127.0.0.1", port=port, ssl=context,
                                              server_hostname="web-80.test", max_size=None) as socket:
                    for size in (1, 200, 70_000, 3_000_000):
                        await socket.send(b"x" * size)
                        assert await socket.recv() == b"x" * size
                    await socket.send("text")
                    assert await socket.recv() == "text"
                print("spoken")
            asyncio.run(main())
            """

        /// An edge before a real server of WebSockets.
        private static func stage() throws -> (secure: SecureSetting, server: ChildProcess, folder: ScratchFolder) {
            let folder = try ScratchFolder()
            let (server, port) = try Command.server(Self.server, in: folder)
            let secure = try SecureSetting()
            try secure.setting.api.put("services/web-80/h1:c0:80", "127.0.0.1:\(port)")
            try secure.setting.settle()
            return (secure, server, folder)
        }

        @Test("a real client speaks with a real server over wss")
        func upgrade() throws {
            let stage = try Self.stage()
            let outcome = try Command.script(
                Self.client, ["\(stage.secure.port)", stage.secure.authority.certificate])
            #expect(outcome.text == "spoken")
        }

        /// A masked frame of a client: final, binary, under 126 octets.
        private static func frame(_ text: String) -> [UInt8] {
            let mask: [UInt8] = [1, 2, 3, 4]
            let payload = text.utf8.enumerated().map { $0.element ^ mask[$0.offset % 4] }
            return [0x82, 0x80 | UInt8(payload.count)] + mask + payload
        }

        private static let connect: [HTTP2Field] = [
            HTTP2Field(":method", "CONNECT"), HTTP2Field(":protocol", "websocket"), HTTP2Field(":scheme", "https"),
            HTTP2Field(":path", "/chat"), HTTP2Field(":authority", "web-80.test"),
            HTTP2Field("sec-websocket-version", "13"),
        ]

        @Test("extended CONNECT becomes an upgrade at the endpoint, beside other streams of the connection")
        func extendedConnect() throws {
            let stage = try Self.stage()
            let client = try stage.secure.bridge().client()
            #expect(client.settings[.enableConnectProtocol] == 1)
            let tunnels = (0..<3).map { _ in client.newStream() }
            for tunnel in tunnels { try client.send(.headers(tunnel, Self.connect, end: false)) }
            for tunnel in tunnels {
                let head = try client.head(on: tunnel)
                #expect(head.status == 200)
                #expect(head["sec-websocket-accept"] == nil && head["upgrade"] == nil && head["connection"] == nil)
            }
            for word in ["one", "two"] {
                for tunnel in tunnels {
                    try client.send(.data(tunnel, Self.frame("\(word) on \(tunnel)")))
                    var received: [UInt8] = []
                    try client.wait(until: "echo on \(tunnel)") { event in
                        if case .data(tunnel, let octets, _, _)? = event { received += octets }
                        return received.count >= 2 && received.count == 2 + Int(received[1]) ? true : nil
                    }
                    #expect(String(decoding: received.dropFirst(2), as: UTF8.self) == "\(word) on \(tunnel)")
                }
            }
            try client.send(.reset(tunnels[0]))
            // A masked close frame with code 1000: the server answers with one, and ends.
            try client.send(.data(tunnels[1], [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8], end: true))
            let last = try client.answer(on: tunnels[1])
            #expect(last.body.suffix(4) == [0x88, 0x02, 0x03, 0xe8])
            let plain = try client.request(.request("GET", "/", host: "web-80.test", scheme: "https"))
            #expect(try client.answer(on: plain).status == 426, "the server's own answer; the connection goes on")
        }

        @Test("a server that will not upgrade makes no tunnel, for 200 would be one; nor do other protocols")
        func refused() throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend)
            let client = try secure.bridge().client()
            let plain = client.newStream()
            try client.send(.headers(plain, Self.connect, end: false))
            let answer = try client.head(on: plain)
            #expect(answer.status >= 300, "success means that a tunnel stands (RFC 8441, section 5)")
            try client.send(.reset(plain))
            let other = client.newStream()
            let fields = Self.connect.map { $0.name == ":protocol" ? HTTP2Field(":protocol", "connect-udp") : $0 }
            try client.send(.headers(other, fields, end: false))
            try client.wait(until: "refusal") { event in
                switch event {
                case .headers(other, let fields, _)?: (fields[":status"].flatMap { Int($0) } ?? 0) >= 400 ? true : nil
                case .reset(other, _)?: true
                default: nil
                }
            }
            #expect(try client.get(host: "web-80.test", scheme: "https").text == "web")
        }
    }
}
