import Foundation
import KeyValue
import Lab
import Logging
import Testing

@testable import Swarm

@Suite("Membership", .timeLimit(.minutes(2)))
struct MembershipTests {
    /// What a membership tells, as it comes.
    private struct Told {
        let changes: AsyncStream<DiscoveredNodes.Change>
        let task: Task<Void, Never>

        init(_ source: DiscoverySource, grace: Duration = .seconds(60), heartbeat: Duration = .seconds(600)) {
            let (changes, continuation) = AsyncStream<DiscoveredNodes.Change>.makeStream()
            self.changes = changes
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            task = Task {
                await Membership(source, heartbeat: heartbeat, grace: grace, logger: logger).follow {
                    continuation.yield($0)
                }
            }
        }
    }

    private func source(_ store: MemoryStore) -> DiscoverySource {
        DiscoverySource(DiscoverySource.Store(store: store, keys: SwarmKeys(prefix: "lab"), kind: .plain))
    }

    private func texts(_ nodes: [NodeAddress]?) -> [String] { (nodes ?? []).map(\.description) }

    @Test("nodes of a store come and go, and a store that is away takes none")
    func store() async throws {
        let store = MemoryStore(["lab/docker/swarm/nodes/a:1": "a:1", "lab/docker/swarm/leader": "m:1"])
        let told = Told(source(store))
        defer { told.task.cancel() }
        var changes = told.changes.makeAsyncIterator()
        #expect(texts(await changes.next()?.added) == ["a:1"])
        try await store.apply([("lab/b:1", "b:1"), ("lab/docker/nodes/c:1", "c:1")])
        #expect(texts(await changes.next()?.added) == ["b:1", "c:1"])
        await store.setAway(KeyValueError(.unavailable, "gone"))
        #expect(await changes.next()?.problems == ["gone"])
        await store.setAway(nil)
        try await store.delete("lab/b:1")
        // Back again, one node less: an ordinary leave, but that the store has just been away.
        var removed: [String] = []
        var problems: [String] = []
        while problems.isEmpty, removed.isEmpty {
            let change = await changes.next()
            removed = texts(change?.removed)
            problems = change?.problems ?? []
        }
        try await store.put("lab/d:1", "d:1")
        #expect(texts(await changes.next()?.added) == ["d:1"])
    }

    @Test("a wiped store takes nobody before its grace is over")
    func wiped() async throws {
        let store = MemoryStore(["lab/a:1": "a:1", "lab/b:1": "b:1"])
        let told = Told(source(store), grace: .milliseconds(200))
        defer { told.task.cancel() }
        var changes = told.changes.makeAsyncIterator()
        #expect(texts(await changes.next()?.added) == ["a:1", "b:1"])
        await store.wipe()
        let held = await changes.next()
        #expect(held?.removed == [] && held?.problems.count == 1)
        #expect(texts(await changes.next()?.removed) == ["a:1", "b:1"])
    }

    @Test("a list says everything once; a file is read when it changes, and what is wrong in it takes nothing away")
    func files() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let list = Told(
            try DiscoverySource(
                try DiscoveryURL("nodes://a:[1:2]"), options: try DiscoveryOptions(), environment: [:], logger: logger))
        defer { list.task.cancel() }
        var listed = list.changes.makeAsyncIterator()
        #expect(texts(await listed.next()?.added) == ["a:1", "a:2"])

        let folder = try ScratchFolder()
        let path = "\(folder.path)/nodes"
        let file = Told(
            try DiscoverySource(
                try DiscoveryURL("file://\(path)"), options: try DiscoveryOptions(), environment: [:], logger: logger))
        defer { file.task.cancel() }
        var changes = file.changes.makeAsyncIterator()
        #expect(await changes.next()?.problems == ["file://\(path): no such file"])
        _ = try folder.write("nodes", "# ours\na:1 # first\n\nb:1\n")
        #expect(texts(await changes.next()?.added) == ["a:1", "b:1"])
        _ = try folder.write("nodes", "a:1\nb:1\nc\n")
        #expect(await changes.next()?.problems.first?.contains("invalid node \"c\"") ?? false)
        _ = try folder.write("nodes", "a:1\nd:1\n")
        let last = await changes.next()
        #expect(texts(last?.added) == ["d:1"] && texts(last?.removed) == ["b:1"])
    }

    @Test("a list prints what the first answer holds, and gives up in time")
    func lists() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let surroundings = SwarmSurroundings(
            environment: [:], logger: logger, stops: AsyncStream { $0.finish() })
        #expect(
            await (try ListRun(ListOptions(), discovery: "b:1,a:1,b:1", surroundings: surroundings)).run()
                == ["b:1", "a:1"])
        var options = ListOptions()
        options.timeout = .milliseconds(50)
        let late = try ListRun(options, discovery: "file:///nonexistent/nodes", surroundings: surroundings)
        #expect(await late.run() == nil)
    }
}
