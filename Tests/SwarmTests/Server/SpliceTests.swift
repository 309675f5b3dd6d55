import DockerEngine
import Foundation
import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite struct SpliceTests {
    private static let attach =
        "POST /v1.45/containers/web/attach?stdin=1 HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        + "User-Agent: test\r\n\r\n"
    private static let patience = Duration.seconds(60)

    /// Runs `body` with a manager that hands everything to `backend`.
    private static func run(
        to backend: TestBackend,
        _ change: @escaping @Sendable (inout Splice, ManagerRequest) async throws(RequestError) -> Void = { _, _ in },
        _ body: (ScriptedManager) async throws -> Void
    ) async throws {
        let engine = try ScriptedManager.engine(backend.port)
        try await ScriptedManager.run { request throws(RequestError) in
            var splice = Splice(to: engine, target: "/v1.44/containers/0123/attach?stdin=1")
            try await change(&splice, request)
            return .splice(splice)
        } _: {
            try await body($0)
        }
    }

    @Test func `the engine gets the request with its own target, and none of the connection's fields`() async throws {
        let backend = try TestBackend("engine", .mirror)
        try await Self.run(to: backend) { manager in
            let answer = try await manager.exchange(
                "POST /v1.45/x HTTP/1.1\r\nHost: docker\r\nX-Registry-Auth: abc\r\nKeep-Alive: 5\r\nConnection: keep-alive, X-Hop\r\n"
                    + "X-Hop: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody", method: "POST")
            #expect(
                answer.text
                    == "POST /v1.44/containers/0123/attach?stdin=1 HTTP/1.1\r\nHost: 127.0.0.1:\(backend.port)\r\n"
                    + "X-Registry-Auth: abc\r\nContent-Length: 4\r\nConnection: close\r\n\r\n")
            #expect(backend.requests.last?.body == Array("body".utf8))
        }
    }

    @Test func `an upgrade goes through, octets both ways, and the client's end alone`() async throws {
        let backend = try TestBackend(
            "engine",
            .custom(readsBody: false) { _, request, stream in
                #expect(request["Connection"] == "Upgrade")
                try stream.socket.send(
                    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: \(request["Upgrade"] ?? "")\r\n\r\n")
                var all = stream.buffer
                while try stream.socket.receive(into: &all, by: .after(Self.patience)) > 0 {
                    if String(decoding: all, as: UTF8.self).contains("ping") {
                        try stream.socket.send("pong")
                        all = []
                    }
                }
                // The client has ended; the output goes on.
                try stream.socket.send("after the end")
                return false
            })
        try await Self.run(to: backend) { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.attach)
                let head = try #require(try stream.head(by: .after(Self.patience)))
                #expect(head.status == 101)
                #expect(head["Upgrade"] == "tcp")
                for _ in 0..<3 {
                    try stream.socket.send("ping")
                    var said: [UInt8] = []
                    while said.count < 4 { try stream.socket.receive(into: &said, by: .after(Self.patience)) }
                    #expect(said == Array("pong".utf8))
                }
                stream.socket.finishSending()
                #expect(try stream.socket.receiveToEnd(by: .after(Self.patience)) == Array("after the end".utf8))
            }
        }
    }

    @Test func `what a client sends along with its head arrives too, and an end that came at once`() async throws {
        let backend = try TestBackend("engine", .upgradeEcho)
        try await Self.run(to: backend) { manager in
            let port = manager.port
            let all = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.attach + "early octets")
                stream.socket.finishSending()
                return try stream.socket.receiveToEnd(by: .after(Self.patience))
            }
            #expect(String(decoding: all, as: UTF8.self).hasSuffix("\r\n\r\nearly octets"))
        }
    }

    @Test func `much goes through both ways, and nothing is lost when the engine ends`() async throws {
        let count = 24 << 20
        let backend = try TestBackend(
            "engine",
            .custom(readsBody: false) { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n")
                var left = count - stream.buffer.count
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while left > 0 { left -= try stream.socket.receive(over: &buffer, by: .after(Self.patience)) }
                try stream.socket.send([UInt8](repeating: 121, count: count), by: .after(Self.patience))
                return false
            })
        try await Self.run(to: backend) { manager in
            let port = manager.port
            let received = try await offPool {
                let stream = try RawClient(port: port).connect(receiveBuffer: 64 << 10)
                try stream.socket.send(Self.attach)
                try stream.socket.send([UInt8](repeating: 120, count: count), by: .after(Self.patience))
                _ = try stream.head(by: .after(Self.patience))
                return try stream.buffer.count + stream.socket.receiveToEnd(by: .after(Self.patience)).count
            }
            #expect(received == count)
        }
    }

    @Test func `a client that takes nothing holds the engine back`() async throws {
        let sent = Atomic(0)
        let backend = try TestBackend(
            "engine",
            .custom(readsBody: false) { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\n\r\n")
                let piece = [UInt8](repeating: 120, count: 1 << 20)
                for _ in 0..<200 {
                    try stream.socket.send(piece, by: .after(Self.patience))
                    sent.add(piece.count, ordering: .relaxed)
                }
                return false
            })
        try await Self.run(to: backend) { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect(receiveBuffer: 64 << 10)
                try stream.socket.send(Self.attach)
                _ = try stream.head(by: .after(Self.patience))
                // Long enough for a relay without bounds to have taken all.
                Deadline.after(.milliseconds(700)).pass()
                #expect(sent.load(ordering: .relaxed) < 100 << 20)
                let rest = try stream.buffer.count + stream.socket.receiveToEnd(by: .after(Self.patience)).count
                #expect(rest == 200 << 20)
            }
        }
    }

    @Test func `a client that goes is noticed by the engine`() async throws {
        let ended = Signal<Bool>()
        let backend = try TestBackend(
            "engine",
            .custom(readsBody: false) { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\n\r\n")
                ended.send(stream.socket.waitForEnd(by: .after(Self.patience)))
                return false
            })
        try await Self.run(to: backend) { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.attach)
                _ = try stream.head(by: .after(Self.patience))
                stream.socket.reset()
            }
            #expect(try await ended.wait())
        }
    }

    @Test(arguments: [
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nok",
    ])
    func `what is to be done afterwards is done before the client knows the end`(text: String) async throws {
        let backend = try TestBackend("engine", .raw(text, keepsAlive: false))
        let log = Mutex<[String]>([])
        let (go, begun) = (Signal<Bool>(), Signal<Bool>())
        try await Self.run(to: backend) { splice, _ in
            splice.observed = { status in log.withLock { $0.append("status \(status)") } }
            splice.afterwards = {
                log.withLock { $0.append("afterwards") }
                begun.send(true)
                _ = try? await go.wait()
            }
        } _: { manager in
            async let answer = manager.exchange(Self.attach, method: "POST")
            _ = try await begun.wait()
            log.withLock { $0.append("go") }
            go.send(true)
            let (status, body) = (try await answer.status, try await answer.text)
            #expect(status == (body.isEmpty ? 204 : 200))
            #expect(log.withLock { $0 } == ["status \(status)", "afterwards", "go"])
        }
    }

    @Test func `a head with a body to come is not held back`() async throws {
        let head = Signal<Bool>()
        let backend = try TestBackend(
            "engine",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                #expect(head.said())
                try stream.socket.send("2\r\nok\r\n0\r\n\r\n")
                return false
            })
        try await Self.run(to: backend) { splice, _ in
            splice.afterwards = {}
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send("POST /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try stream.head(by: .after(Self.patience))?.status == 200)
                head.send(true)
                for line in ["2", "ok", "0", ""] {
                    #expect(try stream.line(by: .after(Self.patience)) == Array(line.utf8))
                }
                #expect(stream.socket.waitForEnd(by: .after(Self.patience)))
            }
        }
    }

    @Test func `what is to be done afterwards is done once, whether or not the client waits`() async throws {
        let count = Atomic(0)
        let done = Signal<Bool>()
        let backend = try TestBackend("engine", .stall)
        try await Self.run(to: backend) { splice, _ in
            splice.afterwards = {
                count.add(1, ordering: .relaxed)
                done.send(true)
            }
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send("POST /stop HTTP/1.1\r\nHost: a\r\n\r\n")
                try backend.waitForRequests()
                stream.socket.reset()
            }
            _ = try await done.wait()
            #expect(count.load(ordering: .relaxed) == 1)
        }
    }

    @Test func `a body and fields may take the places of the request's, and raw octets follow them`() async throws {
        let backend = try TestBackend(
            "engine",
            .custom { _, request, stream in
                #expect(request.body == Array("{}".utf8))
                #expect(request["Content-Length"] == "2")
                #expect(request["X-New"] == "1")
                #expect(request["X-Old"] == nil)
                try stream.socket.send("HTTP/1.1 101 UPGRADED\r\n\r\n")
                var all = stream.buffer
                while try stream.socket.receive(into: &all, by: .after(Self.patience)) > 0 {}
                try stream.socket.send(all)
                return false
            })
        try await Self.run(to: backend) { splice, request throws(RequestError) in
            // A part of it is read, the rest is passed over.
            _ = try await request.body.next()
            splice.body = Array("{}".utf8)
            splice.fields = [("X-New", "1"), ("Content-Length", "99")]
        } _: { manager in
            let port = manager.port
            let body = String(repeating: "x", count: 100_000)
            let all = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(
                    "POST /exec/1/start HTTP/1.1\r\nHost: a\r\nX-Old: 1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n" + body + "typed")
                stream.socket.finishSending()
                return try stream.socket.receiveToEnd(by: .after(Self.patience))
            }
            #expect(String(decoding: all, as: UTF8.self) == "HTTP/1.1 101 UPGRADED\r\n\r\ntyped")
        }
    }

    @Test func `pages of other origins may read engines' answers where that is wanted`() async throws {
        let backend = try TestBackend("engine", .identity)
        let engine = try ScriptedManager.engine(backend.port)
        try await ScriptedManager.run(.test { $0.allowsOrigins = true }) { _ in
            .splice(Splice(to: engine, target: "/x"))
        } _: { manager in
            let answer = try await manager.exchange("GET /v1.45/x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.text == "engine")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
        }
    }

    @Test func `an engine that cannot be reached is an answer`() async throws {
        let backend = try TestBackend("engine")
        backend.stop()
        try await Self.run(to: backend) { manager in
            let answer = try await manager.exchange(Self.attach, method: "POST")
            #expect(answer.status == 500)
            #expect(answer.text.contains("docker: connect: tcp://127.0.0.1:\(backend.port): connection refused"))
        }
        try await Self.run(to: backend) { splice, _ in
            splice.unreachable = { _ in RequestError(500, "Unable to reach") }
        } _: { manager in
            let answer = try await manager.exchange(Self.attach)
            #expect(answer.text == #"{"message":"Unable to reach"}"#)
        }
    }

    @Test(arguments: [true, false])
    func `an engine that ends without an answer is an answer`(resets: Bool) async throws {
        let backend = try TestBackend("engine", resets ? .acceptThenReset : .closeAfterRequest)
        try await Self.run(to: backend) { manager in
            let answer = try await manager.exchange(
                "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", method: "POST")
            #expect(answer.status == 500)
            #expect(answer.text.contains("127.0.0.1:\(backend.port)"))
        }
    }

    @Test func `an engine that does not answer is waited for as long as the request says`() async throws {
        let backend = try TestBackend("engine", .stall)
        try await Self.run(to: backend) { splice, _ in
            splice.headDeadline = .milliseconds(100)
        } _: { manager in
            let answer = try await manager.exchange(Self.attach, method: "POST")
            #expect(answer.status == 500)
            #expect(answer.text.contains("no answer from the engine"))
        }
    }
}
