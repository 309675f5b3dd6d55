import Lab
import Testing

@testable import Reactor

/// Deadlines against a model that keeps a plain list of them.
@Suite struct TimerWheelTests {
    private static let tick = UInt64(1) << TimerWheel.tickShift
    private static let millisecond: UInt64 = 1_000_000

    @Test(arguments: 1...12)
    func noDeadlineFiresEarlyAndNoneMoreThanATickLate(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var now = UInt64.random(in: 0...(1 << 50), using: &generator)
        var slab = Slab<Connection>(limit: 512) { Connection(index: $0) }
        var wheel = TimerWheel(now: now)
        var due: [Int32: UInt64] = [:]
        let indices = (0..<200).map { _ in slab.take() }
        let longest: UInt32 = seed % 3 == 0 ? 300_000 : 5_000
        for _ in 0..<3_000 {
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                guard let index = indices.randomElement(using: &generator) else { continue }
                switch Int.random(in: 0..<10, using: &generator) {
                case 0:
                    wheel.cancel(slab[index], in: slab)
                    due[index] = nil
                case 1:
                    wheel.schedule(slab[index], after: 0, now: now, in: slab)
                    due[index] = nil
                default:
                    let wait = UInt32.random(in: 1...longest, using: &generator)
                    wheel.schedule(slab[index], after: wait, now: now, in: slab)
                    due[index] = now + UInt64(wait) * Self.millisecond
                }
            }
            // As the loop does: it sleeps no longer than the wheel allows, but may be woken before.
            let allowed = wheel.wait(now: now)
            if allowed < 0 { #expect(due.isEmpty) }
            let longestSleep = allowed < 0 ? 1_000 : UInt64(allowed)
            now += UInt64.random(in: 0...(longestSleep * Self.millisecond), using: &generator)
            while true {
                let index = wheel.expired(now: now, in: slab)
                if index < 0 { break }
                guard let deadline = due.removeValue(forKey: index) else {
                    Issue.record("\(index) fired without a deadline")
                    continue
                }
                #expect(deadline <= now, "early by \(deadline &- now)")
            }
            for (index, deadline) in due where deadline + 2 * Self.tick < now {
                Issue.record("\(index) is late by \(now - deadline)")
            }
        }
    }

    @Test func theWheelIsLookedAtInTime() {
        var slab = Slab<Connection>(limit: 512) { Connection(index: $0) }
        var now: UInt64 = 12_345_678_901
        var wheel = TimerWheel(now: now)
        #expect(wheel.wait(now: now) == -1)
        let index = slab.take()
        for wait: UInt32 in [1, 66, 67, 68, 1_000, 60_000, 68_700, 200_000] {
            let start = now
            wheel.schedule(slab[index], after: wait, now: now, in: slab)
            while wheel.expired(now: now, in: slab) < 0 {
                let allowed = wheel.wait(now: now)
                #expect(allowed > 0)
                now += UInt64(max(1, allowed)) * Self.millisecond
            }
            let took = now - start
            #expect(took >= UInt64(wait) * Self.millisecond)
            #expect(took <= UInt64(wait) * Self.millisecond + Self.tick + 2 * Self.millisecond)
            #expect(wheel.wait(now: now) == -1)
        }
    }

    @Test func aDeadlineMovedLaterCostsNoWork() {
        var slab = Slab<Connection>(limit: 512) { Connection(index: $0) }
        var now: UInt64 = 1 << 40
        var wheel = TimerWheel(now: now)
        let index = slab.take()
        wheel.schedule(slab[index], after: 1_000, now: now, in: slab)
        let place = slab[index].value.wheelTick
        for _ in 0..<100 {
            now += Self.millisecond
            wheel.schedule(slab[index], after: 1_000, now: now, in: slab)
            #expect(slab[index].value.wheelTick == place)
        }
        // One that moves to an earlier time does take another place.
        wheel.schedule(slab[index], after: 100, now: now, in: slab)
        #expect(slab[index].value.wheelTick < place)
        now += 200 * Self.millisecond
        #expect(wheel.expired(now: now, in: slab) == index)
        #expect(wheel.expired(now: now, in: slab) == -1)
    }

    @Test func aFreedSlotsDeadlineIsGone() {
        var slab = Slab<Connection>(limit: 512) { Connection(index: $0) }
        var now: UInt64 = 0
        var wheel = TimerWheel(now: now)
        let indices = (0..<3).map { _ in slab.take() }
        for index in indices { wheel.schedule(slab[index], after: 10, now: now, in: slab) }
        wheel.cancel(slab[indices[1]], in: slab)
        slab.give(indices[1])
        now += 1_000 * Self.millisecond
        var fired: Set<Int32> = []
        while true {
            let index = wheel.expired(now: now, in: slab)
            if index < 0 { break }
            fired.insert(index)
        }
        #expect(fired == [indices[0], indices[2]])
        #expect(wheel.wait(now: now) == -1)
    }

    @Test func aLongPauseIsCaughtUpWith() {
        var slab = Slab<Connection>(limit: 512) { Connection(index: $0) }
        var now: UInt64 = 5
        var wheel = TimerWheel(now: now)
        now += 3_600_000 * Self.millisecond
        let index = slab.take()
        // Scheduled before the wheel was looked at: its own idea of the time is an hour old.
        wheel.schedule(slab[index], after: 500, now: now, in: slab)
        #expect(wheel.expired(now: now, in: slab) == -1)
        now += 600 * Self.millisecond
        #expect(wheel.expired(now: now, in: slab) == index)
    }
}
