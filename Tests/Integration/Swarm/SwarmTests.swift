import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `portico swarm` on three real engines, asked by the real docker client.
    ///
    /// Most of it follows sessions that were recorded with classic Docker Swarm 1.2.9 on three engines, command by command.
    @Suite(.serialized, .enabled(if: DockerHosts.isPossible, "namespaces take root"))
    enum SwarmTests {}
}

extension IntegrationTests.SwarmTests {
    /// What can be shown on one cluster, which is started once.
    @Suite(.serialized, .sharedSwarm) enum OneCluster {}
}

/// One cluster with a manager for all tests of a suite: to start it takes seconds.
struct SharedSwarm: SuiteTrait, TestScoping {
    /// What the suite's tests have.
    struct Setting: Sendable {
        let lab: SwarmLab
        let manager: SwarmManager

        /// A session with the manager.
        var session: SwarmSession { SwarmSession(self.lab, self.manager) }
    }

    @TaskLocal static var current: Setting?

    /// The setting of the suite that runs; what an earlier test left is gone.
    static func cleared() throws -> Setting {
        guard let current else { throw LabError("this suite has no cluster") }
        try current.lab.clear()
        return current
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let lab = try SwarmLab()
        let manager = try lab.manager()
        try manager.waitUntilReady()
        try await Self.$current.withValue(Setting(lab: lab, manager: manager)) { try await function() }
        _ = try? manager.kill()
    }
}

extension Trait where Self == SharedSwarm {
    /// One cluster with a manager for all tests of this suite and those in it.
    static var sharedSwarm: Self { SharedSwarm() }
}
