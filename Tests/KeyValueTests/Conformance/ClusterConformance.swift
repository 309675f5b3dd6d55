import KeyValue
import Testing

/// Clusters of three that lose servers under a watch while somebody writes.
///
/// Serialized, and beside the other suites of ``StoreConformance``: six servers at a time are enough.
@Suite(.serialized, .timeLimit(.minutes(4)))
struct ClusterConformance {
    /// Writes one key after the other, each again until it was answered; a number is written once it has been.
    private static func write(_ store: any KeyValueStore, from first: Int, count: Int) async {
        for number in first..<first + count {
            while !Task.isCancelled {
                do {
                    try await store.put("w/\(number % 50)", value: Array("\(number)".utf8), flags: 0)
                    break
                } catch {
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }

    /// What is there after so many writes.
    private static func state(after count: Int) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: (0..<min(50, count)).map { slot in
                ("w/\(slot)", "\(slot + (count - 1 - slot) / 50 * 50)")
            })
    }

    /// Follows `reader` until it has heard the state after `count` writes.
    ///
    /// - Parameter isOrdered: whether no value may go back on the way. A member that was frozen carries out what was sent
    ///   to it when it goes on, long after it was sent again to another.
    private static func follow(
        _ reader: WatchReader, to count: Int, isOrdered: Bool = true
    ) async -> WatchReader.Heard? {
        var reader = reader
        var highest: [String: Int] = [:]
        let expected = state(after: count)
        while let heard = await reader.next() {
            guard let values = heard.values else { continue }
            #expect(!heard.isRegressed)
            for (key, value) in values {
                let number = Int(value) ?? -1
                #expect(
                    !isOrdered || number >= highest[key] ?? -1,
                    "\(key) went back from \(highest[key] ?? -1) to \(number)")
                highest[key] = number
            }
            #expect(values.count >= highest.count, "a key was lost on the way")
            if values == expected { return heard }
        }
        return nil
    }

    @Test(arguments: StoreCluster.all, ["killed", "frozen"])
    func `a leader that is lost under a watch while somebody writes loses no event`(
        kind: StoreCluster, fate: String
    ) async throws {
        let cluster = try await kind.open()
        let leader = try await cluster.leader(nil)
        // The watch is at the leader itself.
        let watched = try cluster.store(first: leader)
        let written = try cluster.store(first: (leader + 1) % 3)
        let reader = WatchReader(watched.watch(prefix: "w/"))
        async let heard = Self.follow(reader, to: 600, isOrdered: fate == "killed")
        await Self.write(written, from: 0, count: 200)
        if fate == "killed" { try await cluster.stop(leader) } else { cluster.freeze(leader) }
        await Self.write(written, from: 200, count: 200)
        #expect(try await cluster.leader(leader) != leader)
        if fate == "killed" { try await cluster.start(leader) } else { cluster.thaw(leader) }
        await Self.write(written, from: 400, count: 200)
        #expect(await heard?.values == Self.state(after: 600))
        #expect(try await watched.list(prefix: "w/").entries.count == 50)
    }

    @Test(arguments: StoreCluster.all)
    func `servers that are restarted one after the other are not noticed`(kind: StoreCluster) async throws {
        let cluster = try await kind.open()
        let watched = try cluster.store(first: 0)
        let written = try cluster.store(first: 1)
        let reader = WatchReader(watched.watch(prefix: "w/"))
        async let heard = Self.follow(reader, to: 400)
        await Self.write(written, from: 0, count: 100)
        for index in 0..<3 {
            try await cluster.stop(index)
            await Self.write(written, from: 100 + index * 100, count: 100)
            try await cluster.start(index)
        }
        #expect(await heard?.values == Self.state(after: 400))
    }

    @Test(arguments: StoreCluster.all)
    func `a server that has lost its leader is an outage, and what it says then is not believed`(
        kind: StoreCluster
    ) async throws {
        let cluster = try await kind.open()
        let leader = try await cluster.leader(nil)
        let others = (0..<3).filter { $0 != leader }
        let store = try cluster.store([others[0]])
        try await store.put("w/a", value: [0x31], flags: 0)
        var reader = WatchReader(store.watch(prefix: "w/"))
        #expect(await reader.first { $0.values == ["w/a": "1"] } != nil)
        for index in [leader, others[1]] { cluster.freeze(index) }
        let outage = await reader.next()
        #expect(outage?.error?.kind == .unavailable)
        let write = await #expect(throws: KeyValueError.self) { try await store.put("w/b", value: [0x32], flags: 0) }
        #expect(write?.kind == .unavailable)
        for index in [leader, others[1]] { cluster.thaw(index) }
        let back = await reader.first { $0.values != nil }
        #expect(back?.values?["w/a"] == "1")
        #expect(back?.isFirstAfterOutage == true)
        #expect(back?.isRegressed == false)
    }
}
