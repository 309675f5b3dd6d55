import Testing

@testable import KeyValue

@Suite struct LockElectionTests {
    @Test func `a lock that nobody holds is asked for once, when there is a session`() {
        var election = LockElection()
        #expect(election.wantsLock(session: "s", now: .zero) == false)
        election.sees(holder: nil, session: nil)
        #expect(election.wantsLock(session: nil, now: .zero) == false)
        #expect(election.wantsLock(session: "s", now: .zero) == true)
        #expect(election.wantsLock(session: "s", now: .seconds(9)) == false)
        election.locked(true, session: "s", now: .zero)
        #expect(election.leads && election.acts && !election.follows)
        #expect(election.wantsLock(session: "s", now: .seconds(9)) == false)
    }

    @Test func `who loses follows, and asks again as soon as the lock is free`() {
        var election = LockElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(false, session: "s", now: .zero)
        #expect(!election.acts && !election.follows)
        // A lock delay ends without a word.
        #expect(election.deadline == .seconds(1))
        election.sees(holder: "other", session: "s")
        #expect(election.follows && election.deadline == nil)
        #expect(election.wantsLock(session: "s", now: .seconds(60)) == false)
        election.sees(holder: nil, session: "s")
        #expect(!election.follows)
        #expect(election.wantsLock(session: "s", now: .seconds(60)) == true)
    }

    @Test func `a view from before our lock costs one more question, and leadership stays`() {
        var election = LockElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(true, session: "s", now: .zero)
        election.sees(holder: nil, session: "s")
        #expect(election.leads && election.acts)
        #expect(election.wantsLock(session: "s", now: .zero) == true)
        election.locked(true, session: "s", now: .zero)
        election.sees(holder: "s", session: "s")
        #expect(election.leads)
    }

    @Test func `who has lost its session goes on acting until another is seen to lead`() {
        var election = LockElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(true, session: "s", now: .zero)
        election.lostSession()
        #expect(!election.leads && election.acts && !election.follows)
        #expect(election.wantsLock(session: "t", now: .zero) == true)
        election.locked(false, session: "t", now: .zero)
        #expect(election.acts)
        election.sees(holder: "other", session: "t")
        #expect(!election.acts && election.follows)
    }

    @Test func `failures are repeated with growing pauses`() {
        var election = LockElection()
        election.sees(holder: nil, session: "s")
        var now = Duration.zero
        for pause in [1, 2, 4, 8, 16, 16] {
            #expect(election.wantsLock(session: "s", now: now) == true)
            election.failed(now: now)
            #expect(election.deadline == now + .seconds(pause))
            #expect(election.wantsLock(session: "s", now: now + .seconds(pause) - .milliseconds(1)) == false)
            now += .seconds(pause)
        }
    }

    @Test func `what failed under a session that is over is tried at once under the next`() {
        var election = LockElection()
        election.sees(holder: nil, session: "s")
        for second in [0, 1, 3] {
            #expect(election.wantsLock(session: "s", now: .seconds(second)) == true)
            election.failed(now: .seconds(second))
        }
        #expect(election.wantsLock(session: "s", now: .seconds(4)) == false)
        election.lostSession()
        #expect(election.wantsLock(session: "t", now: .seconds(4)) == true)
        // Nor does it matter what comes late.
        election.failed(isCurrent: false, now: .seconds(4))
        #expect(election.wantsLock(session: "t", now: .seconds(4)) == true)
    }
}
