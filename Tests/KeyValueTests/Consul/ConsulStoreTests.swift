import Lab
import Logging
import Testing

@testable import KeyValue

/// The store against a real Consul.
@Suite(.timeLimit(.minutes(2)))
struct ConsulStoreTests {
    /// One agent for tests that leave it as it is; each uses keys of its own.
    private static let shared = Result { try ConsulAgent() }

    private static func store(_ port: UInt16, _ others: UInt16...) throws -> ConsulStore {
        let addresses = ([port] + others).map { StoreAddress.network(host: "127.0.0.1", port: Int($0)) }
        return try ConsulStore(ConsulConfiguration(addresses: addresses), logger: Logger(label: "test"))
    }

    /// An agent that has only just started takes writes before its node is registered, which sessions need.
    private static func waitUntilRegistered(_ store: ConsulStore) async throws {
        while true {
            do {
                let id = try await store.createSession(
                    name: "early", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
                return try await store.destroySession(id)
            } catch  where error.kind == .unavailable {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func sharedStore() throws -> ConsulStore { try Self.store(Self.shared.get().port) }

    @Test func `what is written is read, whatever the octets`() async throws {
        let store = try sharedStore()
        let value = (0...255).map { UInt8($0) }
        for key in ["basic/a", "/basic/lead", "basic/ü %?&#+;=:@,!~", "basic/\"\\<>", "basic/dir/"] {
            try await store.put(key, value: value, flags: .max)
            let entry = try #require(try await store.get(key))
            #expect(entry.value == value)
            #expect(entry.flags == .max)
            #expect(entry.key == (key.hasPrefix("/") ? String(key.dropFirst()) : key))
        }
        try await store.put("basic/empty", value: [], flags: 0)
        #expect(try await store.get("basic/empty")?.value == [])
        let listing = try await store.list(prefix: "basic/")
        #expect(listing.entries.count == 6)
        #expect(
            listing.entries.map(\.key)
                == listing.entries.map(\.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(listing.index >= listing.entries.map(\.modifyIndex).max() ?? 0)
        try await store.delete("basic/a")
        try await store.delete("basic/a")
        #expect(try await store.get("basic/a") == nil)
        try await store.deleteTree(prefix: "/basic/")
        #expect(try await store.list(prefix: "basic/").entries.isEmpty)
    }

    @Test func `compare-and-set writes only over the index that was read`() async throws {
        let store = try sharedStore()
        #expect(try await store.compareAndSet("cas/a", value: [1], flags: 7, index: 0))
        #expect(try await !store.compareAndSet("cas/a", value: [2], flags: 0, index: 0))
        let index = try #require(try await store.get("cas/a")).modifyIndex
        #expect(try await store.compareAndSet("cas/a", value: [3], flags: 0, index: index))
        #expect(try await !store.compareAndDelete("cas/a", index: index))
        let newer = try #require(try await store.get("cas/a")).modifyIndex
        #expect(try await store.compareAndDelete("cas/a", index: newer))
        #expect(try await store.get("cas/a") == nil)
    }

    @Test func `one session at a time holds a lock, and the lock delay holds after it`() async throws {
        let store = try sharedStore()
        try await Self.waitUntilRegistered(store)
        let first = try await store.createSession(
            name: "a \"name\"", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
        let second = try await store.createSession(
            name: "b", ttl: .seconds(10), behavior: .delete, lockDelay: .seconds(15))
        #expect(try await store.acquire("lock/a", value: [1], flags: 3, session: first))
        #expect(try await store.acquire("lock/a", value: [1], flags: 3, session: first))
        #expect(try await !store.acquire("lock/a", value: [2], flags: 0, session: second))
        #expect(try await store.get("lock/a")?.session == first)
        #expect(try await !store.release("lock/a", value: [], session: second))
        #expect(try await store.renewSession(first))
        try await store.destroySession(first)
        #expect(try await !store.renewSession(first))
        #expect(try await store.get("lock/a")?.session == nil)
        #expect(try await store.acquire("lock/a", value: [2], flags: 0, session: second))
        try await store.destroySession(second)
        #expect(try await store.get("lock/a") == nil)
        let third = try await store.createSession(name: "c", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
        #expect(try await !store.acquire("lock/a", value: [3], flags: 0, session: third))
        try await store.destroySession(third)
    }

    @Test func `mistakes are told apart from outages`() async throws {
        let store = try sharedStore()
        let noSession = await #expect(throws: KeyValueError.self) {
            try await store.acquire("x/a", value: [], flags: 0, session: "11111111-1111-1111-1111-111111111111")
        }
        #expect(noSession?.kind == .invalid)
        try await Self.waitUntilRegistered(store)
        let shortTTL = await #expect(throws: KeyValueError.self) {
            try await store.createSession(name: "s", ttl: .seconds(1), behavior: .release, lockDelay: .zero)
        }
        #expect(shortTTL?.kind == .invalid)
        for key in ["", "a//b", "a/../b", "./a"] {
            let error = await #expect(throws: KeyValueError.self) { try await store.put(key, value: [], flags: 0) }
            #expect(error?.kind == .invalid)
        }
        let tooLarge = await #expect(throws: KeyValueError.self) {
            try await store.put("x/big", value: [UInt8](repeating: 0, count: 600_000), flags: 0)
        }
        #expect(tooLarge?.kind == .invalid)
        var configuration = ConsulConfiguration(addresses: [
            .network(host: "127.0.0.1", port: Int(try Self.shared.get().port))
        ])
        configuration.datacenter = "elsewhere"
        let elsewhere = try ConsulStore(configuration, logger: Logger(label: "test"))
        let noDatacenter = await #expect(throws: KeyValueError.self) { try await elsewhere.get("x") }
        #expect(noDatacenter?.kind == .invalid)
    }

    @Test func `a watch tells the state, then each change, and nothing of its neighbours`() async throws {
        let store = try sharedStore()
        try await store.put("watch/a", value: [0x31], flags: 0)
        var reader = WatchReader(store.watch(prefix: "watch/"))
        #expect(await reader.next()?.values == ["watch/a": "1"])
        try await store.put("watchful", value: [], flags: 0)
        try await store.put("watch/b", value: [0x32], flags: 0)
        #expect(await reader.next()?.values == ["watch/a": "1", "watch/b": "2"])
        try await store.delete("watch/a")
        #expect(await reader.next()?.values == ["watch/b": "2"])
        try await store.deleteTree(prefix: "watch/")
        let last = await reader.next()
        #expect(last?.values == [:])
        #expect(last?.isRegressed == false)
    }

    @Test func `a change is heard within milliseconds of the write's answer`() async throws {
        let store = try sharedStore()
        var reader = WatchReader(store.watch(prefix: "latency/"))
        _ = await reader.next()
        let clock = ContinuousClock()
        var delays: [Duration] = []
        for round in 0..<200 {
            let value = Array("10.0.0.\(round % 250):80".utf8)
            try await store.put("latency/a", value: value, flags: 0)
            let answered = clock.now
            let heard = await reader.next()
            delays.append(clock.now - answered)
            #expect(heard?.values?["latency/a"] == String(decoding: value, as: UTF8.self))
            // The figure is of changes that come one by one: the least time between two queries is not part of it.
            try await Task.sleep(for: .milliseconds(8))
        }
        delays.sort()
        print("write's answer to event: median \(delays[100]), p95 \(delays[190]), worst \(delays[199])")
        #expect(delays[100] < .milliseconds(10))
    }

    @Test func `a watch ends with its task`() async throws {
        let store = try sharedStore()
        let reading = Task {
            var count = 0
            for await _ in store.watch(prefix: "ends/") { count += 1 }
            return count
        }
        let other = store.watch(prefix: "ends/")
        var reader = WatchReader(other)
        _ = await reader.next()
        reading.cancel()
        #expect(await reading.value <= 1)
    }

    @Test func `a store that is killed and comes back empty is told as such, not as a mass removal`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent.port)
        for index in 0..<30 { try await store.put("services/\(index)", value: [1], flags: 0) }
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.next()?.values?.count == 30)
        try agent.stop()
        let outage = await reader.next()
        #expect(outage?.error?.kind == .unavailable)
        #expect(outage?.error?.description.contains("refused") == true)
        try agent.start()
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == [:])
        #expect(back?.isRegressed == true)
        #expect(back?.isFirstAfterOutage == true)
        try await store.put("services/new", value: [0x31], flags: 0)
        let after = await reader.next()
        #expect(after?.values == ["services/new": "1"])
        #expect(after?.isFirstAfterOutage == false)
    }

