/// Several real etcds on loopback that are one store.
public final class EtcdCluster: Sendable {
    /// Its members.
    public let members: [EtcdServer]

    /// Starts a cluster, and waits until every member takes writes.
    public init(count: Int = 3) throws {
        self.members = try (0..<count).map {
            try EtcdServer(
                name: "e\($0)", isPersistent: true, flags: ["--heartbeat-interval=100", "--election-timeout=1000"])
        }
        for member in self.members { try member.launch(cluster: self.members) }
        for member in self.members { try member.waitUntilReady() }
    }

    /// Where its members' clients go.
    public var ports: [UInt16] { self.members.map(\.port) }

    /// Starts a member that was stopped, and waits until it takes writes.
    public func start(_ index: Int) throws {
        try self.members[index].launch(cluster: self.members)
        try self.members[index].waitUntilReady()
    }

    /// The member that leads, as soon as another than `former` does.
    public func waitForLeader(
        otherThan former: Int? = nil, within duration: Duration = .seconds(60)
    ) throws -> Int {
        let deadline = Deadline.after(duration)
        repeat {
            for (index, member) in self.members.enumerated() where index != former {
                if let standing = try? member.api.standing, standing.member == standing.leader { return index }
            }
            Deadline.after(.milliseconds(10)).pass()
        } while !deadline.hasPassed
        throw LabError("no leader after \(duration)")
    }
}
