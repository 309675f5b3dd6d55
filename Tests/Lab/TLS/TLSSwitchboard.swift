/// A port in the clear whose connections go on over TLS with whatever name they say first, for clients without TLS.
///
/// Certificates are not checked. When the handshake fails, or the server ends the connection, it ends here too.
public final class TLSSwitchboard: Sendable {
    private let port: UInt16
    private let folder: ScratchFolder
    private let process: ChildProcess

    /// A switchboard to any server at 127.0.0.1.
    public init() throws {
        self.folder = try ScratchFolder()
        (self.process, self.port) = try Command.server(Self.script, [], in: self.folder)
    }

    /// A connection to `server` whose handshake asks for `name`, or for none if that is empty.
    public func connect(to server: UInt16, name: String) throws -> MessageStream {
        let stream = try RawClient(port: self.port).connect()
        try stream.socket.send("\(server) \(name)\n")
        return stream
    }

    private static let script = """
        import asyncio, ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["http/1.1"])

        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except (OSError, ssl.SSLError):
                pass
            finally:
                writer.close()

        async def bridge(reader, writer):
            port, name = (await reader.readline()).decode().rstrip("\\n").split(" ")
            try:
                near, far = await asyncio.open_connection("127.0.0.1", int(port), ssl=context, server_hostname=name or None)
            except (OSError, ssl.SSLError):
                writer.close()
                return
            await asyncio.gather(pump(reader, far), pump(near, writer))

        async def main():
            server = await asyncio.start_server(bridge, "127.0.0.1", 0)
            print("port", server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """
}
