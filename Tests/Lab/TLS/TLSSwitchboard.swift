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

    private static let script = TLSRelay.script(
        """
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["http/1.1"])

        async def target(reader):
            port, name = (await reader.readline()).decode().rstrip("\\n").split(" ")
            return int(port), name or None
        """)
}
