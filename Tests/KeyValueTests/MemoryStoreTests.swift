import KeyValue
import Testing

/// The store that other tests stand on behaves as the real ones do.
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

    @Test func `compare-and-set goes by the index`() async throws {
        let store = MemoryStore()
        #expect(try await store.compareAndSet("a", value: [1], flags: 2, index: 0))
        #expect(try await !store.compareAndSet("a", value: [2], flags: 0, index: 0))
        let entry = try #require(try await store.get("/a"))
        #expect(entry.flags == 2)
        #expect(try await !store.compareAndDelete("a", index: entry.modifyIndex + 1))
        #expect(try await store.compareAndDelete("a", index: entry.modifyIndex))
        #expect(try await store.get("a") == nil)
    }

    @Test func `a session that is not renewed ends, and its behaviour decides on its keys`() async throws {
        let store = MemoryStore()
        let holder = try await store.createSession(
            name: "a", ttl: .milliseconds(50), behavior: .delete, lockDelay: .zero)
        let other = try await store.createSession(
            name: "b", ttl: .seconds(60), behavior: .release, lockDelay: .seconds(60))
        #expect(try await store.acquire("lock", value: [1], flags: 0, session: holder))
        #expect(try await !store.acquire("lock", value: [2], flags: 0, session: other))
        var reader = WatchReader(store.watch(prefix: "lock"))
        #expect(await reader.first { $0.values?.isEmpty == true } != nil)
        #expect(try await !store.renewSession(holder))
        #expect(try await store.acquire("lock", value: [2], flags: 0, session: other))
        #expect(try await store.release("lock", value: [3], session: other))
        #expect(try await store.acquire("lock", value: [2], flags: 0, session: other))
        try await store.destroySession(other)
        #expect(try await store.get("lock")?.session == nil)
        let third = try await store.createSession(name: "c", ttl: .seconds(60), behavior: .release, lockDelay: .zero)
        #expect(try await !store.acquire("lock", value: [], flags: 0, session: third))
    }
}
