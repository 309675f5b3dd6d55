import Testing

@testable import Control

@Suite struct RemovalGuardTests {
    /// Items are `group/name`.
    private func guarded(_ items: [String]) -> RemovalGuard<String> {
        var guarded = RemovalGuard<String>(grace: .seconds(30))
        guarded.update(items, isSuspect: false, now: .zero)
        return guarded
    }

    private func items(_ group: String, _ range: Range<Int>) -> [String] {
        range.map { "\(group)/\($0 < 10 ? "0" : "")\($0)" }
    }

    @Test(arguments: [
        // Items before, items after, whether it is held.
        (20, 0, true), (20, 9, true), (20, 10, false), (20, 19, false), (19, 0, false), (1, 0, false), (100, 49, true),
        (100, 50, false),
    ])
    func `more than half of twenty or more at once is held`(before: Int, after: Int, isHeld: Bool) {
        var guarded = guarded(items("a", 0..<before))
        guarded.update(items("a", 0..<after), isSuspect: false, now: .seconds(1))
        #expect((guarded.hold != nil) == isHeld)
        #expect(guarded.view.count == (isHeld ? before : after))
    }

    @Test func `replacements of the same group are no loss`() {
        var guarded = guarded(items("a", 0..<30))
        guarded.update(items("a", 30..<60), isSuspect: false, now: .seconds(1))
        #expect(guarded.hold == nil)
        #expect(guarded.view == items("a", 30..<60))
        // What comes for another group replaces nothing.
        guarded.update(items("b", 0..<30), isSuspect: false, now: .seconds(2))
        #expect(guarded.hold?.reason == .mass)
        #expect(guarded.view == items("a", 30..<60) + items("b", 0..<30))
    }

    @Test func `during a hold additions come in and ordinary removals act`() {
        var guarded = guarded(items("a", 0..<40))
        guarded.update(items("a", 0..<10), isSuspect: false, now: .seconds(1))
        #expect(guarded.view.count == 40)
        guarded.update(items("a", 0..<10) + items("b", 0..<2), isSuspect: false, now: .seconds(2))
        #expect(guarded.view.count == 42)
        guarded.update(items("a", 1..<10) + items("b", 0..<2), isSuspect: false, now: .seconds(3))
        #expect(guarded.view.count == 41)
        #expect(guarded.hold?.keys.count == 30)
        #expect(guarded.hold?.deadline == .seconds(31))
    }

    @Test func `the hold ends when its time is over`() {
        var guarded = guarded(items("a", 0..<40))
        guarded.update([], isSuspect: false, now: .seconds(1))
        let isEarly = guarded.expire(now: .seconds(30))
        #expect(!isEarly)
        #expect(guarded.view.count == 40)
        let isOver = guarded.expire(now: .seconds(31))
        #expect(isOver)
        #expect(guarded.view.isEmpty)
        #expect(guarded.hold == nil)
    }

    @Test func `the hold ends when the store has recovered`() {
        var guarded = guarded(items("a", 0..<40))
        guarded.update([], isSuspect: false, now: .seconds(1))
        guarded.update(items("a", 0..<30), isSuspect: false, now: .seconds(2))
        // Ten of forty are an ordinary removal.
        #expect(guarded.hold == nil)
        #expect(guarded.view == items("a", 0..<30))
    }

    @Test func `the hold ends when somebody accepts it`() {
        var guarded = guarded(items("a", 0..<40))
        guarded.update([], isSuspect: false, now: .seconds(1))
        let hasChanged = guarded.accept()
        #expect(hasChanged)
        #expect(guarded.view.isEmpty)
        let hasChangedAgain = guarded.accept()
        #expect(!hasChangedAgain)
    }

    @Test func `what a suspect answer lacks is held, however little it is`() {
        var guarded = guarded(items("a", 0..<3))
        guarded.update([], isSuspect: true, now: .seconds(1))
        #expect(guarded.hold?.reason == .outage)
        #expect(guarded.view.count == 3)
        // Entries are written back one by one; each answer is an ordinary one.
        guarded.update(items("a", 1..<2), isSuspect: false, now: .seconds(2))
        #expect(guarded.view.count == 3)
        #expect(guarded.hold?.keys == ["a/00", "a/02"])
        guarded.update(items("a", 0..<3), isSuspect: false, now: .seconds(3))
        #expect(guarded.hold == nil)
        #expect(guarded.view.count == 3)
    }

    @Test func `a hold that is over lets go with the next answer, too`() {
        var guarded = guarded(items("a", 0..<3))
        guarded.update([], isSuspect: true, now: .seconds(1))
        guarded.update(items("a", 1..<2), isSuspect: false, now: .seconds(40))
        #expect(guarded.view == items("a", 1..<2))
        #expect(guarded.hold == nil)
    }

    @Test func `what was held too long is not held again by an answer that comes before the timer`() {
        var guarded = guarded(items("a", 0..<40))
        guarded.update([], isSuspect: false, now: .seconds(1))
        guarded.update(items("b", 0..<1), isSuspect: false, now: .seconds(40))
        #expect(guarded.view == items("b", 0..<1))
        #expect(guarded.hold == nil)
    }

    @Test func `a suspect answer that lacks nothing is held up by nothing`() {
        var guarded = guarded(items("a", 0..<3))
        guarded.update(items("a", 0..<4), isSuspect: true, now: .seconds(1))
        #expect(guarded.hold == nil)
        #expect(guarded.view.count == 4)
    }

    @Test func `what is in force is always what the store has and what is held, sorted`() {
        var guarded = guarded([])
        var seed: UInt64 = 7
        func random(_ limit: UInt64) -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (seed >> 33) % limit
        }
        for second in 0..<500 {
            let now = Duration.seconds(second * 5)
            let latest = items("a", 0..<60).filter { _ in random(4) != 0 }
            guarded.update(random(5) == 0 ? [] : latest, isSuspect: random(6) == 0, now: now)
            #expect(guarded.view == guarded.view.sorted())
            #expect(Set(guarded.view).count == guarded.view.count)
            if let hold = guarded.hold {
                #expect(hold.keys.isSubset(of: guarded.view))
                #expect(hold.deadline > now)
            }
        }
    }
}

extension String: Removable {
    var key: String { self }
    var group: String { String(prefix { $0 != "/" }) }
}
