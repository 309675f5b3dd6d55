import Lab
import Logging
import Testing

@testable import KeyValue

/// The store against a real Consul, beyond what every store does.
@Suite(.timeLimit(.minutes(2)))
struct ConsulStoreTests {
    /// One agent for tests that leave it as it is; each uses keys of its own.
    private static let shared = Result { try ConsulAgent() }

    private static func store(_ port: UInt16, _ others: UInt16...) throws -> ConsulStore {
        let addresses = ([port] + others).map { StoreAddress.network(host: "127.0.0.1", port: Int($0)) }
        return try ConsulStore(ConsulConfiguration(addresses: addresses), logger: Logger(label: "test"))
    }

    /// Starting it waits, on a thread of its own: the tests beside this one have few.
    private func sharedAgent() async throws -> ConsulAgent { try await offPool { try Self.shared.get() } }

    private func sharedStore() async throws -> ConsulStore { try Self.store(await sharedAgent().port) }

    @Test func `a lock delay holds after the session, whatever became of the key`() async throws {
        let store = try await sharedStore()
        try await StoreSpecimen.waitUntilRegistered(store)
        let first = try await store.createSession(
            name: "a", ttl: .seconds(10), behavior: .delete, lockDelay: .seconds(15))
        #expect(try await store.acquire("lock/a", value: [2], flags: 3, session: first))
        #expect(try await store.get("lock/a")?.flags == 3)
        try await store.destroySession(first)
        #expect(try await store.get("lock/a") == nil)
        let next = try await store.createSession(name: "b", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
        #expect(try await !store.acquire("lock/a", value: [3], flags: 0, session: next))
        try await store.destroySession(next)
    }

    @Test func `mistakes are told apart from outages`() async throws {
        let store = try await sharedStore()
        let noSession = await #expect(throws: KeyValueError.self) {
            try await store.acquire("x/a", value: [], flags: 0, session: "11111111-1111-1111-1111-111111111111")
        }
        #expect(noSession?.kind == .invalid)
        try await StoreSpecimen.waitUntilRegistered(store)
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
            .network(host: "127.0.0.1", port: Int(try await sharedAgent().port))
        ])
        configuration.datacenter = "elsewhere"
        let elsewhere = try ConsulStore(configuration, logger: Logger(label: "test"))
        let noDatacenter = await #expect(throws: KeyValueError.self) { try await elsewhere.get("x") }
        #expect(noDatacenter?.kind == .invalid)
    }

    @Test func `a change is heard within milliseconds of the write's answer`() async throws {
        let store = try await sharedStore()
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

    @Test func `a store that hangs is noticed, and that it goes on again`() async throws {
        let agent = try await offPool { try ConsulAgent() }
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
        let store = try await sharedStore()
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
        let agent = try await offPool { try ConsulAgent() }
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
