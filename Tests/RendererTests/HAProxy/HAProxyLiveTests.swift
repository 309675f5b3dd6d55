import Lab
import Testing

@testable import Renderer

/// Changes made to a real HAProxy under load.
@Suite(.serialized) struct HAProxyLiveTests {
    private static func lines(_ servers: [String: String]) -> String {
        servers.sorted { $0.key < $1.key }.map { "  server \($0.key) \($0.value)" }.joined(separator: "\n")
    }

    private func live(_ haproxy: HAProxyProcess, _ limits: HAProxyLimits = .init()) throws -> HAProxyLive {
        HAProxyLive(
            socket: try haproxy.socket, reload: .command { _ in throw LabError("no reload was expected") },
            limits: limits)
    }

    private func note(_ report: LoadReport, _ what: String) {
        #expect(report.failureCount == 0, "\(what): \(report.firstFailures)")
        #expect(report.idleClosings == 0, "\(what): client connections were closed")
    }

    @Test(arguments: ["", "check inter 200ms", "check inter 200ms maxconn 50"])
    func `endpoints come, move and go, cut off at once, and no request fails`(words: String) async throws {
        let backends = try (0..<8).map { try TestBackend("e\($0)") }
        // By server: the backend that it stands for.
        var place = ["s1": 0, "s2": 1, "s3": 2, "s4": 3]
        func text(_ haproxy: HAProxyProcess, _ weights: [String: Int] = [:]) -> String {
            haproxy.text(
                "  balance leastconn\n"
                    + Self.lines(
                        place.map { name, index in
                            (name, "\(backends[index].address) weight \(weights[name, default: 10]) \(words)")
                        }.reduce(into: [:]) { $0[$1.0] = $1.1 }))
        }
        let haproxy = try HAProxyProcess(
            .single,
            "  balance leastconn\n" + Self.lines(place.mapValues { "\(backends[$0].address) weight 10 \(words)" }))
        let (live, pid) = (try live(haproxy, HAProxyProcess.patience), try await haproxy.servingProcess())
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 16)
        try load.wait(for: 200)
        var generator = SeededGenerator(seed: 11)
        for round in 0..<60 {
            var weights: [String: Int] = [:]
            let free = backends.indices.filter { !place.values.contains($0) }
            let name = "s\(Int.random(in: 1...6, using: &generator))"
            var freed: Int?
            switch (place[name], round % 3) {
            case (nil, _): place[name] = free[Int.random(in: 0..<free.count, using: &generator)]
            case (let index?, 0) where place.count > 2:
                place[name] = nil
                freed = index
            case (let index?, 1):
                place[name] = free[Int.random(in: 0..<free.count, using: &generator)]
                freed = index
            default: weights[name] = Int.random(in: 1...20, using: &generator)
            }
            let outcome = try await haproxy.render(text(haproxy, weights), live)
            #expect(outcome == .live, "round \(round): \(haproxy.tail)")
            // Whoever has left is cut off without mercy: what was in flight has to be over by now.
            if let freed {
                backends[freed].stop()
                try backends[freed].start()
                let count = backends[freed].requestCount
                try load.wait(for: 100)
                #expect(
                    words.contains("check") || backends[freed].requestCount == count, "requests went to one that left")
            } else {
                try load.wait(for: 100)
            }
        }
        note(try load.stop(), "60 changes")
        #expect(try await haproxy.servingProcess() == pid)
        let counters = await live.counters
        #expect(counters.liveChanges + counters.fallbacks >= 50)
        #expect(counters.fallbacks == 0 && counters.savedReloads == 60)
    }

    @Test func `a request in flight to a server that goes is answered, and the server is deleted after it`()
        async throws
    {
        let gate = Gate()
        let (slow, other) = (try TestBackend("slow", .identity(after: gate)), try TestBackend("other"))
        let haproxy = try HAProxyProcess(.single, "  server s1 \(slow.address)\n  server s2 \(other.address) backup")
        let live = try live(haproxy)
        let client = MessageStream(try Socket.connect(port: haproxy.port))
        try client.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
        try slow.waitForRequests()
        #expect(try await haproxy.render(haproxy.text("  server s2 \(other.address) backup"), live) == .live)
        #expect(await live.leavingCount == 1)
        #expect(try await haproxy.servers()["s1"]?.isDraining == true)
        // New requests go elsewhere.
        let second = MessageStream(try Socket.connect(port: haproxy.port))
        try second.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
        #expect(try second.answer(by: .after(.seconds(5))).text == "other")
        gate.open()
        #expect(try client.answer(by: .after(.seconds(5))).text == "slow")
        try await HAProxyProcess.wait(until: "deleted") { try await haproxy.servers().keys.sorted() == ["s2"] }
        try await HAProxyProcess.wait(until: "forgotten") { await live.leavingCount == 0 }
    }

    @Test func `a server that comes back before it is deleted is put to work again`() async throws {
        let gate = Gate()
        let (slow, other, new) = (
            try TestBackend("slow", .identity(after: gate)), try TestBackend("other"), try TestBackend("new")
        )
        let haproxy = try HAProxyProcess(
            .single, "  server s1 \(slow.address) weight 100\n  server s2 \(other.address)")
        let live = try live(haproxy)
        let client = MessageStream(try Socket.connect(port: haproxy.port))
        try client.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
        try slow.waitForRequests()
        #expect(try await haproxy.render(haproxy.text("  server s2 \(other.address)"), live) == .live)
        let back = haproxy.text("  server s1 \(new.address) weight 7\n  server s2 \(other.address)")
        #expect(try await haproxy.render(back, live) == .live)
        #expect(await live.leavingCount == 0)
        let server = try #require(try await haproxy.servers()["s1"])
        #expect(server.isServing && server.weight == 7 && server.port == new.port)
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 2)
        try load.wait(for: 50)
        let report = try load.stop()
        note(report, "after it came back")
        #expect(report.perBackend["new"] ?? 0 > 0 && report.perBackend["slow"] == nil)
        gate.open()
        #expect(try client.answer(by: .after(.seconds(5))).text == "slow")
        // With other settings it is a reload.
        #expect(try await haproxy.render(haproxy.text("  server s2 \(other.address)"), live) == .live)
    }

    @Test(arguments: ["static-rr", "source", "roundrobin"])
    func `slots are filled and emptied whatever the way of balancing`(balance: String) async throws {
        let backends = try (0..<4).map { try TestBackend("e\($0)") }
        func text(_ filled: [Int?]) -> String {
            let slots = filled.enumerated().map { slot, index in
                "  server slot\(slot) \(index.map { backends[$0].address } ?? "0.0.0.0:1 disabled")"
            }
            return "  balance \(balance)\n" + slots.joined(separator: "\n")
        }
        let haproxy = try HAProxyProcess(.single, text([0, nil, nil, nil]))
        let live = try live(haproxy, HAProxyProcess.patience)
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 8)
        for filled: [Int?] in [
            [0, 1, nil, nil], [0, 1, 2, 3], [nil, 1, 2, 3], [nil, nil, 2, nil], [1, nil, 2, 0], [1, nil, nil, nil],
        ] {
            #expect(try await haproxy.render(haproxy.text(text(filled)), live) == .live)
            let serving = try await haproxy.servers().filter { $0.value.isServing }.keys.sorted()
            #expect(serving == filled.indices.filter { filled[$0] != nil }.map { "slot\($0)" })
            try load.wait(for: 100)
            for index in backends.indices where !filled.contains(index) {
                backends[index].stop()
                try backends[index].start()
            }
        }
        note(try load.stop(), balance)
        let counters = await live.counters
        #expect(counters.fallbacks == 0)
    }

    @Test func `an added server is checked and keeps connections as one of the file does`() async throws {
        let (first, second) = (try TestBackend("first"), try TestBackend("second"))
        let haproxy = try HAProxyProcess(
            .single, "  default-server check inter 200ms fall 1\n  server s1 \(first.address)")
        let live = try live(haproxy)
        let both =
            "  default-server check inter 200ms fall 1\n  server s1 \(first.address)\n  server s2 \(second.address)"
        #expect(try await haproxy.render(haproxy.text(both), live) == .live)
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 4)
        try load.wait(for: 2_000)
        note(try load.stop(), "after an addition")
        #expect(second.requestCount > 500)
        #expect(second.acceptedConnections < 100, "\(second.acceptedConnections) for \(second.requestCount) requests")
        second.stop()
        try await HAProxyProcess.wait(until: "found to be down") { try await haproxy.servers()["s2"]?.isUp == false }
    }

    @Test func `what others have done to the process is noticed`() async throws {
        let backends = try (0..<3).map { try TestBackend("e\($0)") }
        let lines = "  server s1 \(backends[0].address)\n  server s2 \(backends[1].address)"
        let haproxy = try HAProxyProcess(.single, lines)
        let live = try live(haproxy)
        _ = try await haproxy.ask("set server app/s1 addr 127.0.0.1 port \(backends[2].port)")
        let outcome = try await haproxy.render(haproxy.text(lines + " weight 5"), live)
        guard case .reload(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("does not run with the old text: app/s1 is at 127.0.0.1 port \(backends[2].port)"))
        #expect(await live.counters.fallbacks == 1)
        #expect(try await haproxy.servers()["s2"]?.weight == 1)
    }

    @Test func `300 changes at once are one change`() async throws {
        let backend = try TestBackend("e")
        func lines(_ count: Int, _ weight: Int) -> String {
            (0..<count).map { "  server s\($0) \(backend.address) weight \(weight)" }.joined(separator: "\n")
        }
        let haproxy = try HAProxyProcess(.single, lines(150, 1), global: "tune.bufsize 4096")
        let live = try live(haproxy)
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 4)
        let text = haproxy.text(lines(300, 2), global: "tune.bufsize 4096")
        #expect(try await haproxy.render(text, live) == .live)
        #expect(try await haproxy.servers().count == 300)
        #expect(try await haproxy.servers().values.allSatisfy { $0.weight == 2 && $0.isServing })
        note(try load.stop(), "300 servers")
    }
}
