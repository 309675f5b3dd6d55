import KeyValue
import Testing

/// The store that other tests stand on, beyond what every store does.
@Suite(.timeLimit(.minutes(1)))
struct MemoryStoreTests {
    @Test func `a watch tells the state, changes of its prefix, outages and wiped stores`() async throws {
        let store = MemoryStore(["/a/1": "x", "b/1": "y"])
        var reader = WatchReader(store.watch(prefix: "a/"))
        #expect(await reader.next()?.values == ["a/1": "x"])
        try await store.put("b/2", "z")
        try await store.apply([("a/2", "y"), ("a/1", nil)])
        #expect(await reader.next()?.values == ["a/2": "y"])
        await store.setAway(KeyValueError(.unavailable, "away"))
        #expect(await reader.next()?.error?.description == "away")
        await #expect(throws: KeyValueError.self) { try await store.list(prefix: "") }
        await store.wipe()
        await store.setAway(nil)
        let back = await reader.next()
        #expect(back?.values == [:])
        #expect(back?.isRegressed == true)
        #expect(back?.isFirstAfterOutage == true)
    }

    @Test func `a lock delay holds after the session`() async throws {
        let store = MemoryStore()
        let holder = try await store.createSession(
            name: "a", ttl: .seconds(60), behavior: .release, lockDelay: .seconds(60))
        #expect(try await store.acquire("lock", value: [1], flags: 0, session: holder))
        #expect(try await store.release("lock", value: [2], session: holder))
        #expect(try await store.acquire("lock", value: [3], flags: 0, session: holder))
        try await store.destroySession(holder)
        #expect(try await store.get("lock")?.session == nil)
        let next = try await store.createSession(name: "b", ttl: .seconds(60), behavior: .release, lockDelay: .zero)
        #expect(try await !store.acquire("lock", value: [], flags: 0, session: next))
    }
}
