import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// One process takes over from another, and clients do not notice.
    @Suite(.timeLimit(.minutes(5))) struct Takeover {
        @Test("takeovers in a row under load, with other numbers of workers: nothing fails and nothing is refused")
        func underLoad() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), http2: true, workers: 2)
            let edge = secure.setting.edge
            let kept = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(5))
            let fresh = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 4, pause: .milliseconds(10),
                keepsConnections: false)
            let https = CurlLoad(secure)
            func serve() throws {
                try kept.wait(for: 300)
                try fresh.wait(for: 60)
                try https.waitForRound()
            }
            try serve()
            for workers in [3, 1, 2] {
                let former = try edge.takeOver(flags: ["--workers", "\(workers)"])
                try serve()
                #expect(try former.waitForEnd(within: .seconds(60)) == .exited(0))
            }
            let (first, second) = (try kept.stop(), try fresh.stop())
            #expect(first.failureCount == 0, "\(first.failures)\n\(first.firstFailures)")
            #expect(second.failureCount == 0, "\(second.failures)\n\(second.firstFailures)")
            let refused = try https.stop()
            #expect(refused.isEmpty, "\(refused)")
            print(
                "takeover: \(first.latencies.count) requests on kept connections, \(second.latencies.count) on new ones, "
                    + "p99 \(first.percentile(0.99)) and \(second.percentile(0.99)) ms")
        }

        @Test("a download and a tunnel that had begun go on in the former process, which then ends by itself")
        func longLives() throws {
            let gate = Gate()
            let half = [UInt8](repeating: 0x61, count: 200_000)
            let download = Behavior.custom { _, _, stream in
                try stream.socket.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n".utf8) + half)
                gate.wait()
                try stream.socket.send(half)
                return true
            }
            let setting = try Setting(services: [
                "file-80": [try TestBackend("file", download)], "chat-80": [try TestBackend("chat", .upgradeEcho)],
                "web-80": [try TestBackend("web")],
            ])
            let deadline = Deadline.after(.seconds(60))
            let file = try setting.client.connect()
            try file.socket.send("GET / HTTP/1.1\r\nHost: file-80.test\r\n\r\n")
            #expect(file.socket.isReadable(by: deadline))
            let tunnel = try setting.client.connect()
            try tunnel.socket.send(
                "GET / HTTP/1.1\r\nHost: chat-80.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
            #expect(try #require(try tunnel.head(by: deadline)).status == 101)

            let former = try setting.edge.takeOver()
            #expect(try setting.client.get(host: "web-80.test").text == "web")
            // The store went with it: what is written now is heard of by the new one.
            try setting.put("services/late-80/h1:c0:80", try TestBackend("late"))
            try setting.edge.waitForAnswer(200, host: "late-80.test", from: "late")

            var received = tunnel.buffer
            try tunnel.socket.send("still here")
            while received.count < 10 { try tunnel.socket.receive(into: &received, by: deadline) }
            #expect(String(decoding: received, as: UTF8.self) == "still here")
            #expect(former.ending == nil)
            gate.open()
            #expect(try file.answer(by: deadline).body == half + half)
            tunnel.socket.finishSending()
            #expect(tunnel.socket.waitForEnd(by: deadline))
            #expect(try former.waitForEnd(within: .seconds(60)) == .exited(0))
        }

        @Test("SIGUSR2 starts the program anew; with a broken configuration the former one goes on")
        func replacesItself() throws {
            let configuration = """
                listeners: [{ address: "127.0.0.1:PORT" }]
                routes: [{ name: shop, hosts: [shop.test], service: web-80 }]
                """
            let setting = try Setting(
                services: ["web-80": [try TestBackend("web")]], configuration: configuration,
                flags: ["--pid-file", "edge.pid"])
            let (edge, child) = (setting.edge, try setting.edge.child)
            let load = LoadGenerator(port: edge.port, hosts: ["shop.test"], connections: 4, pause: .milliseconds(5))
            try edge.configure("routes: [{ name: shop, hosts: [shop.test], servise: web-80 }]")
            child.signal(SIGUSR2)
            try child.waitForLine("that it goes on") { $0.contains("this edge goes on") }
            #expect(child.lines.contains { $0.contains("servise") })
            try load.wait(for: 100)
            #expect(try edge.folder.read("edge.pid") == "\(child.id)\n")

            try edge.configure(configuration + "\nworkers: 2")
            let successor = try edge.replaceItself()
            try load.wait(for: 100)
            #expect(try edge.folder.read("edge.pid") == "\(successor)\n")
            #expect(try child.waitForEnd(within: .seconds(60)) == .exited(0))
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)\n\(report.firstFailures)")
            #expect(try setting.client.get(host: "shop.test").text == "web")
        }

        @Test("without an edge to take over from, --takeover says so")
        func nobodyThere() throws {
            let folder = try ScratchFolder()
            let child = try ChildProcess(
                Repository.portico(), ["edge", "--listen", "127.0.0.1:0", "--takeover"], in: folder.path)
            #expect(try child.waitForEnd() == .exited(1))
            #expect(try child.waitForOutput().joined().contains("--takeover"))
        }
    }
}

/// curl over TLS, by HTTP/2 and HTTP/1.1 in turn, several requests a connection, until it is stopped.
final class CurlLoad: Sendable {
    private struct State {
        var isStopping = false
        var hasEnded = false
        var rounds = 0
        var failures: [String] = []
    }

    private let state = Guarded(State())

    init(_ secure: SecureSetting) {
        Thread.detachNewThread { [state] in
            while !state.read({ $0.isStopping }) {
                let version = state.read { $0.rounds.isMultiple(of: 2) } ? "--http2" : "--http1.1"
                let outcome = Result {
                    try secure.curl(
                        [version, "-w", "\n%{http_code}\n", secure.url("/?[1-10]")], within: .seconds(60))
                }
                state.change { state in
                    state.rounds += 1
                    switch outcome {
                    case .success(let outcome) where outcome.isSuccess && outcome.lines.count { $0 == "200" } == 10:
                        break
                    case .success(let outcome): state.failures.append("\(version): \(outcome.text)")
                    case .failure(let error): state.failures.append("\(version): \(error)")
                    }
                }
            }
            state.change { $0.hasEnded = true }
        }
    }

    /// Waits until a round that begins from now on is over.
    func waitForRound() throws {
        let goal = self.state.read { $0.rounds } + 2
        guard self.state.wait(until: .after(.seconds(120)), for: { $0.rounds >= goal ? true : nil }) != nil else {
            throw LabError("curl: no round in two minutes")
        }
    }

    /// Ends it, and tells what failed.
    func stop() throws -> [String] {
        self.state.change { $0.isStopping = true }
        let failures = self.state.wait(until: .after(.seconds(120))) { $0.hasEnded ? $0.failures : nil }
        guard let failures else { throw LabError("curl: not ended after two minutes") }
        return failures
    }
}
