import KeyValue
import Lab
import Testing

@testable import Renderer

@Suite(.timeLimit(.minutes(1))) struct StoreCatalogTests {
    private func service(_ text: String) throws -> Dependency { Dependency(.store(try StoreQuery.service(text))) }

    /// The next word that `wanted` knows.
    private func next(
        _ words: inout AsyncStream<SourceWord>.Iterator, _ wanted: (Answer) -> Bool
    ) async throws -> Answer {
        while let word = await words.next() {
            if case .answer(let answer, _) = word, wanted(answer) { return answer }
        }
        throw LabError("no such answer")
    }

    @Test func `those who follow one service hear of it alone`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80", "services/db-1/h:a:1": "10.0.0.1:1"])
        let source = StoreSource(store)
        let (words, sink) = AsyncStream<SourceWord>.makeStream(bufferingPolicy: .bufferingNewest(100))
        let (others, othersSink) = AsyncStream<SourceWord>.makeStream(bufferingPolicy: .bufferingNewest(100))
        let (web, db) = (try service("web"), try service("db-1"))
        let followers = [
            Task { await source.follow(web) { sink.yield($0) } },
            Task { await source.follow(db) { othersSink.yield($0) } },
        ]
        var iterator = words.makeAsyncIterator()
        var other = others.makeAsyncIterator()
        _ = try await next(&iterator) { $0.count == 1 }
        _ = try await next(&other) { $0.count == 1 }
        try await store.put("services/web-80/h:b:80", value: Array("10.0.0.2:80".utf8), flags: 0)
        let answer = try await next(&iterator) { $0.count == 2 }
        guard case .services(let instances) = answer else { throw LabError("\(answer)") }
        #expect(instances.map(\.address) == ["10.0.0.1", "10.0.0.2"])
        // A service of the very name comes before those with a port.
        try await store.put("services/web/h:c:80", value: Array("10.0.0.3:80".utf8), flags: 0)
        _ = try await next(&iterator) { $0.count == 1 }
        try await store.delete("services/web/h:c:80")
        _ = try await next(&iterator) { $0.count == 2 }
        try await store.deleteTree(prefix: "services/web-80")
        _ = try await next(&iterator) { $0.count == 0 }
        // The other has heard nothing since.
        try await store.put("services/db-1/h:b:1", value: Array("10.0.0.2:1".utf8), flags: 0)
        #expect(await other.next() == .answer(try await Self.db(), isSuspect: false))
        for follower in followers { follower.cancel() }
        for follower in followers { await follower.value }
    }

    private static func db() async throws -> Answer {
        .services(
            ["a", "b"].enumerated().map { index, container in
                var instance = HealthService()
                instance.node = "h"
                instance.id = "h:\(container):1"
                instance.name = "db-1"
                instance.address = "10.0.0.\(index + 1)"
                instance.nodeAddress = instance.address
                instance.port = 1
                instance.serviceMeta = [:]
                return instance
            })
    }
}
