import Foundation
import KeyValue
import Lab
import Testing

/// What the server does that no Consul is asked about: its limits, its guard, its end.
@Suite(.timeLimit(.minutes(2))) struct ConsulAPIServerTests {
    private static func send(_ request: String, _ served: ServedStore) async throws -> HTTPAnswer {
        let port = served.port
        return try await offPool {
            let stream = try MessageStream(Socket.connect(port: port))
            try stream.socket.send(Array(request.utf8))
            return try stream.answer(by: .after(.seconds(20)))
        }
    }

    @Test(arguments: [
        ("Host: localhost", 404), ("Host: localhost:8500", 404), ("Host: 127.0.0.1:1", 404), ("Host: [::1]:8500", 404),
        ("Host: consul", 404), ("Host: a.localhost", 404), ("Host: evil.example", 403),
        ("Host: evil.example:8500", 403), ("Host: 127.0.0.1.evil.example", 403),
        ("Host: localhost\r\nOrigin: http://localhost:8500", 403), ("Host: localhost\r\nOrigin: null", 403),
    ])
    func `requests that a web page makes a browser send are refused`(fields: String, status: Int) async throws {
        let served = try await ServedStore()
        #expect(try await Self.send("GET /v1/kv/x HTTP/1.1\r\n\(fields)\r\n\r\n", served).status == status)
        try await served.stop()
    }

    @Test func `no answer allows another origin to read it`() async throws {
        let served = try await ServedStore()
        let answer = try await Self.send("OPTIONS /v1/kv/x HTTP/1.1\r\nHost: localhost\r\n\r\n", served)
        #expect(answer.status == 200)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        try await served.stop()
    }

    @Test func `a body without a length is bounded too`() async throws {
        let served = try await ServedStore()
        let piece = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
        let head = "PUT /v1/kv/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        let within = head + String(repeating: piece, count: 16) + "0\r\n\r\n"
        #expect(try await Self.send(within, served).status == 200)
        #expect(try await served.store.get("x")?.value.count == 512 * 1024)
        let beyond = head + String(repeating: piece, count: 17) + "0\r\n\r\n"
        #expect(try await Self.send(beyond, served).status == 413)
        try await served.stop()
    }

    @Test func `a client that asks to be told to go on is told at once`() async throws {
        let served = try await ServedStore()
        let port = served.port
        let isTold = try await offPool {
            let stream = try MessageStream(Socket.connect(port: port))
            let head = "PUT /v1/kv/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            try stream.socket.send(Array(head.utf8) + Array("abc".utf8))
            let answer = try stream.answer(to: "PUT", by: .after(.seconds(20)))
            return answer.status == 200 && answer.interim.map(\.status) == [100]
        }
        #expect(isTold)
        try await served.stop()
    }

    @Test func `a slow client holds up nobody`() async throws {
        let served = try await ServedStore()
        let port = served.port
        let slow = try await offPool {
            try (0..<64).map { _ in
                let socket = try Socket.connect(port: port)
                try socket.send(
                    Array("PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc".utf8))
                return socket
            }
        }
        for number in 0..<20 { #expect(try await served.text("PUT", "/v1/kv/quick\(number)", "x") == "true") }
        #expect(slow.count == 64)
        #expect(try await served.store.get("slow") == nil)
        // Nor does it hold up the end.
        let start = ContinuousClock.now
        try await served.stop()
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `many answers on one connection, and many at once`() async throws {
        let served = try await ServedStore()
        let port = served.port
        try await offPool {
            let api = KeyValueAPI(port: port)
            for number in 0..<200 { try api.put("one/\(number)", "x") }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    try await offPool {
                        let api = KeyValueAPI(port: port)
                        for number in 0..<50 { try api.put("many/\(client)/\(number)", "x") }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await served.store.list(prefix: "one/").entries.count == 200)
        #expect(try await served.store.list(prefix: "many/").entries.count == 800)
        try await served.stop()
    }

    @Test func `a session's TTL may be as short as the server was told`() async throws {
        let served = try await ServedStore(sessionTTLMinimum: .seconds(3))
        let created = try await served.text("PUT", "/v1/session/create", #"{"TTL":"3s","Behavior":"delete"}"#)
        let id = try #require(created.firstMatch(of: /"ID":"([^"]*)"/)).1
        #expect(try await served.text("PUT", "/v1/kv/k?acquire=\(id)", "x") == "true")
        let index = try #require(try await served.request("GET", "/v1/kv/k")["X-Consul-Index"])
        let start = ContinuousClock.now
        #expect(try await served.request("GET", "/v1/kv/k?index=\(index)&wait=60s").status == 404)
        let taken = ContinuousClock.now - start
        #expect(taken < .seconds(8), "\(taken)")
        try await served.stop()
    }

    @Test func `an address that is in use or no address is an error`() async throws {
        let served = try await ServedStore()
        let second = ConsulAPIServer(store: served.store, address: "127.0.0.1:\(served.port)")
        await #expect(throws: KeyValueError.self) { try await second.run() }
        await #expect(throws: KeyValueError.self) { _ = try await second.boundPort() }
        let third = ConsulAPIServer(store: served.store, address: "nowhere")
        await #expect(throws: KeyValueError.self) { try await third.run() }
        try await served.stop()
    }
}
