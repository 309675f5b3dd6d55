import Foundation
import KeyValue
import Lab
import Testing

@testable import KeyValue

@Suite(.timeLimit(.minutes(2))) struct BlockingQueryTests {
    /// Waits until `count` clients wait in the store.
    private static func untilWaiting(_ count: Int, _ served: ServedStore) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while served.store.waiterCount != count {
            try #require(ContinuousClock.now < deadline, "\(served.store.waiterCount) wait, not \(count)")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private static func index(_ answer: HTTPAnswer) throws -> UInt64 {
        try #require(answer["X-Consul-Index"].flatMap { UInt64($0) })
    }

    @Test func `a query on a prefix wakes for a change under it and not for one elsewhere`() async throws {
        let served = try await ServedStore()
        try await served.store.put("p/a", value: [1], flags: 0)
        let index = try Self.index(try await served.request("GET", "/v1/kv/p/?recurse"))
        async let answer = served.request("GET", "/v1/kv/p/?recurse&index=\(index)&wait=60s")
        try await Self.untilWaiting(1, served)
        try await served.store.put("q", value: [1], flags: 0)
        try await served.store.put("o", value: [1], flags: 0)
        #expect(served.store.waiterCount == 1)
        try await served.store.put("p/b", value: [1], flags: 0)
        let woken = try await answer
        #expect(woken.status == 200)
        #expect(woken.text.contains(#""Key":"p/b""#))
        #expect(try Self.index(woken) > index)
        try await served.stop()
    }

    @Test(arguments: ["/v1/kv/gone", "/v1/kv/gone?recurse", "/v1/kv/gone?keys"])
    func `a missing key is waited for, with an index that is not 0`(target: String) async throws {
        let served = try await ServedStore()
        let first = try await served.request("GET", target)
        #expect(first.status == 404)
        let index = try Self.index(first)
        #expect(index > 0)
        let separator = target.contains("?") ? "&" : "?"
        async let answer = served.request("GET", "\(target)\(separator)index=\(index)&wait=60s")
        try await Self.untilWaiting(1, served)
        try await served.store.put("gone", value: [7], flags: 0)
        #expect(try await answer.status == 200)
        try await served.stop()
    }

    @Test func `deletions wake, of a key, of a tree, and of everything`() async throws {
        let served = try await ServedStore()
        for deletion in ["/v1/kv/t/a", "/v1/kv/t/?recurse", "/v1/kv/?recurse"] {
            try await served.store.put("t/a", value: [1], flags: 0)
            let index = try Self.index(try await served.request("GET", "/v1/kv/t/?recurse"))
            async let answer = served.request("GET", "/v1/kv/t/?recurse&index=\(index)&wait=60s")
            try await Self.untilWaiting(1, served)
            #expect(try await served.text("DELETE", deletion) == "true")
            let woken = try await answer
            #expect(woken.status == 404)
            #expect(try Self.index(woken) > index)
        }
        try await served.stop()
    }

    @Test func `a wait that is over is answered with what there is`() async throws {
        let served = try await ServedStore()
        try await served.store.put("k", value: [1], flags: 0)
        let index = try Self.index(try await served.request("GET", "/v1/kv/k"))
        let start = ContinuousClock.now
        let answer = try await served.request("GET", "/v1/kv/k?index=\(index)&wait=200ms")
        let taken = ContinuousClock.now - start
        #expect(answer.status == 200)
        #expect(try Self.index(answer) == index)
        #expect(taken >= .milliseconds(200) && taken < .seconds(5), "\(taken)")
        try await served.stop()
    }

    @Test func `sessions are waited for, and what never changes waits too`() async throws {
        let served = try await ServedStore()
        async let sessions = served.request("GET", "/v1/session/list?index=1&wait=60s")
        async let nodes = served.request("GET", "/v1/catalog/services?index=1&wait=300ms")
        try await Self.untilWaiting(2, served)
        _ = try await served.text("PUT", "/v1/session/create")
        #expect(try await sessions.text.contains(#""LockDelay":15000000000"#))
        #expect(try await nodes.text == #"{"consul":[]}"#)
        try await served.stop()
    }

    @Test func `a client that goes is no longer waited for, and its connection is not leaked`() async throws {
        let served = try await ServedStore()
        let port = served.port
        let socket = try await offPool {
            let socket = try Socket.connect(port: port)
            try socket.send(Array("GET /v1/kv/x?index=99&wait=10m HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            return socket
        }
        try await Self.untilWaiting(1, served)
        socket.finishSending()
        try await Self.untilWaiting(0, served)
        try await served.stop()
    }

    @Test func `a thousand queries wait at once, and one write answers them all`() async throws {
        let served = try await ServedStore()
        try await served.store.put("many/k", value: [1], flags: 0)
        let port = served.port
        let streams = try await offPool {
            try (0..<1000).map { _ in
                let stream = try MessageStream(Socket.connect(port: port))
                let target = "/v1/kv/many/?recurse&index=999999&wait=10m".replacing("999999", with: "2")
                try stream.socket.send(Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
                return SendableStream(stream)
            }
        }
        try await Self.untilWaiting(1000, served)
        let start = ContinuousClock.now
        try await served.store.put("many/k", value: [2], flags: 0)
        try await offPool {
            for stream in streams {
                let answer = try stream.take().answer(by: .after(.seconds(30)))
                #expect(answer.status == 200)
                #expect(answer.text.contains(#""Value":"Ag==""#))
            }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        try await served.stop()
    }

    @Test func `a server that ends answers the queries that wait`() async throws {
        let served = try await ServedStore()
        async let answer = served.request("GET", "/v1/kv/x?index=99&wait=10m")
        try await Self.untilWaiting(1, served)
        try await served.stop()
        #expect(try await answer.status == 404)
    }
}

/// A stream that one thread makes and another uses.
private final class SendableStream: @unchecked Sendable {
    // Safety: the threads take turns; the hand-over is a task's end.
    private let stream: MessageStream

    init(_ stream: MessageStream) { self.stream = stream }

    func take() -> MessageStream { stream }
}
