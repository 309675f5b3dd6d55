import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Upgraded connections become tunnels.
    @Suite(.timeLimit(.minutes(1))) struct Upgrades {
        private static let request =
            "GET /chat HTTP/1.1\r\nHost: web-80.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

        @Test("octets pass both ways after 101, and the end passes too")
        func tunnel() throws {
            let backend = try TestBackend("web", .upgradeEcho)
            let setting = try Setting(backend: backend)
            let stream = try setting.client.connect()
            try stream.socket.send(Self.request)
            let head = try #require(try stream.head(by: .after(.seconds(5))))
            #expect(head.status == 101)
            #expect(head["Upgrade"] == "websocket")
            #expect(head["Connection"]?.lowercased() == "upgrade")
            var received = stream.buffer
            for size in [1, 125, 70_000, 1_000_000] {
                let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                // The echo comes while we still send, so a thread of its own sends.
                Task.detached { [socket = stream.socket] in try socket.send(sent) }
                while received.count < size { try stream.socket.receive(into: &received, by: .after(.seconds(5))) }
                #expect(received == sent)
                received = []
            }
            stream.socket.finishSending()
            #expect(stream.socket.waitForEnd(by: .after(.seconds(5))))
            try backend.waitForConnections { $0 == 0 }
        }

        @Test("octets sent with the request go into the tunnel")
        func eager() throws {
            let setting = try Setting(backend: try TestBackend("web", .upgradeEcho))
            let stream = try setting.client.connect()
            try stream.socket.send(Self.request + "eager")
            #expect(try #require(try stream.head(by: .after(.seconds(5)))).status == 101)
            var received = stream.buffer
            while received.count < 5 { try stream.socket.receive(into: &received, by: .after(.seconds(5))) }
            #expect(String(decoding: received, as: UTF8.self) == "eager")
        }

        @Test("an endpoint that does not upgrade answers as always, and the connection stays HTTP")
        func refused() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            let stream = try setting.client.connect()
            for _ in 0..<2 {
                try stream.socket.send(Self.request)
                #expect(try stream.answer(by: .after(.seconds(5))).text == "web")
            }
        }

        @Test("an endpoint that upgrades unasked is 502")
        func unasked() throws {
            let setting = try Setting(backend: try TestBackend("web", .upgradeEcho))
            #expect(try setting.client.get(host: "web-80.test").status == 502)
        }

        @Test("Upgrade: h2c is never followed")
        func h2c() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let answer = try setting.client.get(
                host: "web-80.test",
                fields: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"])
            #expect(answer.status == 200)
            let seen = try backend.waitForRequests()
            #expect(seen["Upgrade"] == nil)
            #expect(seen["HTTP2-Settings"] == nil)
        }

        @Test("a tunnel survives a change of the table")
        func survivesSwap() throws {
            let (old, new) = (try TestBackend("old", .upgradeEcho), try TestBackend("new"))
            let setting = try Setting(backend: old)
            let stream = try setting.client.connect()
            try stream.socket.send(Self.request)
            #expect(try #require(try stream.head(by: .after(.seconds(5)))).status == 101)
            try setting.put("services/web-80/h1:c0:80", new)
            try setting.edge.waitForAnswer(200, host: "web-80.test", from: "new")
            var received = stream.buffer
            try stream.socket.send("still here")
            while received.count < 10 { try stream.socket.receive(into: &received, by: .after(.seconds(5))) }
            #expect(String(decoding: received, as: UTF8.self) == "still here")
        }

        @Test("a real WebSocket client and server speak through the edge")
        func webSocket() throws {
            let folder = try ScratchFolder()
            let python = Command.python
            let port = try FreePort.next()
            let server = try folder.write(
                "server.py",
                """
                import asyncio, websockets
                async def echo(socket, *_):
                    async for message in socket: await socket.send(message)
                async def main():
                    async with websockets.serve(echo, "127.0.0.1", \(port), max_size=None): await asyncio.Future()
                asyncio.run(main())
                """)
            let running = try ChildProcess(python, [server])
            try running.waitForPort(port)
            let setting = try Setting()
            try setting.api.put("services/web-80/h1:c0:80", "127.0.0.1:\(port)")
            try setting.settle()
            let client = try folder.write(
                "client.py",
                """
                import asyncio, websockets
                async def main():
                    async with websockets.connect(
                        "ws://web-80.localhost/", host="127.0.0.1", port=\(setting.edge.port), max_size=None) as socket:
                        for size in (1, 200, 70_000, 3_000_000):
                            await socket.send(b"x" * size)
                            assert await socket.recv() == b"x" * size
                    print("spoken")
                asyncio.run(main())
                """)
            #expect(try ChildProcess(python, [client]).waitForOutput().contains("spoken"))
        }
    }
}
