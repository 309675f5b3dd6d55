import Foundation
import Lab
import Testing

@testable import KeyValue

@Suite(.timeLimit(.minutes(2))) struct EmbeddedStoreTests {
    private let folder: ScratchFolder
    private var directory: String { "\(folder.path)/store" }

    init() throws { folder = try ScratchFolder() }

    // MARK: On disk

    @Test
    func `what was answered is there in a copy of the files taken while the store is open, as kill -9 leaves them`()
        async throws
    {
        let store = try EmbeddedStore(directory: directory)
        for number in 0..<200 {
            try await store.put("k/\(number)", value: Array("v\(number)".utf8), flags: UInt64(number))
        }
        try await store.delete("k/7")
        try await store.deleteTree(prefix: "k/19")
        let session = try await store.createSession(
            name: "s", ttl: .seconds(60), behavior: .delete, lockDelay: .milliseconds(1))
        #expect(try await store.acquire("lock", value: [1], flags: .max, session: session))
        let before = store.snapshot()
        // Neither closed nor checkpointed: the write-ahead log holds it.
        let copy = "\(folder.path)/copy"
        try FileManager.default.copyItem(atPath: directory, toPath: copy)
        let restored = try EmbeddedStore(directory: copy)
        let after = restored.snapshot()
        #expect(after.entries.entries(prefix: "") == before.entries.entries(prefix: ""))
        #expect(after.index == before.index)
        for prefix in ["", "k/", "k/7", "k/19", "lock", "none"] {
            #expect(after.index(prefix: prefix) == before.index(prefix: prefix), "\(prefix)")
        }
        #expect(after.sessions[session]?.ttl == .seconds(60))
        #expect(restored.nodeID == store.nodeID)
        // The session holds its lock still, and its whole TTL is before it.
        #expect(try await restored.renewSession(session))
        #expect(try await restored.get("lock")?.session == session)
        try await restored.destroySession(session)
        #expect(try await restored.get("lock") == nil)
        try await restored.put("next", value: [], flags: 0)
        #expect(try #require(try await restored.get("next")).modifyIndex > before.index)
    }

    @Test func `a closed store opens again with what it held, and refuses calls meanwhile`() async throws {
        let store = try EmbeddedStore(directory: directory)
        try await store.put("a", value: [1], flags: 0)
        try await store.delete("a")
        let index = try await store.list(prefix: "a").index
        try await store.close()
        await #expect(throws: KeyValueError.self) { try await store.put("a", value: [1], flags: 0) }
        await #expect(throws: KeyValueError.self) { _ = try await store.get("a") }
        let again = try EmbeddedStore(directory: directory)
        #expect(try await again.list(prefix: "a").index == index)
        try await again.put("a", value: [1], flags: 0)
        #expect(try await again.list(prefix: "a").index > index)
    }

    @Test func `a directory in use is refused, and told so`() async throws {
        let store = try EmbeddedStore(directory: directory)
        try await store.put("a", value: [1], flags: 0)
        let error = #expect(throws: KeyValueError.self) { _ = try EmbeddedStore(directory: directory) }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains("in use by another process") == true, "\(String(describing: error))")
        try await store.close()
        _ = try EmbeddedStore(directory: directory)
    }

    @Test func `a file that is no database is refused, and told so`() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: "\(directory)/portico.sqlite"))
        let error = #expect(throws: KeyValueError.self) { _ = try EmbeddedStore(directory: directory) }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains("damaged") == true, "\(String(describing: error))")
    }

    @Test func `only the owner can look into the directory`() async throws {
        _ = try EmbeddedStore(directory: directory)
        let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    // MARK: Keys

    @Test func `keys are written, compared, deleted; a leading slash is dropped`() async throws {
        let store = try EmbeddedStore(directory: directory)
        try await store.put("/a", value: [1], flags: 5)
        let entry = try #require(try await store.get("a"))
        #expect(entry == KeyValueEntry(key: "a", value: [1], flags: 5, createIndex: 2, modifyIndex: 2))
        #expect(try await store.compareAndSet("a", value: [2], flags: 0, index: 9) == false)
        #expect(try await store.compareAndSet("a", value: [2], flags: 0, index: 2))
        #expect(try await store.compareAndSet("a", value: [2], flags: 0, index: 0) == false)
        #expect(try await store.compareAndSet("/b", value: [3], flags: 0, index: 0))
        #expect(try await store.compareAndDelete("b", index: 1) == false)
        #expect(try await store.compareAndDelete("b", index: 4))
        #expect(try await store.get("/b") == nil)
        #expect(try await store.list(prefix: "/").entries.map(\.key) == ["a"])
        await #expect(throws: KeyValueError.self) { try await store.put("/", value: [], flags: 0) }
        let large = [UInt8](repeating: 1, count: EmbeddedStore.valueSizeMaximum + 1)
        await #expect(throws: KeyValueError.self) { try await store.put("a", value: large, flags: 0) }
        try await store.put("a", value: Array(large.dropLast()), flags: 0)
    }

    // MARK: Watches

    @Test func `a watch tells the state now, then every change under its prefix, newest only`() async throws {
        let store = try EmbeddedStore(directory: directory)
        try await store.put("w/a", value: [1], flags: 0)
        var watch = store.watch(prefix: "/w/").makeAsyncIterator()
        #expect(try Self.keys(await watch.next()) == ["w/a"])
        for number in 0..<100 { try await store.put("w/\(number)", value: [1], flags: 0) }
        try await store.put("elsewhere", value: [1], flags: 0)
        // A hundred changes, one event.
        #expect(try Self.keys(await watch.next()).count == 101)
        try await store.deleteTree(prefix: "w/")
        #expect(try Self.keys(await watch.next()) == [])
        let next = Task { [store] in
            var watch = store.watch(prefix: "w/").makeAsyncIterator()
            _ = await watch.next()
            return await watch.next()
        }
        while store.waiterCount == 0 { await Task.yield() }
        try await store.put("v", value: [1], flags: 0)
        #expect(store.waiterCount == 1)
        try await store.put("w/new", value: [1], flags: 0)
        #expect(try Self.keys(await next.value) == ["w/new"])
    }

    @Test func `a watch ends with its task, and with the store`() async throws {
        let store = try EmbeddedStore(directory: directory)
        let follow = { @Sendable [store] in
            var count = 0
            for await _ in store.watch(prefix: "") { count += 1 }
            return count
        }
        let first = Task(operation: follow)
        let second = Task(operation: follow)
        while store.waiterCount < 2 { await Task.yield() }
        first.cancel()
        #expect(await first.value == 1)
        try await store.close()
        #expect(await second.value == 1)
        #expect(store.waiterCount == 0)
    }

    private static func keys(_ event: KeyValueWatchEvent?) throws -> [String] {
        guard case .listing(let listing, let isRegressed, _) = try #require(event) else { throw LabError("no listing") }
        #expect(!isRegressed)
        return listing.entries.map(\.key)
    }

    // MARK: Sessions

    @Test(arguments: [SessionBehavior.release, .delete])
    func `a session that is not renewed ends at its TTL, and the watch of its key hears of it`(
        behavior: SessionBehavior
    ) async throws {
        let store = try EmbeddedStore(directory: directory)
        let session = try await store.createSession(
            name: "short", ttl: .seconds(8), behavior: behavior, lockDelay: .zero)
        let other = try await store.createSession(name: "", ttl: .seconds(60), behavior: .release, lockDelay: .zero)
        #expect(try await store.acquire("leader", value: [1], flags: 0, session: session))
        #expect(try await store.acquire("leader", value: [2], flags: 0, session: other) == false)
        var watch = store.watch(prefix: "leader").makeAsyncIterator()
        _ = await watch.next()
        let start = ContinuousClock.now
        #expect(try await store.renewSession(session))
        let event = await watch.next()
        let taken = ContinuousClock.now - start
        #expect(taken >= .milliseconds(7990), "\(taken)")
        #expect(try Self.keys(event) == (behavior == .delete ? [] : ["leader"]))
        #expect(try await store.get("leader")?.session == nil)
        #expect(try await store.renewSession(session) == false)
        #expect(try await store.acquire("leader", value: [2], flags: 0, session: other))
        #expect(try await store.release("leader", value: [3], session: session) == false)
        #expect(try await store.release("leader", value: [3], session: other))
        #expect(try await store.get("leader")?.value == [3])
        await #expect(throws: KeyValueError.self) {
            _ = try await store.acquire("leader", value: [], flags: 0, session: session)
        }
    }

    @Test func `a session that outlived the process ends after a whole TTL of the next one`() async throws {
        let store = try EmbeddedStore(directory: directory)
        let session = try await store.createSession(
            name: "", ttl: .seconds(8), behavior: .delete, lockDelay: .zero)
        #expect(try await store.acquire("k", value: [1], flags: 0, session: session))
        try await store.close()
        let start = ContinuousClock.now
        let again = try EmbeddedStore(directory: directory)
        var watch = again.watch(prefix: "k").makeAsyncIterator()
        #expect(try Self.keys(await watch.next()) == ["k"])
        #expect(try Self.keys(await watch.next()) == [])
        let taken = ContinuousClock.now - start
        #expect(taken >= .milliseconds(7990), "\(taken)")
    }
}
