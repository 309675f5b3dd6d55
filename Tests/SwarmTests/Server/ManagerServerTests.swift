import Foundation
import Lab
import Testing

@testable import Swarm

@Suite struct ManagerServerTests {
    private static let get = "GET /v1.45/x HTTP/1.1\r\nHost: docker\r\n\r\n"

    @Test func `a whole answer has its length and what all answers say`() async throws {
        try await ScriptedManager.run { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let answer = try await manager.exchange(Self.get)
            #expect(answer.status == 200)
            #expect(answer.text == "OK")
            #expect(answer["Content-Length"] == "2")
            #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
            #expect(answer["Api-Version"] == "1.45")
            #expect(answer["Docker-Experimental"] == "false")
            #expect(answer["Ostype"] == "linux")
            #expect(answer["Server"] == "portico/0.0.1 (linux)")
            #expect(answer["Date"]?.hasSuffix(" GMT") == true)
            #expect(answer["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func `dates are those of the calendar`() {
        #expect(DateField.format(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(DateField.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(DateField.format(1_709_164_800) == "Thu, 29 Feb 2024 00:00:00 GMT")
        #expect(DateField.format(4_102_444_799) == "Thu, 31 Dec 2099 23:59:59 GMT")
    }

    @Test func `errors are JSON with a message`() async throws {
        try await ScriptedManager.run { _ throws(RequestError) in
            throw RequestError(404, "No such container: \"x\"")
        } _: { manager in
            let answer = try await manager.exchange(Self.get)
            #expect(answer.status == 404)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer.text == #"{"message":"No such container: \"x\""}"#)
        }
    }

    @Test func `HEAD has the head alone, and 204 no length`() async throws {
        try await ScriptedManager.run { request in
            .answer(request.method == "HEAD" ? ManagerAnswer(text: "OK") : ManagerAnswer(status: 204))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send("HEAD /_ping HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
                let head = try stream.answer(to: "HEAD", by: .after(.seconds(60)))
                #expect(head["Content-Length"] == "2")
                let empty = try stream.answer(by: .after(.seconds(60)))
                #expect(empty.status == 204)
                #expect(empty["Content-Length"] == nil)
            }
        }
    }

    @Test func `requests that are sent ahead are answered in their order`() async throws {
        try await ScriptedManager.run { request in
            .answer(ManagerAnswer(text: request.path.query["n"] ?? ""))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let stream = try RawClient(port: port).connect()
                let all = (0..<200).map { "GET /x?n=\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
                try stream.socket.send(all)
                for number in 0..<200 {
                    #expect(try stream.answer(by: .after(.seconds(60))).text == "\(number)")
                }
            }
        }
    }

    @Test func `a request cut anywhere is the same request`() async throws {
        try await ScriptedManager.run { request throws(RequestError) in
            .answer(ManagerAnswer(text: String(decoding: try await request.body.collect(upTo: 100), as: UTF8.self)))
        } _: { manager in
            let port = manager.port
            try await offPool {
                let text = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                let octets = Array(text.utf8)
                let stream = try RawClient(port: port).connect()
                for cut in octets.indices {
                    try stream.socket.send(Array(octets[..<cut]))
                    try stream.socket.send(Array(octets[cut...]))
                    #expect(try stream.answer(by: .after(.seconds(60))).text == "hello")
                }
            }
        }
    }

    @Test func `a client of HTTP 1.0 gets what it understands`() async throws {
        try await ScriptedManager.run { request in
            guard request.path.path == "/stream" else { return .answer(ManagerAnswer(text: "whole")) }
            return .stream(ManagerAnswer(text: "")) { writer in try await writer.write(Array("bits".utf8)) }
        } _: { manager in
            let port = manager.port
            let whole = try await offPool {
                try RawClient(port: port).exchangeToEnd(Array("GET / HTTP/1.0\r\n\r\n".utf8))
            }
            #expect(String(decoding: whole, as: UTF8.self).hasPrefix("HTTP/1.0 200 OK\r\n"))
            #expect(
                String(decoding: whole, as: UTF8.self).hasSuffix("Content-Length: 5\r\nConnection: close\r\n\r\nwhole"))
            let stream = try await offPool {
                try RawClient(port: port).exchangeToEnd(Array("GET /stream HTTP/1.0\r\n\r\n".utf8))
            }
            #expect(String(decoding: stream, as: UTF8.self).hasSuffix("Connection: close\r\n\r\nbits"))
        }
    }

