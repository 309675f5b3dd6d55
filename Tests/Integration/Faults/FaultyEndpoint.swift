import Foundation
import Lab

/// An HTTP server in a process of its own, which misbehaves when it is told to, and ends in order at SIGTERM: no new
/// connection, the requests at hand to their end.
final class FaultyEndpoint: Sendable {
    /// The name that it answers with.
    let name: String
    /// `ADDRESS:PORT`.
    let address: String
    let process: ChildProcess

    /// Starts one at `host`, which from SIGUSR1 on has `fault`.
    ///
    /// - Parameter prefix: the command that starts it elsewhere.
    init(_ name: String, fault: String = "", host: String = "127.0.0.1", prefix: [String] = []) throws {
        let folder = try ScratchFolder()
        let file = try folder.write("endpoint.py", Self.script)
        let command = prefix + [Command.python, "-u", file, name, host, fault]
        self.process = try ChildProcess(
            prefix.first.map { try Command.path(of: $0) } ?? Command.python, Array(command.dropFirst()))
        let line = try self.process.waitForLine("its port") { $0.hasPrefix("port ") }
        self.name = name
        self.address = "\(host):\(line.dropFirst(5))"
    }

    private static let script = #"""
        import asyncio, signal, socket, struct, sys

        name, host, fault = sys.argv[1:4]
        mode = ""
        is_ending = False
        connections = set()
        answer = f"HTTP/1.1 200 OK\r\nX-Backend: {name}\r\nContent-Length: {len(name)}\r\n\r\n{name}".encode()


        def reset(transport):
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()


        class Connection(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport, self.input, self.waiting = transport, b"", 0
                connections.add(self)

            def connection_lost(self, error):
                connections.discard(self)
                if is_ending and not connections:
                    asyncio.get_running_loop().stop()

            def data_received(self, data):
                self.input += data
                while b"\r\n\r\n" in self.input:
                    self.input = self.input.partition(b"\r\n\r\n")[2]
                    self.serve()

            def serve(self):
                loop = asyncio.get_running_loop()
                if mode == "503":
                    self.transport.write(b"HTTP/1.1 503 Out\r\nContent-Length: 0\r\n\r\n")
                elif mode == "garbage":
                    self.transport.write(b"\x01\x02SSH-2.0-lab\r\n\r\n")
                    self.transport.close()
                elif mode == "head reset":
                    self.transport.write(answer[:20])
                    loop.call_later(0.01, reset, self.transport)
                elif mode == "body reset":
                    self.transport.write(answer[:-1])
                    loop.call_later(0.01, reset, self.transport)
                elif mode == "slow":
                    self.waiting += 1
                    loop.call_later(5, self.say)
                else:
                    self.waiting += 1
                    self.say()

            def say(self):
                self.waiting -= 1
                self.transport.write(answer)
                if is_ending:
                    self.transport.close()


        def fail(server):
            global mode
            mode = fault
            if mode == "refusing":
                server.close()
                for connection in list(connections):
                    reset(connection.transport)


        def end(server):
            global is_ending
            is_ending = True
            server.close()
            for connection in list(connections):
                if not connection.waiting:
                    connection.transport.close()
            if not connections:
                asyncio.get_running_loop().stop()


        async def main():
            loop = asyncio.get_running_loop()
            server = await loop.create_server(Connection, host, 0, backlog=1024)
            loop.add_signal_handler(signal.SIGUSR1, fail, server)
            loop.add_signal_handler(signal.SIGTERM, end, server)
            print("port", server.sockets[0].getsockname()[1])


        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.run_forever()
        """#
}
