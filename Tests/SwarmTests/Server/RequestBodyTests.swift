import Lab
import Testing

@testable import Swarm

@Suite struct RequestBodyTests {
    private static func post(_ length: Int, _ more: String = "") -> String {
        "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(more)\r\n"
    }

    @Test func `a body that nobody reads is passed over if it is small`() async throws {
        try await ScriptedManager.run { _ in
            .answer(ManagerAnswer(text: "no"))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.post(100_000))
                let early = try stream.answer(by: .after(.seconds(60)))
                #expect(early["Connection"] == nil)
                try stream.socket.send(String(repeating: "x", count: 100_000) + Self.post(0))
                #expect(try stream.answer(by: .after(.seconds(60))).text == "no")
            }
        }
    }

    @Test func `a body that nobody reads ends the connection if it is large, and the answer arrives`() async throws {
        try await ScriptedManager.run { _ in
            .answer(ManagerAnswer(RequestError(409, "no")))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.post(32 << 20))
                let answer = try stream.answer(by: .after(.seconds(60)))
                #expect(answer.status == 409)
                #expect(answer["Connection"] == "close")
                // What is still on its way destroys nothing, and the end comes.
                try stream.socket.send([UInt8](repeating: 120, count: 4 << 20), by: .after(.seconds(60)))
                #expect(stream.socket.waitForEnd(by: .after(.seconds(60))))
            }
        }
    }

    @Test func `a client that asks first is told to go on when somebody reads`() async throws {
        try await ScriptedManager.run { request throws(RequestError) in
            guard request.path.path == "/x" else { return .answer(ManagerAnswer(text: "unread")) }
            return .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 100).count)"))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.post(5, "Expect: 100-continue\r\n"))
                let go = try #require(try stream.head(by: .after(.seconds(60))))
                #expect(go.status == 100)
                try stream.socket.send("hello")
                #expect(try stream.answer(by: .after(.seconds(60))).text == "5")
                try stream.socket.send(
                    "POST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                let unread = try stream.answer(by: .after(.seconds(60)))
                #expect(unread.interim.isEmpty)
                #expect(unread.text == "unread")
                #expect(unread["Connection"] == "close")
            }
        }
    }

    @Test func `more than may be is refused`() async throws {
        try await ScriptedManager.run { request throws(RequestError) in
            .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 10).count)"))
        } _: { manager in
            let answer = try await manager.exchange(Self.post(11) + "hello world")
            #expect(answer.status == 413)
        }
    }

    @Test func `broken framing is the reader's error, and the connection's end`() async throws {
        try await ScriptedManager.run { request throws(RequestError) in
            .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 10).count)"))
        } _: { manager in
            let answer = try await manager.exchange(
                "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
            #expect(answer.status == 400)
            #expect(answer["Connection"] == "close")
        }
    }

    @Test func `a body that ends early is an error, and so is a client that goes`() async throws {
        let told = Signal<RequestError>()
        try await ScriptedManager.run { request throws(RequestError) in
            do throws(RequestError) {
                return .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 100).count)"))
            } catch {
                told.send(error)
                throw error
            }
        } _: { manager in
            let port = manager.port
            let answer = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.post(10) + "half")
                stream.socket.finishSending()
                return try stream.answer(by: .after(.seconds(60)))
            }
            #expect(answer.status == 400)
            #expect(try await told.wait().message == "the request's body ended early")
        }
    }

    @Test func `who does not read holds the client back`() async throws {
        let (seen, go) = (Signal<Int>(), Signal<Bool>())
        try await ScriptedManager.run { request throws(RequestError) in
            seen.send(try await request.body.next()?.count ?? 0)
            _ = try? await go.wait()
            return .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 64 << 20).count)"))
        } _: { manager in
            let port = manager.port
            let total = 32 << 20
            let client = try await offPool { try Socket.connect(port: port) }
            async let answer = offPool {
                try client.send(Array(Self.post(total).utf8))
                // The kernel's buffers take some; without a reader they fill up.
                #expect(throws: LabError.self) {
                    try client.send([UInt8](repeating: 1, count: total), by: .after(.milliseconds(500)))
                }
                return true
            }
            #expect(try await seen.wait() > 0)
            #expect(try await answer)
            client.close()
            go.send(true)
        }
    }
}
