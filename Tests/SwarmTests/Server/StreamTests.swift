import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite struct StreamTests {
    private static let get = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `the head comes at once, each piece as it is written, and another request after it`() async throws {
        let (first, second) = (Signal<Bool>(), Signal<Bool>())
        try await ScriptedManager.run { _ in
            .stream(ManagerAnswer(json: [])) { writer in
                _ = try await first.wait()
                try await writer.write(Array("one".utf8))
                _ = try await second.wait()
                try await writer.write([])
                try await writer.write(Array("two".utf8))
            }
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.get)
                let head = try #require(try stream.head(by: .after(.seconds(60))))
                #expect(head["Transfer-Encoding"] == "chunked")
                #expect(head["Content-Type"] == "application/json")
                first.send(true)
                #expect(try stream.line(by: .after(.seconds(60))) == Array("3".utf8))
                #expect(try stream.line(by: .after(.seconds(60))) == Array("one".utf8))
                second.send(true)
                for line in ["3", "two", "0", ""] {
                    #expect(try stream.line(by: .after(.seconds(60))) == Array(line.utf8))
                }
                try stream.socket.send(Self.get)
                #expect(try stream.answer(by: .after(.seconds(60))).text == "onetwo")
            }
        }
    }

    @Test(arguments: [true, false])
    func `a client that goes ends it, even while nothing is written`(resets: Bool) async throws {
        let (begun, ended) = (Signal<Bool>(), Signal<Bool>())
        try await ScriptedManager.run { _ in
            .stream(ManagerAnswer(json: [])) { _ in
                begun.send(true)
                do {
                    try await Task.sleep(for: .seconds(600))
                } catch {
                    ended.send(Task.isCancelled)
                    throw error
                }
            }
        } _: { manager in
            let port = manager.port
            let client = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.get)
                _ = try stream.head(by: .after(.seconds(60)))
                return stream.socket
            }
            _ = try await begun.wait()
            if resets { client.reset() } else { client.close() }
            #expect(try await ended.wait())
        }
    }

    @Test func `a client that takes nothing holds the writer back, and gets all when it reads`() async throws {
        let written = Atomic(0)
        let piece = [UInt8](repeating: 120, count: 256 << 10)
        try await ScriptedManager.run { _ in
            .stream(ManagerAnswer(json: [])) { writer in
                for _ in 0..<200 {
                    try await writer.write(piece)
                    written.add(piece.count, ordering: .relaxed)
                }
            }
        } _: { manager in
            let port = manager.port
            let count = try await offPool {
                let stream = try RawClient(port: port).connect(receiveBuffer: 64 << 10)
                try stream.socket.send(Self.get)
                _ = try stream.head(by: .after(.seconds(60)))
                // Long enough for an unbounded writer to have written all.
                Deadline.after(.milliseconds(500)).pass()
                #expect(written.load(ordering: .relaxed) < 200 * piece.count / 2)
                var count = 0
                while true {
                    let line = String(decoding: try stream.line(by: .after(.seconds(60))), as: UTF8.self)
                    if line == "0" { return count }
                    if line.count < 20 { count += Int(line, radix: 16) ?? 0 }
                }
            }
            #expect(count == 200 * piece.count)
        }
    }

    @Test func `one that fails is seen to be not whole`() async throws {
        try await ScriptedManager.run { _ in
            .stream(ManagerAnswer(json: [])) { writer in
                try await writer.write(Array("some".utf8))
                throw RequestError(500, "no more")
            }
        } _: { manager in
            let port = manager.port
            let all = try await offPool { try RawClient(port: port).exchangeToEnd(Array(Self.get.utf8)) }
            #expect(String(decoding: all, as: UTF8.self).hasSuffix("4\r\nsome\r\n"))
        }
    }

    @Test func `a body is read while the answer goes out`() async throws {
        try await ScriptedManager.run { request in
            .stream(ManagerAnswer(json: [])) { writer in
                while let piece = try await request.body.next() { try await writer.write(piece) }
            }
        } _: { manager in
            let body = String(repeating: "image ", count: 50_000)
            let text =
                "POST /images/load HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n"
            let answer = try await manager.exchange(text + body)
            #expect(answer.text == body)
        }
    }
}
