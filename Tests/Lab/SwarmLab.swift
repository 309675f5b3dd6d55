import Foundation
import Synchronization

/// A cluster: real engines, a real Consul, an agent on each host (`portico swarm join`), and managers as they are asked for.
///
/// ```swift
/// let lab = try SwarmLab()
/// let manager = try lab.manager()
/// try manager.waitUntilReady()
/// try manager.docker.output(["run", "-d", "lab:1"])
/// ```
public final class SwarmLab: Sendable {
    /// The hosts, each with an engine.
    public let hosts: DockerHosts
    /// The store, which hosts reach too.
    public let consul: ConsulAgent
    private let agents = Mutex<[Int: ChildProcess]>([:])
    private let join: [String]

    /// Hosts like those of the recorded sessions, of two releases.
    public static let recordedHosts: [DockerHosts.Settings] = [
        .init(labels: ["zone=z1", "storage=ssd"]),
        .init(release: .newer, labels: ["zone=z2", "storage=disk"]),
        .init(labels: ["zone=z3", "storage=ssd"]),
    ]

    /// Starts hosts, the store and the agents.
    ///
    /// - Parameter join: flags of the agents, besides where their engine is.
    public init(
        _ hosts: [DockerHosts.Settings] = SwarmLab.recordedHosts, join: [String] = ["--heartbeat=2s", "--ttl=20s"]
    )
        throws
    {
        self.hosts = try DockerHosts(each: hosts)
        self.consul = try ConsulAgent(isPersistent: true, address: self.hosts.address)
        self.join = join
        for host in self.hosts.hosts { try self.join(host) }
    }

    /// The store with a folder, as programs on this machine and on its hosts name it.
    public var store: String { "consul://\(self.hosts.address):\(self.consul.port)/lab" }

    /// Starts a host's agent, after the first one has ended.
    public func join(_ host: DockerHost) throws {
        let agent = try host.begin(
            Repository.portico(), ["swarm", "join"] + self.join + ["--advertise", Self.address(of: host), self.store])
        self.agents.withLock { $0[host.number] = agent }
    }

    /// The agent on a host.
    public func agent(of host: DockerHost) throws -> ChildProcess {
        guard let agent = self.agents.withLock({ $0[host.number] }) else {
            throw LabError("host \(host.number) has no agent")
        }
        return agent
    }

    /// Starts a manager and waits until it answers.
    ///
    /// - Parameters:
    ///   - flags: its flags, besides where it listens and advertises itself.
    ///   - host: where it runs; nil: on this machine.
    ///   - discovery: what the cluster is made of; nil: the store.
    public func manager(
        _ flags: [String] = [], on host: DockerHost? = nil, discovery: String? = nil
    ) throws -> SwarmManager {
        try SwarmManager(flags, discovery: discovery ?? self.store, on: host, address: self.hosts.address)
    }

    /// Removes all containers, and what is neither used nor an engine's own, from all engines.
    public func clear() throws {
        for host in self.hosts.hosts {
            let containers = try host.docker("ps", "-aq").split(separator: "\n").map(String.init)
            if !containers.isEmpty { try host.docker(["rm", "-f", "-v"] + containers) }
            let volumes = try host.docker("volume", "ls", "-q").split(separator: "\n").map(String.init)
            if !volumes.isEmpty { try host.docker(["volume", "rm"] + volumes) }
            try host.docker("network", "prune", "-f")
        }
    }

    /// Where a host's engine is.
    public static func address(of host: DockerHost) -> String {
        String(host.endpoint.dropFirst("tcp://".count))
    }
}
