import Foundation
import Testing

@testable import KeyValue

/// The rules of etcd's watches, without a socket.
@Suite struct EtcdWatchTests {
    private static let limits = EtcdLimits()
    private static let space = EtcdKeySpace(root: "")
    private var watch = EtcdWatch(in: space, limits: limits)
    private let away = KeyValueError(.unavailable, "away")

    private func pair(_ key: String, _ value: String, _ revision: UInt64, lease: Int64 = 0) -> EtcdKeyValue {
        EtcdKeyValue(
            key: Array(key.utf8), value: Array(value.utf8), createRevision: 1, modRevision: revision, lease: lease)
    }

    private func snapshot(_ revision: Int64, cluster: UInt64 = 7, _ entries: EtcdKeyValue...) -> EtcdSnapshot {
        EtcdSnapshot(header: EtcdHeader(clusterID: cluster, revision: revision), entries: entries)
    }

    private func message(
        _ revision: Int64, cluster: UInt64 = 7, _ events: EtcdWatchMessage.Event...
    ) -> EtcdWatchMessage {
        EtcdWatchMessage(header: EtcdHeader(clusterID: cluster, revision: revision), events: events)
    }

    private func put(_ key: String, _ value: String, _ revision: UInt64) -> EtcdWatchMessage.Event {
        EtcdWatchMessage.Event(isDeletion: false, entry: pair(key, value, revision))
    }

    private func deletion(_ key: String, _ revision: UInt64) -> EtcdWatchMessage.Event {
        EtcdWatchMessage.Event(isDeletion: true, entry: EtcdKeyValue(key: Array(key.utf8), modRevision: revision))
    }

    /// What an event tells, as text: `index key=value ...`, with `regressed` and `first` if it is that.
    private func told(_ event: KeyValueWatchEvent?) -> String? {
        switch event {
        case nil: return nil
        case .unavailable(let error): return "unavailable \(error.description)"
        case .listing(let listing, let isRegressed, let isFirst):
            var words = ["\(listing.index)"]
            words += listing.entries.map { entry in
                "\(entry.key)=\(String(decoding: entry.value, as: UTF8.self))"
                    + (entry.session.map { "@\($0.drop { $0 == "0" })" } ?? "")
            }
            if isRegressed { words.append("regressed") }
            if isFirst { words.append("first") }
            return words.joined(separator: " ")
        }
    }

    @Test func `it lists, and follows what changes from the next revision on`() {
        var watch = watch
        #expect(watch.query == .list)
        #expect(told(watch.listed(snapshot(41, pair("a", "1", 5))).event) == "41 a=1")
        #expect(watch.query == .follow(from: 42))
        var created = message(41)
        created.isCreated = true
        #expect(watch.heard(created) == .goesOn)
        #expect(watch.change() == nil)
        #expect(watch.heard(message(43, put("b", "2", 42), deletion("a", 43))) == .goesOn)
        #expect(told(watch.change()) == "43 b=2")
        #expect(watch.change() == nil)
    }

