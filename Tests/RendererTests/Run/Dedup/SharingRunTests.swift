import Foundation
import KeyValue
import Lab
import Testing

@testable import Renderer

/// Runs in this process that share what they ask, over the embedded store's API.
@Suite(.timeLimit(.minutes(3))) struct SharingRunTests {
    /// The embedded store, served at a port of its own until the last reference goes.
    private final class Served: Sendable {
        let store: EmbeddedStore
        let port: Int
        private let folder: ScratchFolder
        private let task: Task<Void, any Error>

        init() async throws {
            let folder = try ScratchFolder()
            let store = try EmbeddedStore(directory: "\(folder.path)/store")
            let server = ConsulAPIServer(store: store, address: "127.0.0.1:0")
            self.folder = folder
            self.store = store
            task = Task { try await server.run() }
            port = try await server.boundPort()
        }

        deinit { task.cancel() }

        func put(_ key: String, _ value: String) async throws {
            try await store.put(key, value: Array(value.utf8), flags: 0)
        }
    }

    private static let leads = "this renderer asks the store, for all that render it"
    private static let follows = "another renderer asks the store"

    private func configuration(
        _ served: Served, _ bench: RunBench, _ text: String, isShared: Bool = true
    ) -> RenderConfiguration {
        bench.configuration(bench.template(text)) { configuration in
            configuration.store = "consul://127.0.0.1:\(served.port)"
            configuration.deduplication.isEnabled = isShared
            configuration.deduplication.prefix = "d/"
        }
    }

    /// Two runs of one template, of which the first leads.
    private func pair(_ served: Served, _ text: String, _ output: String) async throws -> [RunBench] {
        let benches = [try RunBench(), try RunBench()]
        benches[0].start(configuration(served, benches[0], text))
        try await benches[0].wait(forWord: Self.leads)
        benches[1].start(configuration(served, benches[1], text))
        for bench in benches { try await bench.wait(for: output) }
        try await benches[1].wait(forWord: Self.follows)
        return benches
    }

    @Test func `answers that one value does not hold come over in several, and old ones go away`() async throws {
        let served = try await Served()
        for key in ["a", "b", "c"] { try await served.put("l/\(key)", String(repeating: key, count: 300_000)) }
        let benches = try await pair(
            served, #"{{ range ls "l" }}{{ len .Value }}{{ slice .Value 0 1 }} {{ end }}"#, "300000a 300000b 300000c ")
        func parts() async throws -> [String] {
            try await served.store.list(prefix: "d/").entries.map(\.key).filter { $0.contains("/data/") }
        }
        let before = try await parts()
        #expect(before.count == 2)
        try await served.put("l/c", String(repeating: "d", count: 300_001))
        for bench in benches { try await bench.wait(for: "300000a 300000b 300001d ") }
        let deadline = Deadline.after(.seconds(30))
        while try await !Set(parts()).isDisjoint(with: before), !deadline.hasPassed {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await Set(parts()).isDisjoint(with: before))
        for bench in benches { try await bench.stop() }
    }

    @Test func `another configuration goes on sharing, or asks by itself`() async throws {
        let served = try await Served()
        try await served.put("a", "1")
        try await served.put("b", "2")
        let benches = try await pair(served, #"{{ key "a" }}"#, "1")
        // The second has a template of its own now, and leads there.
        benches[1].reread(configuration(served, benches[1], #"{{ key "a" }}{{ key "b" }}"#))
        try await benches[1].wait(for: "12")
        try await benches[1].wait(forWord: Self.leads)
        benches[1].reread(configuration(served, benches[1], #"{{ key "b" }}"#, isShared: false))
        try await benches[1].wait(for: "2")
        try await served.put("b", "3")
        try await benches[1].wait(for: "3")
        let locks = try await served.store.list(prefix: "d/").entries.filter { $0.key.hasSuffix("/lock") }
        #expect(locks.count == 1)
        for bench in benches { try await bench.stop() }
    }

    @Test func `what the store says there is not, and a key that comes and goes, are the same for all`() async throws {
        let served = try await Served()
        let benches = [try RunBench(), try RunBench()]
        let text = #"{{ key "a" }}{{ keyOrDefault "b" "none" }}"#
        for bench in benches { bench.start(configuration(served, bench, text)) }
        for bench in benches { try await bench.wait(forWord: "deduplicate: ") }
        try await served.put("a", "1")
        for bench in benches { try await bench.wait(for: "1none") }
        try await served.put("b", "2")
        for bench in benches { try await bench.wait(for: "12") }
        try await served.store.delete("b")
        for bench in benches { try await bench.wait(for: "1none") }
        for bench in benches { try await bench.stop() }
    }

    @Test func `a run that ends by itself, or writes nothing, asks by itself`() async throws {
        let served = try await Served()
        try await served.put("a", "1")
        let bench = try RunBench()
        #expect(try await bench.once(configuration(served, bench, #"{{ key "a" }}"#)) == .done)
        #expect(try await bench.once(configuration(served, bench, #"{{ key "a" }}x"#), isDry: true) == .done)
        #expect(try await served.store.list(prefix: "d/").entries.isEmpty)
    }

    @Test func `a store that is one process's is asked by itself, and that is told`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(
            bench.configuration(bench.template(#"{{ key "a" }}"#)) { $0.deduplication.isEnabled = true })
        try await bench.wait(for: "1")
        try await bench.wait(forWord: "deduplicate: there is none with this store")
        try await bench.stop()
    }
}
