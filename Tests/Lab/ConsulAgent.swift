import Foundation
import Synchronization

/// A real Consul server on loopback, alone in its datacentre.
///
/// Its ports stay the same over ``stop()`` and ``start()``, so that clients see one store that went away and came back.
public final class ConsulAgent: Sendable {
    /// Where its HTTP API is.
    public let port: UInt16
    /// Its key-value API.
    public let api: KeyValueAPI
    private let folder: ScratchFolder
    private let isPersistent: Bool
    private let ports: [UInt16]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts an agent and waits until it takes writes.
    ///
    /// - Parameter isPersistent: keeps its data over a restart; without, every start is an empty store (`-dev`), which is
    ///   faster to start.
    public init(isPersistent: Bool = false) throws {
        self.port = try FreePort.next()
        self.api = KeyValueAPI(port: self.port)
        self.folder = try ScratchFolder()
        self.isPersistent = isPersistent
        self.ports = try (0..<4).map { _ in try FreePort.next() }
        try self.start()
    }

    /// Starts it (again) at its ports.
    public func start() throws {
        let mode =
            self.isPersistent
            ? ["-server", "-bootstrap-expect=1", "-data-dir=\(self.folder.path)/data"] : ["-dev"]
        // Raft's waits are for wide networks; at its fastest a single server elects itself in about a second.
        let tuning = try self.folder.write("tuning.json", #"{"performance": {"raft_multiplier": 1}}"#)
        let process = try ChildProcess(
            Repository.consul(),
            ["agent"] + mode + [
                "-bind=127.0.0.1", "-client=127.0.0.1", "-http-port=\(self.port)", "-grpc-port=-1",
                "-dns-port=\(self.ports[0])", "-serf-lan-port=\(self.ports[1])", "-serf-wan-port=\(self.ports[2])",
                "-server-port=\(self.ports[3])", "-log-level=warn", "-config-file=\(tuning)",
            ])
        self.process.withLock { $0 = process }
        try process.wait(within: .seconds(30), until: "leading its datacentre") {
            self.api.isReady && (try? self.api.put("lab/ready", "1")) != nil
        }
        try self.api.delete("lab/ready")
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
