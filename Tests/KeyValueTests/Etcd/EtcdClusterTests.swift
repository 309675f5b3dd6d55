import Foundation
import Lab
import Testing

@testable import KeyValue

/// Clusters of three that lose members under a watch while somebody writes.
@Suite(.serialized, .timeLimit(.minutes(4)))
struct EtcdClusterTests {
    /// Writes one key after the other, each again until it was answered; a number is written once it has been.
    private static func write(_ store: EtcdStore, from first: Int, count: Int) async {
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

    private static func stores(_ cluster: EtcdCluster) throws -> (watched: EtcdStore, written: EtcdStore) {
        let ports = cluster.ports
        let make = { (first: Int) in
            try StoreSpecimen.etcd(ports[first % 3], ports[(first + 1) % 3], ports[(first + 2) % 3]) { configuration in
                configuration.limits.answer = .seconds(5)
                configuration.limits.silence = .seconds(1)
                configuration.limits.pulse = .seconds(2)
            }
        }
        return (try make(0), try make(1))
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

    @Test(arguments: ["killed", "frozen"])
    func `a leader that is lost under a watch while somebody writes loses no event`(fate: String) async throws {
        let cluster = try await offPool { try EtcdCluster() }
        let leader = try await offPool { try cluster.waitForLeader() }
        let ports = cluster.ports
        // The watch is at the leader itself.
        let watched = try StoreSpecimen.etcd(ports[leader], ports[(leader + 1) % 3], ports[(leader + 2) % 3]) {
            configuration in
            configuration.limits.answer = .seconds(5)
            configuration.limits.silence = .seconds(1)
            configuration.limits.pulse = .seconds(2)
        }
        let written = try Self.stores(cluster).written
        let reader = WatchReader(watched.watch(prefix: "w/"))
        async let heard = Self.follow(reader, to: 600, isOrdered: fate == "killed")
        await Self.write(written, from: 0, count: 200)
        if fate == "killed" {
            try await offPool { try cluster.members[leader].stop() }
        } else {
            cluster.members[leader].freeze()
        }
        await Self.write(written, from: 200, count: 200)
        let successor = try await offPool { try cluster.waitForLeader(otherThan: leader) }
        #expect(successor != leader)
        try await offPool {
            if fate == "killed" {
                try cluster.start(leader)
            } else {
                cluster.members[leader].thaw()
            }
        }
        await Self.write(written, from: 400, count: 200)
        #expect(await heard?.values == Self.state(after: 600))
        #expect(try await watched.list(prefix: "w/").entries.count == 50)
    }

    @Test func `members that are restarted one after the other are not noticed`() async throws {
        let cluster = try await offPool { try EtcdCluster() }
        let (watched, written) = try Self.stores(cluster)
        let reader = WatchReader(watched.watch(prefix: "w/"))
        async let heard = Self.follow(reader, to: 400)
        await Self.write(written, from: 0, count: 100)
        for index in 0..<3 {
            try await offPool { try cluster.members[index].stop() }
            await Self.write(written, from: 100 + index * 100, count: 100)
            try await offPool { try cluster.start(index) }
        }
        #expect(await heard?.values == Self.state(after: 400))
    }

    @Test func `a member that has lost its leader is left for one that has not, and is an outage where there is none`()
        async throws
    {
        let cluster = try await offPool { try EtcdCluster() }
        let store = try StoreSpecimen.etcd(cluster.ports[0])
        try await store.put("w/a", value: [0x31], flags: 0)
        var reader = WatchReader(store.watch(prefix: "w/"))
        #expect(await reader.next()?.values == ["w/a": "1"])
        for index in 1..<3 { cluster.members[index].freeze() }
        let outage = await reader.first { $0.error != nil }
        #expect(outage?.error?.kind == .unavailable)
        let write = await #expect(throws: KeyValueError.self) { try await store.put("w/a", value: [0x32], flags: 0) }
        #expect(write?.kind == .unavailable)
        for index in 1..<3 { cluster.members[index].thaw() }
        let back = await reader.first { $0.values != nil }
        #expect(back?.isFirstAfterOutage == true)
        #expect(back?.isRegressed == false)
    }
}
