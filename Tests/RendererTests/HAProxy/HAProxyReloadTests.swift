import Foundation
import Lab
import Testing

@testable import Renderer

/// Reloads of a real HAProxy: that they are seen to have worked, or to have failed, and cost no request.
@Suite(.serialized) struct HAProxyReloadTests {
    private static let versionOfTests = HAProxyVersion(major: 2, minor: 6)

    private func live(_ haproxy: HAProxyProcess, _ method: HAProxyReload, oldWorkersMax: Int = 10) throws -> HAProxyLive
    {
        var limits = HAProxyLimits()
        limits.oldWorkersMax = oldWorkersMax
        return HAProxyLive(
            socket: try haproxy.socket, master: try haproxy.masterSocket, reload: method, limits: limits)
    }

    @Test(arguments: [true, false])
    func `a change of structure is a reload that no busy connection notices`(bySignal: Bool) async throws {
        let (first, second) = (try TestBackend("first"), try TestBackend("second"))
        let lines = "  server s1 \(first.address)"
        let haproxy = try HAProxyProcess(.master, lines)
        let live = try live(haproxy, bySignal ? .signal(pidFile: haproxy.pidFile) : .masterSocket)
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 8)
        try load.wait(for: 200)
        var pids: Set<Int32> = [try await haproxy.servingProcess()]
        for round in 1...3 {
            let rest = "backend more\(round)\n  server s1 \(second.address)"
            let outcome = try await haproxy.render(haproxy.text(lines, rest: rest), live)
            guard case .reload(let reason) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reason.contains("backend more\(round) is new"))
            let report = try await live.reload()
            #expect(pids.insert(report.pid).inserted)
            #expect(try await haproxy.servingProcess() == report.pid)
            try load.wait(for: 200)
            // And on with live changes.
            let change = haproxy.text(lines + " weight \(round + 1)", rest: rest)
            #expect(try await haproxy.render(change, live) == .live)
        }
        let report = try load.stop()
        #expect(report.failureCount == 0, "\(report.firstFailures)")
        let counters = await live.counters
        #expect(
            counters.reloads == 3 && counters.liveChanges == 3 && counters.failedReloads == 0 && counters.fallbacks == 0
        )
        haproxy.stop()
    }

    @Test func `a text that HAProxy refuses is known at once, and the old process serves on`() async throws {
        let backend = try TestBackend("e")
        let haproxy = try HAProxyProcess(.master, "  server s1 \(backend.address)")
        let live = try live(haproxy, .masterSocket)
        let pid = try await haproxy.servingProcess()
        let good = try haproxy.file
        for round in 1...2 {
            try haproxy.folder.write("haproxy.cfg", good + "  frobnicate\n")
            let start = ContinuousClock.now
            let error = await #expect(throws: HAProxyFailure.self) { try await live.reload() }
            #expect(error?.description.contains("failed: \(round)") == true, "\(String(describing: error))")
            #expect(.now - start < .seconds(10))
            #expect(try await haproxy.servingProcess() == pid)
        }
        try haproxy.folder.write("haproxy.cfg", good)
        #expect(try await live.reload().pid != pid)
        #expect(await live.counters.failedReloads == 2)
        haproxy.stop()
    }

    @Test func `a single process is replaced by one that takes its sockets over`() async throws {
        let backend = try TestBackend("e")
        let haproxy = try HAProxyProcess(.single, "  server s1 \(backend.address)")
        let (program, file) = (try Command.path(of: "haproxy"), "\(haproxy.folder.path)/haproxy.cfg")
        let started = Guarded<[ChildProcess]>([])
        let live = HAProxyLive(
            socket: try haproxy.socket,
            reload: .command { arguments in
                let process = try ChildProcess(program, ["-db", "-f", file] + arguments)
                started.change { $0.append(process) }
            })
        let pid = try await haproxy.servingProcess()
        let load = LoadGenerator(port: haproxy.port, hosts: ["app"], connections: 8)
        try load.wait(for: 200)
        let outcome = try await haproxy.render(haproxy.text("  option httpchk\n  server s1 \(backend.address)"), live)
        #expect(outcome == .reload("backend app: line 17: `option httpchk` is new"))
        let report = try await live.reload()
        #expect(report.pid != pid)
        try load.wait(for: 200)
        let seen = try load.stop()
        #expect(seen.failureCount == 0, "\(seen.firstFailures)")
        let change = haproxy.text("  option httpchk\n  server s1 \(backend.address) weight 9")
        #expect(try await haproxy.render(change, live) == .live)
        #expect(try await haproxy.servers()["s1"]?.weight == 9)
    }

    @Test func `workers that cannot finish are counted, and the oldest ended when there are too many`() async throws {
        let gate = Gate()
        let backend = try TestBackend("e", .identity(after: gate))
        let haproxy = try HAProxyProcess(.master, "  server s1 \(backend.address)")
        let live = try live(haproxy, .masterSocket, oldWorkersMax: 2)
        var clients: [MessageStream] = []
        for round in 0..<4 {
            let client = MessageStream(try Socket.connect(port: haproxy.port))
            try client.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
            clients.append(client)
            try backend.waitForRequests(round + 1)
            let report = try await live.reload()
            #expect(report.endedWorkers == (round < 2 ? 0 : 1))
            #expect(report.oldWorkers == min(round + 1, 2))
            // The next list must not have those that were just told to end.
            try await HAProxyProcess.wait(until: "ended") {
                let master = RuntimeSocket(address: try haproxy.masterSocket, limits: .init())
                // It does not listen while it starts itself anew.
                guard let reply = try? await master.ask("show proc") else { return false }
                return try ProcessList(reply).oldWorkers.count == min(round + 1, 2)
            }
        }
        gate.open()
        #expect(try clients[3].answer(by: .after(.seconds(5))).text == "e")
        #expect(throws: (any Error).self) { try clients[0].answer(by: .after(.seconds(5))) }
        #expect(await live.counters.endedWorkers == 2)
        haproxy.stop()
    }

    @Test func `processes that were replaced are bounded without a master too`() async throws {
        let gate = Gate()
        let backend = try TestBackend("e", .identity(after: gate))
        let haproxy = try HAProxyProcess(.single, "  server s1 \(backend.address)")
        let (program, file) = (try Command.path(of: "haproxy"), "\(haproxy.folder.path)/haproxy.cfg")
        let started = Guarded<[ChildProcess]>([])
        var limits = HAProxyLimits()
        limits.oldWorkersMax = 1
        let live = HAProxyLive(
            socket: try haproxy.socket,
            reload: .command { arguments in
                let process = try ChildProcess(program, ["-db", "-f", file] + arguments)
                started.change { $0.append(process) }
            }, limits: limits)
        var clients: [MessageStream] = []
        for round in 0..<3 {
            let client = MessageStream(try Socket.connect(port: haproxy.port))
            try client.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
            clients.append(client)
            try backend.waitForRequests(round + 1)
            let report = try await live.reload()
            #expect(report.oldWorkers == 1)
            #expect(report.endedWorkers == (round == 0 ? 0 : 1))
        }
        gate.open()
        #expect(try clients[2].answer(by: .after(.seconds(5))).text == "e")
        #expect(throws: (any Error).self) { try clients[0].answer(by: .after(.seconds(5))) }
    }

    @Test func `only an HAProxy of this machine is sent signals`() throws {
        let haproxy = try HAProxyProcess(.master, "  server s1 127.0.0.9:9")
        let mark = try ProcessMark(pidFile: haproxy.pidFile)
        #expect(mark.isAlive)
        #expect(ProcessMark(1) == nil)
        #expect(ProcessMark(0) == nil)
        #expect(ProcessMark(-5) == nil)
        let file = try haproxy.folder.write("own", "\(ProcessInfo.processInfo.processIdentifier)\n")
        let error = #expect(throws: HAProxyFailure.self) { try ProcessMark(pidFile: file) }
        #expect(error?.description.contains("is no HAProxy") == true)
        haproxy.stop()
    }

    @Test func `servers that were leaving are forgotten with their process`() async throws {
        let gate = Gate()
        let (slow, other) = (try TestBackend("slow", .identity(after: gate)), try TestBackend("other"))
        let haproxy = try HAProxyProcess(.master, "  server s1 \(slow.address)\n  server s2 \(other.address) backup")
        let live = try live(haproxy, .masterSocket)
        let client = MessageStream(try Socket.connect(port: haproxy.port))
        try client.socket.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n")
        try slow.waitForRequests()
        #expect(try await haproxy.render(haproxy.text("  server s2 \(other.address) backup"), live) == .live)
        #expect(await live.leavingCount == 1)
        #expect(try await live.reload().oldWorkers == 1)
        #expect(await live.leavingCount == 0)
        gate.open()
        #expect(try client.answer(by: .after(.seconds(5))).text == "slow")
        haproxy.stop()
    }

    @Test func `the master's list is read`() throws {
        let list = try ProcessList(
            """
            #<PID>          <type>          <reloads>       <uptime>        <version>
            1162            master          5 [failed: 1]   0d00h02m07s     2.6.12
            # workers
            1271            worker          1               0d00h00m00s     2.6.12
            # old workers
            1240            worker          2               0d00h00m43s     2.6.12
            1233            worker          3               0d00h00m43s     2.6.12
            # programs
            1255            bar             0               0d00h00m00s     -

            """)
        #expect(list.failedReloads == 1)
        #expect(list.workers == [1271])
        #expect(list.oldWorkers == [1233, 1240])
        for text in ["", "Unknown command\n", "1162 master x\n", "# workers\n1 worker 0 0d00h00m00s 2\n"] {
            #expect(throws: HAProxyFailure.self) { try ProcessList(text) }
        }
    }
}
