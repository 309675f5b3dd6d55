import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// nghttp and h2load through the edge over TLS.
    @Suite(.timeLimit(.minutes(2))) struct HTTP2Clients {
        @Test("nghttp reads answers, trailers and many streams, and finds nothing wrong with the frames")
        func nghttp() throws {
            let backend = try TestBackend("web", .chunkedWithTrailers)
            let secure = try SecureSetting(backend: backend)
            let url = "https://127.0.0.1:\(secure.port)"
            let options = ["-nv", "-H", ":authority: web-80.test", "--no-dep"]
            let outcome = try Command.run("nghttp", options + ["\(url)/"])
            #expect(outcome.isSuccess)
            #expect(outcome.text.contains("The negotiated protocol: h2"))
            #expect(outcome.text.contains(":status: 200"))
            #expect(outcome.text.contains("x-sum: 12"), "trailers")
            #expect(!outcome.text.contains("[INVALID"), "\(outcome.text)")
            #expect(!outcome.text.contains("recv RST_STREAM"))

            backend.behave(.identity)
            let many = try Command.run("nghttp", options + ["-m", "100", "\(url)/many"])
            #expect(many.lines.filter { $0.contains(":status: 200") }.count == 100)
            #expect(backend.requestCount == 101)
        }

        @Test("nghttp's request trailers reach the endpoint")
        func requestTrailers() throws {
            let backend = try TestBackend("web", .echo)
            let secure = try SecureSetting(backend: backend)
            let file = try secure.authority.folder.write("body", "Hello")
            let outcome = try Command.run(
                "nghttp",
                [
                    "-v", "-H", ":authority: web-80.test", "-d", file, "--trailer", "x-sum: 5", "--no-content-length",
                    "https://127.0.0.1:\(secure.port)/",
                ])
            #expect(outcome.text.contains(":status: 200"), "\(outcome.text)")
            let seen = try backend.waitForRequests()
            #expect(seen.body == Array("Hello".utf8))
            #expect(seen.trailers?["X-Sum"] == "5")
        }

        @Test("h2load: 20,000 requests over 10 connections with 100 streams each, none fails")
        func h2load() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), workers: 2)
            let outcome = try Command.run(
                "h2load",
                [
                    "-n", "20000", "-c", "10", "-m", "100", "--connect-to", "127.0.0.1:\(secure.port)", secure.url(),
                ], within: .seconds(60))
            let line = outcome.lines.first { $0.hasPrefix("requests: ") } ?? outcome.text
            #expect(line.contains("20000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(line)")
            #expect(outcome.text.contains("status codes: 20000 2xx"), "\(outcome.text)")
            print("h2load: \(outcome.lines.first { $0.hasPrefix("finished in") } ?? "")")
        }

        @Test("h2load keeps on while endpoints and certificates change: none fails")
        func changesUnderLoad() throws {
            let backends = try ["a", "b"].map { try TestBackend($0) }
            let secure = try SecureSetting(backend: backends[0], workers: 2)
            let load = try ChildProcess(
                Command.path(of: "h2load"),
                [
                    "-n", "20000", "-c", "8", "-m", "20", "--connect-to", "127.0.0.1:\(secure.port)", secure.url(),
                ])
            try backends[0].waitForRequests(100)
            var changes = 0
            while load.ending == nil, changes < 1_000 {
                changes += 1
                try secure.setting.put("services/web-80/h1:c0:80", backends[changes % 2])
                if changes.isMultiple(of: 20) { try secure.authority.issue("web-80.test", in: secure.certificates) }
            }
            let lines = try load.waitForOutput(within: .seconds(60))
            let line = lines.first { $0.hasPrefix("requests: ") } ?? lines.joined(separator: "\n")
            #expect(line.contains("20000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(line)")
            #expect(lines.contains { $0.contains("status codes: 20000 2xx") }, "\(lines)")
            #expect(changes > 20 && backends[1].requestCount > 0, "\(changes) changes")
        }

        @Test("frames over TLS are the same as in the clear: a group of cases through a bridge")
        func casesOverTLS() throws {
            let secure = try SecureSetting(backend: try TestBackend("conformance"))
            let bridge = try secure.bridge()
            for vector in HTTP2Case.generic + HTTP2Case.frames {
                #expect(vector.fault(at: bridge.port) == nil)
            }
        }

        @Test("a client that says h2 by ALPN and then speaks HTTP/1.1 is cut off")
        func wrongVersion() throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend)
            let bridge = try secure.bridge()
            _ = try RawClient(port: bridge.port).exchangeToEnd(
                Array("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n".utf8))
            #expect(backend.requestCount == 0)
        }
    }
}
