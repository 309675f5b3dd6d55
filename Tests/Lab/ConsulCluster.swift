/// Several real Consul servers on loopback that are one store.
public final class ConsulCluster: Sendable {
    /// Its servers.
    public let members: [ConsulAgent]
    private let bootstrap: [String]

    /// Starts a cluster, and waits until every server takes writes.
    public init(count: Int = 3) throws {
        let members = try (0..<count).map { try ConsulAgent(member: $0) }
        self.members = members
        self.bootstrap =
            ["-bootstrap-expect=\(count)"] + members.map { "-retry-join=127.0.0.1:\($0.gossipPort)" }
        for member in members { try member.launch(as: self.bootstrap) }
        for member in members { try member.waitUntilReady() }
    }

    /// Where its servers' HTTP APIs are.
    public var ports: [UInt16] { self.members.map(\.port) }

    /// Starts a server that was stopped, and waits until it takes writes.
    public func start(_ index: Int) throws {
        try self.members[index].launch(as: self.bootstrap)
        try self.members[index].waitUntilReady()
    }

    /// The server that leads, as soon as another than `former` does.
    public func waitForLeader(
        otherThan former: Int? = nil, within duration: Duration = .seconds(60)
    ) throws -> Int {
        let deadline = Deadline.after(duration)
        repeat {
            let leaders = self.members.enumerated().compactMap { $0.offset == former ? nil : $0.element.leader }
            let leader = self.members.firstIndex { leaders.contains($0.serverPort) }
            if let leader, leader != former { return leader }
            Deadline.after(.milliseconds(10)).pass()
        } while !deadline.hasPassed
        throw LabError("no leader after \(duration)")
    }
}