    @Test func `changes that come together are told together, and what was heard before is not applied again`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        #expect(watch.heard(message(42, put("c", "3", 42))) == .goesOn)
        #expect(watch.heard(message(44, put("b", "2", 43), put("a", "4", 44))) == .goesOn)
        #expect(told(watch.change()) == "44 a=4 b=2 c=3")
        #expect(watch.heard(message(45, put("a", "0", 40))) == .goesOn)
        #expect(watch.change() == nil)
    }

    @Test func `a change in fragments is told when it is whole`() {
        var watch = watch
        _ = watch.listed(snapshot(41))
        var first = message(42, put("a", "1", 42))
        first.isFragment = true
        #expect(watch.heard(first) == .goesOn)
        #expect(watch.change() == nil)
        #expect(watch.heard(message(42, put("b", "1", 42))) == .goesOn)
        #expect(told(watch.change()) == "42 a=1 b=1")
    }

    @Test func `locks are told as the sessions of their keys`() {
        var watch = watch
        let lock = EtcdKeyValue(key: Self.space.lockOctets("a"), modRevision: 6, lease: 0x10)
        #expect(
            told(watch.listed(snapshot(41, pair("a", "1", 5), lock, pair("b", "1", 6, lease: 0xAB))).event)
                == "41 a=1@10-release b=1@ab")
        #expect(watch.heard(message(42, put("a", "2", 42))) == .goesOn)
        #expect(told(watch.change()) == "42 a=2@10-release b=1@ab")
        let released = EtcdWatchMessage.Event(
            isDeletion: true, entry: EtcdKeyValue(key: Self.space.lockOctets("a"), modRevision: 43))
        #expect(watch.heard(message(43, released)) == .goesOn)
        #expect(told(watch.change()) == "43 a=2 b=1@ab")
        // A lock whose key is not there waits for it.
        let taken = EtcdWatchMessage.Event(
            isDeletion: false, entry: EtcdKeyValue(key: Self.space.lockOctets("c"), modRevision: 44, lease: 1))
        #expect(watch.heard(message(44, taken)) == .goesOn)
        #expect(watch.change() == nil)
        #expect(watch.heard(message(45, put("c", "3", 45))) == .goesOn)
        #expect(told(watch.change()) == "45 a=2 b=1@ab c=3@1-release")
    }

    @Test func `after a compaction it lists anew, which is no outage`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        var cancelled = message(0)
        cancelled.isCancelled = true
        cancelled.compactRevision = 90
        #expect(watch.heard(cancelled) == .isOver)
        #expect(watch.query == .list)
        _ = watch.ended(lived: .zero, jitter: 1)
        #expect(told(watch.listed(snapshot(95, pair("a", "2", 91))).event) == "95 a=2")
        #expect(watch.query == .follow(from: 96))
    }

    @Test func `members that end every watch at once make no busy loop`() {
        var watch = watch
        var pauses: [Duration] = []
        for round in 0..<12 as Range<Int64> {
            _ = watch.listed(snapshot(41 + round))
            pauses.append(watch.ended(lived: .milliseconds(1), jitter: 1).pause)
        }
        #expect(pauses[0] == .milliseconds(20))
        #expect(pauses[11] == .seconds(10))
        #expect(watch.ended(lived: .seconds(60), jitter: 1).pause == .milliseconds(20))
    }

    @Test func `a listing of a lower revision, or of another cluster, is regressed`() {
        for (revision, cluster) in [(7, 7), (50, 8)] as [(Int64, UInt64)] {
            var watch = watch
            _ = watch.listed(snapshot(41, pair("a", "1", 5)))
            _ = watch.failed(away, isStreamLost: false, lived: .zero, jitter: 0)
            #expect(told(watch.listed(snapshot(revision, cluster: cluster)).event) == "\(revision) regressed first")
            #expect(watch.query == .follow(from: revision + 1))
            #expect(
                watch.heard(message(revision + 1, cluster: cluster, put("b", "1", UInt64(revision) + 1))) == .goesOn)
            #expect(told(watch.change()) == "\(revision + 1) b=1")
        }
    }

    @Test func `a stream that begins at a lower revision, or of another cluster, has a listing decide`() {
        for (revision, cluster) in [(40, 7), (41, 8)] as [(Int64, UInt64)] {
            var watch = watch
            _ = watch.listed(snapshot(41, pair("a", "1", 5)))
            var created = message(revision, cluster: cluster)
            created.isCreated = true
            #expect(watch.heard(created) == .isOver)
            #expect(watch.query == .list)
            // It was a member that lagged.
            #expect(watch.listed(snapshot(41, pair("a", "1", 5))).event == nil)
        }
    }

    @Test func `progress moves the revision, so that a store that was restored behind it is noticed`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        #expect(watch.heard(message(60)) == .goesOn)
        #expect(watch.change() == nil)
        _ = watch.failed(away, isStreamLost: true, lived: .zero, jitter: 0)
        #expect(told(watch.listed(snapshot(50)).event) == "50 regressed first")
    }

    @Test func `a stream that ends is begun again before anything is said`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        let step = watch.failed(away, isStreamLost: true, lived: .seconds(60), jitter: 1)
        #expect(step.event == nil)
        #expect(step.pause <= .milliseconds(20))
        #expect(watch.query == .list)
        #expect(watch.listed(snapshot(41, pair("a", "1", 5))).event == nil)
        #expect(watch.heard(message(42, put("a", "2", 42))) == .goesOn)
        #expect(told(watch.change()) == "42 a=2")
    }

    @Test func `what comes after a stream was lost may be all that a restarted store has`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        _ = watch.failed(away, isStreamLost: true, lived: .zero, jitter: 1)
        #expect(told(watch.listed(snapshot(43)).event) == "43 first")
        #expect(watch.heard(message(44, put("a", "2", 44))) == .goesOn)
        #expect(told(watch.change()) == "44 a=2")
    }

    @Test func `an outage is told once, and so is its end even if nothing changed`() {
        var watch = watch
        _ = watch.listed(snapshot(41, pair("a", "1", 5)))
        _ = watch.failed(away, isStreamLost: true, lived: .zero, jitter: 0)
        #expect(
            told(watch.failed(away, isStreamLost: false, lived: .zero, jitter: 0).event) == "unavailable away")
        #expect(watch.failed(away, isStreamLost: false, lived: .zero, jitter: 0).event == nil)
        let denied = KeyValueError(.denied, "denied")
        #expect(
            told(watch.failed(denied, isStreamLost: false, lived: .zero, jitter: 0).event) == "unavailable denied")
        #expect(told(watch.listed(snapshot(41, pair("a", "1", 5))).event) == "41 a=1 first")
        #expect(watch.listed(snapshot(41, pair("a", "1", 5))).event == nil)
    }

    @Test func `a change that was not told whole when the stream broke is told by the listing`() {
        var watch = watch
        _ = watch.listed(snapshot(41))
        var first = message(42, put("a", "1", 42))
        first.isFragment = true
        _ = watch.heard(first)
        _ = watch.failed(away, isStreamLost: true, lived: .zero, jitter: 0)
        #expect(watch.change() == nil)
        #expect(told(watch.listed(snapshot(42, pair("a", "1", 42), pair("b", "1", 42))).event) == "42 a=1 b=1 first")
    }

    @Test func `a watch that is cancelled for another reason has failed for it`() {
        var watch = watch
        _ = watch.listed(snapshot(41))
        var cancelled = message(0)
        cancelled.isCreated = true
        cancelled.isCancelled = true
        cancelled.reason = "etcdserver: permission denied"
        #expect(watch.heard(cancelled) == .failed("etcdserver: permission denied"))
    }
}
