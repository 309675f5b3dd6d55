import Testing

@testable import KeyValue

/// The rules of blocking queries, without a socket.
@Suite struct ConsulWatchTests {
    private static let limits = ConsulLimits()
    private var watch = ConsulWatch(allowsStale: true, limits: limits)
    private let away = KeyValueError(.unavailable, "away")

    private func entries(_ pairs: [String: String], index: UInt64 = 1) -> [KeyValueEntry] {
        pairs.sorted { $0.key < $1.key }.map {
            KeyValueEntry(key: $0.key, value: Array($0.value.utf8), modifyIndex: index)
        }
    }

    private func answer(_ index: UInt64?, _ pairs: [String: String] = ["a": "1"]) -> ConsulWatch.Answer {
        ConsulWatch.Answer(index: index, entries: entries(pairs))
    }

    /// (entries, isRegressed, isFirstAfterOutage) of a listing.
    private func told(_ step: ConsulWatch.Step) -> (count: Int, isRegressed: Bool, isFirst: Bool)? {
        guard case .listing(let listing, let isRegressed, let isFirst) = step.event else { return nil }
        return (listing.entries.count, isRegressed, isFirst)
    }

    @Test func `the first query does not block, the next waits beyond the answer's index`() {
        var watch = watch
        #expect(watch.query == ConsulWatch.Query(index: 0, isStale: true))
        let step = watch.received(answer(42))
        #expect(told(step)?.count == 1)
        #expect(watch.query.index == 42)
    }

    @Test(arguments: [nil, 0] as [UInt64?])
    func `a missing index or 0 counts as 1`(index: UInt64?) {
        var watch = watch
        _ = watch.received(answer(index))
        #expect(watch.query.index == 1)
    }

    @Test func `the same index tells nothing, unless what it stands for changed`() {
        var watch = watch
        _ = watch.received(answer(42))
        #expect(watch.received(answer(42)).event == nil)
        #expect(told(watch.received(answer(42, ["a": "2"]))) != nil)
    }

    @Test func `a higher index with the same entries tells nothing`() {
        var watch = watch
        _ = watch.received(answer(42))
        #expect(watch.received(answer(43)).event == nil)
        #expect(watch.query.index == 43)
    }

    @Test func `an index that went backwards is asked of the leader, then told, and the query starts again`() {
        var watch = watch
        _ = watch.received(answer(42))
        #expect(watch.received(answer(7, [:])).event == nil)
        #expect(watch.query == ConsulWatch.Query(index: 0, isStale: false))
        let step = watch.received(answer(7, [:]))
        #expect(told(step)?.isRegressed == true)
        #expect(watch.query == ConsulWatch.Query(index: 0, isStale: true))
        #expect(watch.received(answer(7, [:])).event == nil)
        #expect(watch.query.index == 7)
        #expect(told(watch.received(answer(8, ["b": "1"])))?.isRegressed == false)
    }

    @Test func `a follower that lags is not taken for a store that was wiped`() {
        var watch = watch
        _ = watch.received(answer(42))
        _ = watch.received(answer(40, [:]))
        let step = watch.received(answer(43, ["a": "1", "b": "1"]))
        #expect(told(step)?.isRegressed == false)
        #expect(told(step)?.count == 2)
    }

    @Test(arguments: [(false, 0), (true, 2_001)])
    func `an answer of a server without a leader, or too far behind it, is asked of the leader`(
        isLeaderKnown: Bool, milliseconds: Int
    ) {
        var watch = watch
        _ = watch.received(answer(42))
        var doubtful = answer(43, [:])
        doubtful.isLeaderKnown = isLeaderKnown
        doubtful.lastContact = .milliseconds(milliseconds)
        #expect(watch.received(doubtful).event == nil)
        #expect(watch.query == ConsulWatch.Query(index: 42, isStale: false))
        #expect(told(watch.received(answer(44, ["b": "2"]))) != nil)
        #expect(watch.query.isStale)
    }

    @Test func `a lost connection is tried again at once before anything is said`() {
        var watch = watch
        _ = watch.received(answer(42))
        let step = watch.failed(away, isConnectionLost: true, jitter: 1)
        #expect(step.event == nil)
        #expect(step.pause <= .milliseconds(20))
        #expect(watch.query.index == 0)
        #expect(watch.received(answer(43)).event == nil)
        #expect(told(watch.received(answer(44, ["a": "2"])))?.isFirst == false)
    }

    @Test func `what comes after a connection was lost may be all that a restarted store has`() {
        var watch = watch
        _ = watch.received(answer(42))
        _ = watch.failed(away, isConnectionLost: true, jitter: 1)
        #expect(told(watch.received(answer(43, [:])))?.isFirst == true)
        #expect(told(watch.received(answer(44)))?.isFirst == false)
    }

    @Test func `an outage is told once, and so is its end even if nothing changed`() {
        var watch = watch
        _ = watch.received(answer(42))
        _ = watch.failed(away, isConnectionLost: true, jitter: 0)
        guard case .unavailable(away) = watch.failed(away, isConnectionLost: false, jitter: 0).event else {
            Issue.record("the outage was not told")
            return
        }
        #expect(watch.failed(away, isConnectionLost: false, jitter: 0).event == nil)
        let other = KeyValueError(.denied, "denied")
        guard case .unavailable(other) = watch.failed(other, isConnectionLost: false, jitter: 0).event else {
            Issue.record("the new reason was not told")
            return
        }
        #expect(told(watch.received(answer(42)))?.isFirst == true)
        #expect(watch.received(answer(42)).event == nil)
    }

    @Test func `a store that came back empty is told as regressed and first after the outage`() {
        var watch = watch
        _ = watch.received(answer(42))
        _ = watch.failed(away, isConnectionLost: false, jitter: 0)
        _ = watch.received(answer(1, [:]))
        let step = watch.received(answer(1, [:]))
        #expect(told(step)?.isRegressed == true)
        #expect(told(step)?.isFirst == true)
    }

    @Test func `pauses after failures double up to ten seconds, with jitter`() {
        var watch = watch
        var pauses: [Duration] = []
        for _ in 0..<12 { pauses.append(watch.failed(away, isConnectionLost: false, jitter: 1).pause) }
        #expect(pauses[0] == .milliseconds(20))
        #expect(pauses[1] == .milliseconds(100))
        #expect(pauses[2] == .milliseconds(200))
        #expect(pauses[11] == .seconds(10))
        #expect(watch.failed(away, isConnectionLost: false, jitter: 0).pause == .seconds(5))
        _ = watch.received(answer(1))
        #expect(watch.failed(away, isConnectionLost: false, jitter: 1).pause == .milliseconds(20))
    }

    @Test func `answers that say nothing new slow the queries down, a change makes them fast again`() {
        var watch = watch
        _ = watch.received(answer(1))
        for index in 2..<20 as Range<UInt64> { _ = watch.received(answer(index)) }
        #expect(watch.received(answer(20)).pause == Self.limits.idlePauseMax)
        #expect(watch.received(answer(nil)).pause <= Self.limits.indexlessPauseMax)
        let changed = watch.received(answer(21, ["b": "1"]))
        #expect(changed.pause == Self.limits.pause)
    }
}
