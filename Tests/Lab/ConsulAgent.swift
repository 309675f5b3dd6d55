import Foundation
import Synchronization

/// A real Consul server on loopback: alone in its datacentre, or one of a ``ConsulCluster``.
///
/// Its ports stay the same over ``stop()`` and ``start()``, so that clients see one store that went away and came back.
public final class ConsulAgent: Sendable {
    /// Where its HTTP API is.
    public let port: UInt16
    /// Its key-value API.
    public let api: KeyValueAPI
    private let folder: ScratchFolder
    private let mode: [String]
    private let ports: [UInt16]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts an agent and waits until it takes writes.
    ///
    /// - Parameters:
    ///   - isPersistent: keeps its data over a restart; without, every start is an empty store (`-dev`), which is faster to
    ///     start.
    ///   - address: where it listens besides 127.0.0.1: ``DockerHosts/address`` for programs on a lab's hosts.
    public convenience init(isPersistent: Bool = false, address: String? = nil) throws {
        try self.init(
            mode: isPersistent ? ["-server", "-bootstrap-expect=1"] : ["-dev"], isPersistent: isPersistent,
            address: address)
        try self.start()
    }

    /// A server of a cluster, which starts it.
    convenience init(member number: Int) throws {
        try self.init(mode: ["-server", "-node=c\(number)"], isPersistent: true)
    }

    private init(mode: [String], isPersistent: Bool, address: String? = nil) throws {
        self.port = try FreePort.next()
        self.api = KeyValueAPI(port: self.port)
        let folder = try ScratchFolder()
        self.folder = folder
        self.mode =
            mode + ["-client=127.0.0.1\(address.map { " \($0)" } ?? "")"]
            + (isPersistent ? ["-data-dir=\(folder.path)/data"] : [])
        self.ports = try (0..<4).map { _ in try FreePort.next() }
    }

    /// Where other servers join it.
    var gossipPort: UInt16 { self.ports[1] }
    /// Where other servers ask it; what a leader is named by.
    var serverPort: UInt16 { self.ports[3] }

    /// The port at which the leader that it knows is asked by other servers; nil if it knows none.
    var leader: UInt16? {
        guard let answer = try? self.api.request("GET", "/v1/status/leader"), answer.status == 200 else { return nil }
        return answer.text.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }

    /// Starts it (again) at its ports, and waits until it takes writes.
    public func start() throws {
        try self.launch(as: [])
        try self.waitUntilReady()
    }

    /// Starts it with what makes it one of a cluster.
    func launch(as role: [String]) throws {
        // Raft's waits are for wide networks; at its fastest a single server elects itself in about a second.
        let tuning = try self.folder.write("tuning.json", #"{"performance": {"raft_multiplier": 1}}"#)
        let process = try ChildProcess(
            Repository.consul(),
            ["agent"] + self.mode + role + [
                "-bind=127.0.0.1", "-http-port=\(self.port)", "-grpc-port=-1",
                "-dns-port=\(self.ports[0])", "-serf-lan-port=\(self.ports[1])", "-serf-wan-port=\(self.ports[2])",
                "-server-port=\(self.ports[3])", "-log-level=warn", "-config-file=\(tuning)",
            ])
        self.process.withLock { $0 = process }
    }

    /// Waits until there is a leader and writes are taken.
    func waitUntilReady() throws {
        guard let process = self.process.withLock({ $0 }) else { throw LabError("consul is not running") }
        try process.wait(within: .seconds(60), until: "leading its datacentre") {
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
