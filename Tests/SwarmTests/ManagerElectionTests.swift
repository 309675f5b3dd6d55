import KeyValue
import Logging
import Testing

@testable import Swarm

@Suite("Managers' election")
struct ManagerElectionTests {
    private static let address = NodeAddress("10.0.0.1:4000")

    /// An election whose session is made.
    private func election(_ id: String = "s", at now: Duration = .zero) throws -> ManagerElection {
        var election = ManagerElection(address: try #require(Self.address), timeToLive: .seconds(10))
        #expect(steps(election.handle(.time, now: now)) == [.makeSession])
        #expect(steps(election.handle(.sessionMade(id, timeToLive: .seconds(10)), now: now)) == [])
        return election
    }

    private func steps(_ actions: [ManagerElection.Action]) -> [ManagerElection.Action] {
        actions.filter {
            if case .log = $0 { return false }
            return true
        }
    }

    /// One that has won.
    private func primary(at now: Duration = .zero) throws -> ManagerElection {
        var election = try election(at: now)
        #expect(steps(election.handle(.seen(holder: nil, address: ""), now: now)) == [.acquire(session: "s")])
        _ = election.handle(.locked(true, session: "s"), now: now)
        #expect(election.role == .primary)
        return election
    }

    @Test("who gets the lock is the primary; who does not knows who is")
    func elects() throws {
        var election = try primary()
        _ = election.handle(.seen(holder: "s", address: "10.0.0.1:4000"), now: .zero)
        #expect(election.role == .primary && election.leadingSession == "s")
        var other = try self.election("t")
        _ = other.handle(.seen(holder: "s", address: "10.0.0.1:4000"), now: .zero)
        #expect(other.role == .replica(of: nil), "that would be itself")
        other = ManagerElection(address: try #require(NodeAddress("10.0.0.2:4000")), timeToLive: .seconds(10))
        #expect(other.role == .replica(of: nil))
        _ = other.handle(.seen(holder: "s", address: "10.0.0.1:4000"), now: .zero)
        #expect(other.role == .replica(of: "10.0.0.1:4000") && other.leadingSession == nil)
    }

    @Test("a lock that is released is asked for at once, and its address counts no more")
    func succeedsAtOnce() throws {
        var election = try election()
        _ = election.handle(.seen(holder: "x", address: "10.0.0.2:4000"), now: .seconds(1))
        #expect(
            steps(election.handle(.seen(holder: nil, address: "10.0.0.2:4000"), now: .seconds(2)))
                == [.acquire(session: "s")])
        #expect(election.role == .replica(of: nil))
    }

    @Test("a lock under a lock delay is asked for again and again, until it is there")
    func outwaitsDelays() throws {
        var election = try election()
        #expect(steps(election.handle(.seen(holder: nil, address: ""), now: .zero)) == [.acquire(session: "s")])
        var now = Duration.zero
        for _ in 0..<5 {
            _ = election.handle(.locked(false, session: "s"), now: now)
            let deadline = try #require(election.nextDeadline)
            #expect(deadline <= now + .milliseconds(200))
            now = deadline
            #expect(steps(election.handle(.time, now: now)) == [.acquire(session: "s")])
        }
        _ = election.handle(.locked(true, session: "s"), now: now)
        #expect(election.role == .primary)
    }

    @Test("a confirmation counts half a second, from when the store was asked, and not in a session's last second")
    func fences() throws {
        var election = try primary()
        #expect(election.isConfirmed(now: .milliseconds(499)) && !election.isConfirmed(now: .milliseconds(500)))
        election.confirm(since: .seconds(4))
        #expect(election.isConfirmed(now: .milliseconds(4_499)) && !election.isConfirmed(now: .milliseconds(4_500)))
        // An older answer that comes late takes nothing away.
        election.confirm(since: .seconds(2))
        #expect(election.isConfirmed(now: .milliseconds(4_499)))
        // The session of ten seconds was made at zero, and could not be renewed.
        election.confirm(since: .milliseconds(8_800))
        #expect(election.isConfirmed(now: .milliseconds(8_999)) && !election.isConfirmed(now: .seconds(9)))
        #expect(election.role == .primary, "it serves until it sees another")
    }

    @Test("a renewal confirms")
    func renews() throws {
        var election = try primary()
        #expect(steps(election.handle(.time, now: .seconds(5))) == [.renewSession("s")])
        _ = election.handle(.sessionRenewed(true), now: .milliseconds(5_300))
        #expect(election.isConfirmed(now: .milliseconds(5_400)) && !election.isConfirmed(now: .milliseconds(5_500)))
    }

    @Test("a session that is over decides nothing, and its manager serves until another is the primary")
    func losesSessions() throws {
        var election = try primary()
        _ = election.handle(.seen(holder: "s", address: "10.0.0.1:4000"), now: .zero)
        _ = election.handle(.time, now: .seconds(5))
        let steps = steps(election.handle(.sessionRenewed(false), now: .seconds(5)))
        #expect(steps == [.makeSession] && election.role == .primary)
        #expect(!election.isConfirmed(now: .seconds(5)) && election.leadingSession == nil)
        // It may win again: the lock is asked for under the new session.
        #expect(
            self.steps(election.handle(.sessionMade("t", timeToLive: .seconds(10)), now: .seconds(6)))
                == [.acquire(session: "t")])
        _ = election.handle(.locked(false, session: "t"), now: .seconds(6))
        _ = election.handle(.seen(holder: "x", address: "10.0.0.2:4000"), now: .seconds(6))
        #expect(election.role == .replica(of: "10.0.0.2:4000"))
    }

