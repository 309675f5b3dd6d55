import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The lab's own tools, which all other tests lean on: they must notice what they are there to notice.
    @Suite(.timeLimit(.minutes(1))) struct TheLab {
        @Test("a backend answers with its name, refuses while it is stopped, and comes back at its port")
        func stopAndStart() throws {
            let backend = try TestBackend("b1")
            let client = RawClient(port: backend.port)
            #expect(try client.get(host: "x").text == "b1")
            #expect(backend.requests.first?["Host"] == "x")
            backend.stop()
            #expect(throws: LabError.self) { try client.get(host: "x") }
            try backend.start()
            #expect(try client.get(host: "x").text == "b1")
            #expect(backend.requestCount == 2)
        }

        @Test("stopping a backend cuts its open connections")
        func stopCuts() throws {
            let backend = try TestBackend("b1")
            let stream = try RawClient(port: backend.port).connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try stream.answer(by: .after(.seconds(5))).text == "b1")
            backend.stop()
            #expect(stream.socket.waitForEnd(by: .after(.seconds(5))))
        }

        @Test("the load counts wrong backends, wrong statuses and broken connections")
        func loadNotices() throws {
            let backend = try TestBackend("b1")
            let load = LoadGenerator(port: backend.port, hosts: ["x"], connections: 4) {
                $0.backend == "b1" ? nil : "stranger"
            }
            try load.wait(for: 200)
            #expect(try load.stop().failureCount == 0)

            for (behavior, reason) in [
                (Behavior.status(503), "status 503"), (.closeMidBody, "ended"), (.garbage, "no status line"),
                (.acceptThenClose, "instead of an answer"),
            ] {
                backend.behave(behavior)
                let failing = LoadGenerator(port: backend.port, hosts: ["x"], connections: 1)
                try failing.waitForFailure()
                let report = try failing.stop()
                #expect(
                    report.failures.keys.allSatisfy { $0.contains(reason) || $0.contains("reset") },
                    "\(report.failures)")
            }
            backend.behave(.identity)
            let stranger = LoadGenerator(port: backend.port, hosts: ["x"], connections: 1) { _ in "stranger" }
            try stranger.waitForFailure()
            #expect(try stranger.stop().failures["stranger"] != nil)
        }

        @Test("a program is killed with everything that it started, and its end is seen")
        func processes() throws {
            let child = try ChildProcess("/bin/sh", ["-c", "sleep 1000 & echo $!; wait"])
            let line = try child.waitForLine("its child's id") { Int32($0) != nil }
            let grandchild = try #require(Int32(line))
            #expect(kill(grandchild, 0) == 0)
            #expect(try child.kill() == .signalled(SIGKILL))
            _ = try child.waitForOutput(within: .seconds(5))
            #expect(try ChildProcess("/bin/sh", ["-c", "exit 3"]).waitForEnd() == .exited(3))
            let folder = try ScratchFolder()
            #expect(try ChildProcess("/bin/pwd", in: folder.path).waitForOutput() == [folder.path])
        }

        @Test("a real Consul keeps its data over a restart, or does not, as asked", arguments: [true, false])
        func consul(isPersistent: Bool) throws {
            let agent = try ConsulAgent(isPersistent: isPersistent)
            try agent.api.put("a/b", "1")
            #expect(try agent.api.request("GET", "/v1/kv/a/b?raw").text == "1")
            try agent.stop()
            #expect(!agent.api.isReady)
            try agent.start()
            #expect(try agent.api.request("GET", "/v1/kv/a/b?raw").status == (isPersistent ? 200 : 404))
        }

        @Test("chunks, trailers and interim answers are read as RFC 9112 says")
        func reading() throws {
            let backend = try TestBackend("b1", .chunkedWithTrailers)
            let client = RawClient(port: backend.port)
            let chunked = try client.get(host: "x")
            #expect(chunked.text == "Hello, world")
            #expect(chunked.trailers?["X-Sum"] == "12")
            backend.behave(.earlyHints)
            #expect(try client.get(host: "x").interim.map(\.status) == [103])
            backend.behave(.http10)
            #expect(try client.get(host: "x").text == "old")
            backend.behave(.count)
            #expect(try client.get(host: "x", method: "POST", body: "12345").text == "5")
        }
    }
}
