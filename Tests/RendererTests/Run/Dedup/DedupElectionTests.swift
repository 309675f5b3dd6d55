import Testing

@testable import Renderer

@Suite struct DedupElectionTests {
    @Test func `a lock that nobody holds is asked for once, when there is a session`() {
        var election = DedupElection()
        #expect(election.wantsLock(session: "s", now: .zero) == false)
        election.sees(holder: nil, session: nil)
        #expect(election.wantsLock(session: nil, now: .zero) == false)
        #expect(election.wantsLock(session: "s", now: .zero) == true)
        #expect(election.wantsLock(session: "s", now: .seconds(9)) == false)
        election.locked(true, session: "s", now: .zero)
        #expect(election.leads && election.asks && !election.follows)
        #expect(election.wantsLock(session: "s", now: .seconds(9)) == false)
    }

    @Test func `who loses follows, and asks again as soon as the lock is free`() {
        var election = DedupElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(false, session: "s", now: .zero)
        #expect(!election.asks && !election.follows)
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
        var election = DedupElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(true, session: "s", now: .zero)
        election.sees(holder: nil, session: "s")
        #expect(election.leads && election.asks)
        #expect(election.wantsLock(session: "s", now: .zero) == true)
        election.locked(true, session: "s", now: .zero)
        election.sees(holder: "s", session: "s")
        #expect(election.leads)
    }

    @Test func `who has lost its session goes on asking until another is seen to lead`() {
        var election = DedupElection()
        election.sees(holder: nil, session: "s")
        _ = election.wantsLock(session: "s", now: .zero)
        election.locked(true, session: "s", now: .zero)
        election.lostSession()
        #expect(!election.leads && election.asks && !election.follows)
        #expect(election.wantsLock(session: "t", now: .zero) == true)
        election.locked(false, session: "t", now: .zero)
        #expect(election.asks)
        election.sees(holder: "other", session: "t")
        #expect(!election.asks && election.follows)
    }

    @Test func `failures are repeated with growing pauses`() {
        var election = DedupElection()
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
}

@Suite struct DedupSessionTests {
    @Test func `a session is made, renewed at half of its time, and made anew when it is over`() {
        var session = DedupSession(timeToLive: .seconds(10))
        #expect(session.step(now: .zero) == .make)
        #expect(session.step(now: .seconds(100)) == nil && session.deadline == nil)
        session.made("s", now: .seconds(1))
        #expect(session.id == "s" && session.deadline == .seconds(6))
        #expect(session.step(now: .seconds(5)) == nil)
        #expect(session.step(now: .seconds(6)) == .renew("s"))
        session.renewed(true, now: .seconds(6))
        #expect(session.step(now: .seconds(11)) == .renew("s"))
        session.renewed(false, now: .seconds(11))
        #expect(session.id == nil)
        #expect(session.step(now: .seconds(11)) == .make)
    }

    @Test func `a renewal that fails is tried again well before the session's end, and keeps the session`() {
        var session = DedupSession(timeToLive: .seconds(12))
        _ = session.step(now: .zero)
        session.made("s", now: .zero)
        #expect(session.step(now: .seconds(6)) == .renew("s"))
        var now = Duration.seconds(6)
        for pause in [1, 2, 3, 3] {
            session.failed(now: now)
            #expect(session.id == "s" && session.deadline == now + .seconds(pause))
            now += .seconds(pause)
            #expect(session.step(now: now) == .renew("s"))
        }
        session.renewed(true, now: now)
        session.isDoubted(now: now)
        #expect(session.step(now: now) == .renew("s"))
    }
}
