/// A port in the clear whose connections go on over TLS, for clients that speak no TLS themselves.
///
/// Each connection is a connection of its own to the server. When the server ends it, or the handshake fails, it ends here
/// too.
public final class TLSBridge: Sendable {
    /// Where to connect, at 127.0.0.1.
    public let port: UInt16
    private let folder: ScratchFolder
    private let process: ChildProcess

    /// A bridge to `server` at 127.0.0.1.
    ///
    /// - Parameters:
    ///   - name: the server's name, as it is indicated and checked.
    ///   - authority: who the server's certificate must come from.
    ///   - protocols: what is offered by ALPN, in order.
    ///   - certificate: the client's own.
    public init(
        to server: UInt16, name: String, authority: TestAuthority, protocols: [String] = ["h2"],
        certificate: TestAuthority.Issued? = nil
    ) throws {
        self.folder = try ScratchFolder()
        let pair = certificate.map { [$0.certificate, $0.key] } ?? []
        (self.process, self.port) = try Command.server(
            Self.script, ["\(server)", name, authority.certificate, protocols.joined(separator: ",")] + pair,
            in: self.folder)
    }

    /// A client of HTTP/2 through the bridge, which it keeps alive.
    public func client(settings: [(HTTP2Setting, UInt32)] = []) throws -> HTTP2RawClient {
        let client = try HTTP2RawClient(port: self.port, settings: settings)
        client.bridge = self
        return client
    }

    /// What went wrong so far, a line a connection.
    public var failures: [String] { self.process.lines.filter { $0.hasPrefix("failed ") } }

    /// Waits until something has gone wrong, and says what.
    public func waitForFailure() throws -> String {
        try self.process.waitForLine("what failed") { $0.hasPrefix("failed ") }
    }

    private static let script = TLSRelay.script(
        """
        port, name, authority, protocols = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].split(",")
        context = ssl.create_default_context(cafile=authority)
        context.set_alpn_protocols(protocols)
        if len(sys.argv) > 6: context.load_cert_chain(sys.argv[5], sys.argv[6])

        async def target(reader):
            return port, name
        """)
}