    @Test("an answer to a session that is over makes no primary")
    func ignoresOldLocks() throws {
        var election = try election()
        _ = election.handle(.seen(holder: nil, address: ""), now: .seconds(5))
        _ = election.handle(.sessionRenewed(false), now: .seconds(5))
        _ = election.handle(.sessionMade("t", timeToLive: .seconds(10)), now: .seconds(5))
        _ = election.handle(.locked(true, session: "s"), now: .seconds(5))
        #expect(election.role == .replica(of: nil) && election.leadingSession == nil)
    }

    @Test("a lock that cannot be had has the session doubted, unless that is over already")
    func doubtsSessions() throws {
        var election = try election()
        let invalid = KeyValueError(.unavailable, "invalid session")
        _ = election.handle(.seen(holder: nil, address: ""), now: .seconds(1))
        #expect(
            steps(election.handle(.lockFailed(invalid, session: "s"), now: .seconds(1))) == [.renewSession("s")])
        _ = election.handle(.sessionRenewed(false), now: .seconds(1))
        #expect(
            steps(election.handle(.sessionMade("t", timeToLive: .seconds(10)), now: .seconds(1)))
                == [.acquire(session: "t")])
        #expect(
            steps(election.handle(.lockFailed(invalid, session: "s"), now: .seconds(1))) == [.acquire(session: "t")])
    }

    @Test("a manager that is started anew takes over its own lock at once, and once only")
    func succeedsItself() throws {
        var election = try election()
        let first = election.handle(.seen(holder: "old", address: "10.0.0.1:4000"), now: .zero)
        #expect(steps(first) == [.succeed(session: "old")])
        let again = election.handle(.seen(holder: "twin", address: "10.0.0.1:4000"), now: .seconds(1))
        #expect(steps(again).isEmpty && election.role == .replica(of: nil))
        #expect(again.contains { if case .log(.error, _) = $0 { true } else { false } })
    }

    @Test("a store that has come back is asked about the session at once")
    func doubtsAfterOutages() throws {
        var election = try primary()
        let away = KeyValueError(.unavailable, "away")
        _ = election.handle(.away(away), now: .seconds(1))
        #expect(election.role == .primary)
        #expect(
            steps(election.handle(.seen(holder: nil, address: ""), now: .seconds(2))).contains(.renewSession("s")))
    }

    @Test("a store that refuses sessions is asked seldom")
    func isPatient() throws {
        var election = ManagerElection(address: try #require(Self.address), timeToLive: .seconds(10))
        _ = election.handle(.time, now: .zero)
        _ = election.handle(.sessionFailed(KeyValueError(.denied, "no")), now: .zero)
        #expect(election.nextDeadline == .seconds(10))
    }
}
