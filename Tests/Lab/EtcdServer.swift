import Foundation
import Synchronization

/// A real etcd on loopback: alone, or a member of an ``EtcdCluster``.
///
/// Its ports stay the same over ``stop()`` and ``start()``, so that clients see one store that went away and came back.
public final class EtcdServer: Sendable {
    /// Where its clients go.
    public let port: UInt16
    /// Where its clients go over TLS, if it has a certificate.
    public let securePort: UInt16?
    /// Its API, in the clear.
    public let api: EtcdAPI
    let name: String
    let peerPort: UInt16
    private let folder: ScratchFolder
    private let isPersistent: Bool
    private let flags: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a server, and waits until it takes writes.
    ///
    /// - Parameters:
    ///   - isPersistent: keeps its data over a restart; without, every start is an empty store.
    ///   - certificate: what it shows at ``securePort``.
    ///   - clientAuthority: who the certificates of its clients over TLS must come from.
    ///   - flags: further flags.
    public convenience init(
        isPersistent: Bool = false, certificate: TestAuthority.Issued? = nil, clientAuthority: TestAuthority? = nil,
        flags: [String] = []
    ) throws {
        try self.init(
            name: "e0", isPersistent: isPersistent, certificate: certificate, clientAuthority: clientAuthority,
            flags: ["--heartbeat-interval=50", "--election-timeout=500"] + flags)
        try self.start()
    }

    init(
        name: String, isPersistent: Bool, certificate: TestAuthority.Issued? = nil,
        clientAuthority: TestAuthority? = nil, flags: [String]
    ) throws {
        self.name = name
        self.port = try FreePort.next()
        self.peerPort = try FreePort.next()
        self.securePort = try certificate.map { _ in try FreePort.next() }
        self.api = EtcdAPI(port: self.port)
        self.folder = try ScratchFolder()
        self.isPersistent = isPersistent
        var flags = flags
        if let certificate { flags += ["--cert-file=\(certificate.certificate)", "--key-file=\(certificate.key)"] }
        if let clientAuthority { flags += ["--client-cert-auth", "--trusted-ca-file=\(clientAuthority.certificate)"] }
        self.flags = flags
    }

    /// Starts it (again) at its ports, and waits until it takes writes.
    public func start() throws {
        try self.launch(cluster: [self])
        try self.waitUntilReady()
    }

    /// Starts it as one of `cluster`.
    func launch(cluster: [EtcdServer]) throws {
        let data = "\(self.folder.path)/data"
        if !self.isPersistent { try? FileManager.default.removeItem(atPath: data) }
        let secure = self.securePort.map { [",https://127.0.0.1:\($0)"] }?.joined() ?? ""
        let peer = { (server: EtcdServer) in "\(server.name)=http://127.0.0.1:\(server.peerPort)" }
        let process = try ChildProcess(
            Command.path(of: "etcd"),
            [
                "--name=\(self.name)", "--data-dir=\(data)", "--log-level=error", "--logger=zap",
                "--listen-client-urls=http://127.0.0.1:\(self.port)\(secure)",
                "--advertise-client-urls=http://127.0.0.1:\(self.port)\(secure)",
                "--listen-peer-urls=http://127.0.0.1:\(self.peerPort)",
                "--initial-advertise-peer-urls=http://127.0.0.1:\(self.peerPort)",
                "--initial-cluster=\(cluster.map(peer).joined(separator: ","))",
            ] + self.flags)
        self.process.withLock { $0 = process }
    }

    /// Waits until it has a leader and takes writes.
    func waitUntilReady() throws {
        guard let process = self.process.withLock({ $0 }) else { throw LabError("etcd \(self.name) is not running") }
        try process.wait(within: .seconds(60), until: "taking writes") { self.api.isReady }
    }

    /// Kills it, as a power cut would.
    public func stop() throws {
        let process = self.process.withLock { process in
            defer { process = nil }
            return process
        }
        try process?.kill()
    }

    /// Freezes it: connections stay open and nothing is answered.
    public func freeze() {
        self.process.withLock { $0?.signal(SIGSTOP) }
    }

    /// Ends ``freeze()``.
    public func thaw() {
        self.process.withLock { $0?.signal(SIGCONT) }
    }
}
