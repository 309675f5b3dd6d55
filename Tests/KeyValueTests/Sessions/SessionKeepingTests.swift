import Testing

@testable import KeyValue

@Suite struct SessionKeepingTests {
    @Test func `a session is made, renewed at half of its time, and made anew when it is over`() {
        var session = SessionKeeping(timeToLive: .seconds(10))
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
        var session = SessionKeeping(timeToLive: .seconds(12))
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

    @Test func `it lives for sure for its time from when the store was asked, not from when it answered`() {
        var session = SessionKeeping(timeToLive: .seconds(10))
        #expect(session.lapse == nil)
        _ = session.step(now: .seconds(1))
        session.made("s", now: .seconds(3))
        #expect(session.lapse == .seconds(11))
        _ = session.step(now: .seconds(8))
        session.failed(now: .seconds(9))
        #expect(session.lapse == .seconds(11))
        _ = session.step(now: .seconds(10))
        session.renewed(true, now: .seconds(12))
        #expect(session.lapse == .seconds(20))
        _ = session.step(now: .seconds(17))
        session.renewed(false, now: .seconds(17))
        #expect(session.lapse == nil)
    }

    @Test func `without a session, a store that is away is asked with growing pauses up to the longest`() {
        var session = SessionKeeping(timeToLive: .seconds(10), longestPause: .seconds(3))
        var now = Duration.zero
        for pause in [1, 2, 3, 3] {
            #expect(session.step(now: now) == .make)
            session.failed(now: now)
            #expect(session.deadline == now + .seconds(pause))
            now += .seconds(pause)
        }
    }
}
