import Discovery
import FoundationEssentials
import KeyValue
import Logging
import Routing
import Synchronization
import Testing

@testable import Control

/// Controllers over a store in memory, with an installer that remembers what it was given.
@Suite struct ControllerTests {
    @Test(.timeLimit(.minutes(1))) func `a write is in force at once, and so is its end`() async throws {
        let store = MemoryStore()
        try await Self.withController(store) { recorder, _ in
            try await store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80".utf8), flags: 0)
            let table = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            #expect(table.routes.map(\.hosts) == [["web.*", "web-80.*"]])
            try await store.put("routes/r", value: Array("hosts: [a.example]\nservice: web-80".utf8), flags: 0)
            _ = try await recorder.table { $0.routes.map(\.name) == ["r", "web-80"] }
            try await store.delete("services/web-80/h:a:80")
            _ = try await recorder.table { $0.addresses == [] }
            #expect(recorder.generations == Array(1...UInt64(recorder.generations.count)))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a rewrite of the same value makes no generation`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store) { recorder, _ in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            for _ in 0..<10 {
                try await store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80".utf8), flags: 0)
            }
            // A later change is the very next generation: the rewrites made none.
            try await store.put("services/web-80/h:b:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            let table = try await recorder.table { $0.addresses.count == 2 }
            #expect(table.generation == 2)
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a burst of 10,000 changes costs few tables and ends right`() async throws {
        let store = MemoryStore()
        try await Self.withController(store) { recorder, _ in
            for index in 0..<10_000 {
                let address = "10.\(index % 7).\(index / 250 % 40).\(index % 250):80"
                try await store.put("services/web-80/h:c\(index % 100):80", value: Array(address.utf8), flags: 0)
            }
            let listing = try await store.list(prefix: "services/")
            let wanted = Set(listing.entries.map { String(decoding: $0.value, as: UTF8.self) })
            _ = try await recorder.table { Set($0.addresses) == wanted }
            #expect(recorder.generations.count < 10_000)
            #expect(recorder.mostAtOnce == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a malformed entry is a problem until it is corrected`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "rubbish"])
        try await Self.withController(store) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            #expect(await controller.waitUntilReady(timeout: .seconds(10)))
            try await recorder.problem { $0.subject == "services/web-80/h:b:80" }
            #expect(controller.status.problems.map(\.problem.subject) == ["services/web-80/h:b:80"])
            try await store.put("services/web-80/h:b:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            _ = try await recorder.table { $0.addresses.count == 2 }
            try await recorder.until { controller.status.problems.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a store that is away, comes back empty and recovers changes nothing`()
        async throws
    {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80", "routes/r": "service: web-80"])
        try await Self.withController(store) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] && $0.routes.count == 2 }
            let before = recorder.generations.count
            await store.setAway(KeyValueError(.unavailable, "no answer"))
            try await recorder.problem { $0.subject == "store" }
            #expect(!controller.status.isStoreAvailable)
            await store.wipe()
            await store.setAway(nil)
            try await recorder.problem { $0.subject == "held endpoints" }
            try await store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80".utf8), flags: 0)
            try await store.put("routes/r", value: Array("service: web-80".utf8), flags: 0)
            try await recorder.until { controller.status.problems.isEmpty && controller.status.isStoreAvailable }
            #expect(recorder.generations.count == before)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `what is held goes when its time is over`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        let time = ManualTime()
        try await Self.withController(store, clock: time.clock) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            await store.setAway(KeyValueError(.unavailable, "no answer"))
            try await recorder.problem { $0.subject == "store" }
            await store.wipe()
            await store.setAway(nil)
            try await recorder.problem { $0.subject == "held endpoints" }
            time.advance(by: .seconds(29))
            #expect(recorder.latest?.addresses == ["10.0.0.1:80"])
            time.advance(by: .seconds(1))
            _ = try await recorder.table { $0.addresses == [] }
            try await recorder.until { controller.status.problems.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `an operator can let go of what is held`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            await store.setAway(KeyValueError(.unavailable, "no answer"))
            try await recorder.problem { $0.subject == "store" }
            await store.wipe()
            await store.setAway(nil)
            try await recorder.problem { $0.subject == "held endpoints" }
            controller.acceptHeld()
            _ = try await recorder.table { $0.addresses == [] }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the last good table is served by the next run while the store is away`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80", "routes/r": "service: web-80"])
        try await Self.withController(store, directory: directory.path) { recorder, _ in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] && $0.routes.count == 2 }
        }
        await store.setAway(KeyValueError(.unavailable, "no answer"))
        try await Self.withController(store, directory: directory.path) { recorder, controller in
            let table = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            #expect(table.routes.map(\.name) == ["r", "web-80"])
            #expect(table.generation > 1)
            #expect(await controller.waitUntilReady(timeout: .seconds(10)))
            // The store answers again and lacks what it had: held.
            await store.wipe()
            await store.setAway(nil)
            try await recorder.problem { $0.subject == "held endpoints" }
            #expect(recorder.latest?.addresses == ["10.0.0.1:80"])
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [[], [0x7B], Array("portico-table 1 2 0000000000000000\n{}".utf8)])
    func `a last good table that is damaged is ignored`(octets: [UInt8]) async throws {
        let directory = try TemporaryDirectory()
        try WholeFile(directory: directory.path, name: Controller.snapshotName).write(octets)
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store, directory: directory.path) { recorder, _ in
            let table = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            #expect(table.generation == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `another store's last good table is not ours`() async throws {
        let directory = try TemporaryDirectory()
        try await Self.withController(
            MemoryStore(name: "memory:a", ["services/web-80/h:a:80": "10.0.0.1:80"]), directory: directory.path
        ) { recorder, _ in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
        }
        let store = MemoryStore(name: "memory:b", ["services/web-80/h:a:80": "10.0.0.2:80"])
        try await Self.withController(store, directory: directory.path) { recorder, _ in
            _ = try await recorder.table { $0.addresses == ["10.0.0.2:80"] }
            #expect(recorder.tables.map(\.addresses) == [["10.0.0.2:80"]])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a configuration that is read anew is in force at once`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            controller.reload(
                ConfigurationFile("routes: [{name: r, hosts: [b.example], service: web-80}]", source: "p").configuration
            )
            _ = try await recorder.table { $0.routes.map(\.name) == ["r", "web-80"] }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the file's routes stand before the store is heard of`() async throws {
        let store = MemoryStore()
        await store.setAway(KeyValueError(.unavailable, "no answer"))
        let file = ConfigurationFile("routes: [{name: r, hosts: [b.example], service: web-80}]", source: "p")
        try await Self.withController(store, configuration: file.configuration) { recorder, controller in
            _ = try await recorder.table { $0.routes.map(\.name) == ["r"] }
            #expect(await !controller.waitUntilReady(timeout: .milliseconds(50)))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a problem stands since a former run found it`() async throws {
        let directory = try TemporaryDirectory()
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "rubbish"])
        for time in [1_000, 2_000] as [Int64] {
            var clock = ControlClock.system
            clock.wallSeconds = { time }
            try await Self.withController(store, directory: directory.path, clock: clock) { recorder, controller in
                try await recorder.until { controller.status.problems.map(\.since) == [1_000] }
                #expect(await controller.waitUntilReady(timeout: .seconds(10)))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a configuration that cannot be read anew is a problem until one can`()
        async throws
    {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store) { recorder, controller in
            _ = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            controller.noteUnusable(["portico.yaml:3: rubbish"])
            try await recorder.problem { $0.subject == "configuration" && $0.reason.contains("portico.yaml:3") }
            var other = EdgeConfiguration()
            other.workers = 7
            controller.reload(other)
            try await recorder.until {
                controller.status.problems.contains { $0.problem.reason.contains("workers: restart") }
            }
            // As long as it differs from what the edge was started with.
            other.storeGrace = .seconds(7)
            controller.reload(other)
            other.workers = 0
            #expect(controller.status.problems.count == 1)
            controller.reload(other)
            try await recorder.until { controller.status.problems.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `that the table cannot be kept is a problem until it can`() async throws {
        let directory = try TemporaryDirectory()
        let place = "\(directory.path)/state"
        // A file stands where the folder is to be.
        try WholeFile(directory: directory.path, name: "state").write([])
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        try await Self.withController(store, directory: place) { recorder, controller in
            try await recorder.problem { $0.subject == "state directory" }
            try FileManager.default.removeItem(atPath: place)
            try await store.put("services/web-80/h:a:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            try await recorder.until { controller.status.problems.isEmpty }
        }
    }

    /// Runs a controller for the length of `body`.
    static func withController(
        _ store: MemoryStore, configuration: EdgeConfiguration = EdgeConfiguration(), directory: String? = nil,
        clock: ControlClock = .system, _ body: (Recorder, Controller) async throws -> Void
    ) async throws {
        let recorder = Recorder()
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        var surroundings = Controller.Surroundings(installer: recorder, stateDirectory: directory, logger: logger)
        surroundings.clock = clock
        surroundings.onEvent = { if case .appeared(let problem) = $0 { recorder.note(problem) } }
        let controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            try await body(recorder, controller)
            group.cancelAll()
        }
    }
}

extension TableDescription {
    /// All endpoints' addresses, sorted.
    var addresses: [String] { services.flatMap(\.endpoints).map(\.address).sorted() }
}