    @Test func `a store that hangs is noticed, and that it goes on again`() async throws {
        let agent = try ConsulAgent()
        var configuration = ConsulConfiguration(addresses: [.network(host: "127.0.0.1", port: Int(agent.port))])
        configuration.limits.answer = .milliseconds(500)
        configuration.limits.wait = .milliseconds(200)
        configuration.limits.waitAllowance = .milliseconds(300)
        let store = try ConsulStore(configuration, logger: Logger(label: "test"))
        try await store.put("hang/a", value: [0x31], flags: 0)
        var reader = WatchReader(store.watch(prefix: "hang/"))
        #expect(await reader.next()?.values == ["hang/a": "1"])
        agent.freeze()
        #expect(await reader.next()?.error?.description.contains("no answer in time") == true)
        await #expect(throws: KeyValueError.self) { try await store.get("hang/a") }
        agent.thaw()
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == ["hang/a": "1"])
        #expect(back?.isRegressed == false)
        #expect(back?.isFirstAfterOutage == true)
    }

    @Test func `ten thousand entries are listed and watched whole`() async throws {
        let store = try sharedStore()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in 0..<20 {
                group.addTask {
                    for number in 0..<500 {
                        try await store.put(
                            "many/\(batch)-\(number)", value: Array("10.0.\(batch).1:80".utf8), flags: 0)
                    }
                }
            }
            try await group.waitForAll()
        }
        var reader = WatchReader(store.watch(prefix: "many/"))
        #expect(await reader.next()?.values?.count == 10_000)
        try await store.put("many/one-more", value: [], flags: 0)
        #expect(await reader.next()?.values?.count == 10_001)
        try await store.deleteTree(prefix: "many/")
        #expect(await reader.next()?.values?.isEmpty == true)
    }

    @Test func `the next address answers when the first does not`() async throws {
        let agent = try ConsulAgent()
        let nobody = try FreePort.next()
        let broken = try ScriptedServer { _ in .raw("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n") }
        let store = try Self.store(nobody, broken.port, agent.port)
        try await store.put("failover/a", value: [1], flags: 0)
        #expect(try await store.compareAndSet("failover/b", value: [1], flags: 0, index: 0))
        #expect(broken.targets.count == 1)
        var reader = WatchReader(store.watch(prefix: "failover/"))
        #expect(await reader.next()?.values?.count == 2)
    }

    @Test func `a wrong token is told as denied`() async throws {
        let server = try ScriptedServer { _ in
            .raw("HTTP/1.1 403 Forbidden\r\nContent-Length: 17\r\n\r\nPermission denied")
        }
        let store = try Self.store(server.port)
        let error = await #expect(throws: KeyValueError.self) { try await store.get("a") }
        #expect(error?.kind == .denied)
        var reader = WatchReader(store.watch(prefix: "a"))
        #expect(await reader.next()?.error?.kind == .denied)
    }
}