    @Test func `what is no request is refused, and the connection ends`() async throws {
        try await ScriptedManager.run { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let port = manager.port
            for text in [
                "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            ] {
                let all = try await offPool { try RawClient(port: port).exchangeToEnd(Array(text.utf8)) }
                let answer = String(decoding: all, as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(answer.contains("Connection: close\r\n"))
                #expect(answer.hasSuffix("\"}"))
            }
        }
    }

    @Test(arguments: [
        ("", ""), ("GET / HTT", "HTTP/1.1 408 "),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", "HTTP/1.1 408 "),
    ])
    func `a slow client loses its connection`(_ text: String, _ start: String) async throws {
        try await ScriptedManager.run(
            .test {
                $0.limits.head = .milliseconds(50)
                // What is sent may be late where the machine is busy.
                if text.isEmpty { $0.limits.first = .milliseconds(50) }
                $0.limits.body = .milliseconds(50)
                $0.limits.linger = .milliseconds(50)
            }
        ) { request throws(RequestError) in
            .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 100).count)"))
        } _: { manager in
            let port = manager.port
            let octets = try await offPool {
                try RawClient(port: port).exchangeToEnd(Array(text.utf8), within: .seconds(60))
            }
            let said = String(decoding: octets, as: UTF8.self)
            #expect(said.hasPrefix(start))
            #expect(said.isEmpty == start.isEmpty)
        }
    }

    @Test func `pages of other origins may ask where that is wanted`() async throws {
        try await ScriptedManager.run(.test { $0.allowsOrigins = true }) { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let answer = try await manager.exchange("OPTIONS /v1.45/info HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["Access-Control-Allow-Headers"] == "Origin, X-Requested-With, Content-Type, Accept")
            #expect(answer["Access-Control-Allow-Methods"] == "GET, POST, DELETE, PUT, OPTIONS, HEAD")
        }
    }

    @Test func `a thousand connections wait side by side, and others are served`() async throws {
        try await ScriptedManager.run { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let port = manager.port
            let idle = try await offPool {
                _ = try TestBackend("raises the limit of descriptors")
                let idle = try (0..<1_000).map { _ in try Socket.connect(port: port, timeout: .seconds(60)) }
                for socket in idle { try socket.send(Self.get) }
                for socket in idle {
                    #expect(try MessageStream(socket).answer(by: .after(.seconds(60))).text == "OK")
                }
                return idle
            }
            #expect(manager.server.connectionCount == 1_000)
            let answer = try await manager.exchange(Self.get)
            #expect(answer.text == "OK")
            withExtendedLifetime(idle) {}
        }
    }

    @Test func `at a unix socket, in place of what was there, for its user alone`() async throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/m.sock"
        for _ in 0..<2 {
            try await ScriptedManager.run(
                .test { $0.listeners = [.unix(path: path), .network(host: "127.0.0.1", port: 0)] }
            ) { _ in
                .answer(ManagerAnswer(text: "OK"))
            } _: { manager in
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let said = try await offPool {
                    try Command.output("curl", ["-s", "--unix-socket", path, "http://docker/_ping"])
                }
                #expect(said == "OK")
                #expect(try await manager.exchange(Self.get).text == "OK")
                // A second one takes its place, as after a crash.
                try await ScriptedManager.run(.test { $0.listeners = [.unix(path: path)] }) { _ in
                    .answer(ManagerAnswer(text: "second"))
                } _: { _ in
                    let said = try await offPool {
                        try Command.output("curl", ["-s", "--unix-socket", path, "http://docker/"])
                    }
                    #expect(said == "second")
                }
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func `where it cannot listen is named`() async throws {
        let folder = try ScratchFolder()
        let file = try folder.write("file", "precious")
        await #expect(throws: ServerError("cannot listen at unix://\(file): there is something else than a socket")) {
            try await ScriptedManager.run(.test { $0.listeners = [.unix(path: file)] }) { _ in
                .answer(ManagerAnswer(status: 204))
            } _: { _ in
            }
        }
        #expect(try folder.read("file") == "precious")
        let backend = try TestBackend("taken")
        let error = ServerError("cannot listen at tcp://127.0.0.1:\(backend.port): the address is in use")
        await #expect(throws: error) {
            try await ScriptedManager.run(
                .test { $0.listeners = [.network(host: "127.0.0.1", port: Int(backend.port))] }
            ) { _ in
                .answer(ManagerAnswer(status: 204))
            } _: { _ in
            }
        }
    }

    @Test func `a stop lets what is under way end, and ends what idles`() async throws {
        let (begun, go) = (Signal<Bool>(), Signal<Bool>())
        try await ScriptedManager.run { request in
            if request.path.path == "/slow" {
                begun.send(true)
                _ = try? await go.wait()
            }
            return .answer(ManagerAnswer(text: "done"))
        } _: { manager in
            let port = manager.port
            async let slow = manager.exchange("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            let idle = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(Self.get)
                #expect(try stream.answer(by: .after(.seconds(60))).text == "done")
                return stream.socket
            }
            _ = try await begun.wait()
            async let stopped: Void = manager.server.stop(within: .seconds(60))
            #expect(try await offPool { idle.waitForEnd(by: .after(.seconds(60))) })
            idle.close()
            go.send(true)
            let answer = try await slow
            #expect(answer.text == "done")
            #expect(answer["Connection"] == "close")
            await stopped
            #expect(manager.server.connectionCount == 0)
        }
    }

    @Test func `curl is answered, with what it sends in any framing`() async throws {
        try await ScriptedManager.run { request throws(RequestError) in
            .answer(ManagerAnswer(text: "\(try await request.body.collect(upTo: 8 << 20).count)"))
        } _: { manager in
            let folder = try ScratchFolder()
            let file = try folder.write("body", String(repeating: "x", count: 3 << 20))
            let url = "http://127.0.0.1:\(manager.port)/load"
            for extra in [[], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"], ["--http1.0"]] {
                let said = try await offPool {
                    try Command.output("curl", ["-sS", "--data-binary", "@\(file)", url] + extra)
                }
                #expect(said == "\(3 << 20)", "\(extra)")
            }
        }
    }
}
