/// nghttpd: a server of HTTP/2 that is no gateway, in the clear or over TLS.
public final class NghttpdProcess: Sendable {
    /// Where it listens, at 127.0.0.1.
    public let port: UInt16
    /// The folder whose files it serves.
    public let folder: ScratchFolder
    private let process: ChildProcess

    /// Starts it over an empty folder.
    ///
    /// - Parameters:
    ///   - certificate: what it shows; nil for prior knowledge in the clear.
    ///   - options: further options.
    public init(_ certificate: TestAuthority.Issued? = nil, options: [String] = []) throws {
        let port = try FreePort.next()
        let folder = try ScratchFolder()
        self.port = port
        self.folder = folder
        let mode = certificate == nil ? ["--no-tls"] : []
        let pair = certificate.map { [$0.key, $0.certificate] } ?? []
        self.process = try ChildProcess(
            Command.path(of: "nghttpd"), ["-a", "127.0.0.1", "-d", folder.path] + mode + options + ["\(port)"] + pair)
        try self.process.waitForPort(port)
    }

    /// `127.0.0.1:PORT`.
    public var address: String { "127.0.0.1:\(self.port)" }
}
