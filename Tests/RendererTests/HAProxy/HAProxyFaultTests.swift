import Foundation
import Lab
import Testing

@testable import Renderer

/// Runtime APIs that are wrong, hung, or go away: the answer is a reload, in time, with the reason.
@Suite struct HAProxyFaultTests {
    private static let old = """
        defaults
         mode http
        backend app
         server s1 10.0.0.1:80
         server s2 10.0.0.2:80
         server s3 10.0.0.3:80
        backend more
         server t1 10.0.1.1:80

        """
    /// Moves s1 (by way of maintenance), removes s3, adds s4, and changes a weight elsewhere.
    private static let new = """
        defaults
         mode http
        backend app
         server s1 10.0.0.9:80
         server s2 10.0.0.2:80
         server s4 10.0.0.4:80 check
        backend more
         server t1 10.0.1.1:80 weight 3

        """
    private static let change = HAProxyChange.between(
        old: old, new: new, version: HAProxyVersion(major: 2, minor: 6))

    private static var limits: HAProxyLimits {
        var limits = HAProxyLimits()
        limits.answer = .milliseconds(300)
        limits.reload = .milliseconds(500)
        return limits
    }

    private func live(
        _ address: RuntimeAddress, _ limits: HAProxyLimits = limits, reload: HAProxyReload = .command { _ in }
    ) -> HAProxyLive {
        HAProxyLive(socket: address, reload: reload, limits: limits)
    }

    private func reason(_ live: HAProxyLive) async -> String {
        let start = ContinuousClock.now
        let outcome = await live.apply(Self.change)
        #expect(.now - start < .seconds(5), "it took too long")
        guard case .reload(let reason) = outcome else {
            Issue.record("\(outcome)")
            return ""
        }
        let counters = await live.counters
        #expect(counters.fallbacks == 1 && counters.liveChanges == 0 && counters.savedReloads == 0)
        return reason
    }

    @Test func `without a fault the change is live`() async throws {
        let fake = try FakeRuntime(Self.old)
        let live = live(fake.address)
        #expect(await live.apply(Self.change) == .live)
        #expect(
            fake.commands.filter { !$0.hasPrefix("show") && $0 != "prompt" } == [
                "add server app/s4 10.0.0.4:80 check pool-purge-delay 5s pool-max-conn -1 weight 1",
                "enable health app/s4", "set server app/s4 state ready", "set server more/t1 weight 3",
                "set server app/s1 state maint", "set server app/s1 addr 10.0.0.9 port 80",
                "set server app/s1 state ready",
                "set server app/s3 state drain", "set server app/s3 state maint",
                "set server app/s3 addr 0.0.0.0 port 1",
                "del server app/s3",
            ])
        #expect(await live.leavingCount == 0)
        #expect(await live.counters.commands == 8)
    }

    @Test func `nobody listens`() async throws {
        let folder = try ScratchFolder()
        let missing = try #require(RuntimeAddress("\(folder.path)/none.sock"))
        #expect(await reason(live(missing)).contains("none.sock: connect: No such file"))
        try folder.write("file", "")
        let file = try #require(RuntimeAddress("\(folder.path)/file"))
        #expect(await reason(live(file)).contains("Connection refused"))
        let port = try #require(RuntimeAddress("127.0.0.1:\(try FreePort.next())"))
        #expect(await reason(live(port)).contains("Connection refused"))
        let long = try #require(RuntimeAddress("/\(String(repeating: "x", count: 200))"))
        #expect(await reason(live(long)).contains("longer than"))
    }

    @Test func `somebody listens and says nothing, or something else`() async throws {
        let silent = try TestBackend("silent", .custom { _, _, _ in true })
        let address = try #require(RuntimeAddress(silent.address))
        #expect(await reason(live(address)).contains("receive: timed out"))
    }

    /// Each command of the change in turn.
    private static let commands = [
        "prompt", "show info", "show servers state app", "show servers state more", "add server",
        "enable health app/s4",
        "set server app/s4 state ready", "set server more/t1 weight", "set server app/s1 state maint",
        "show servers conn app",
        "set server app/s1 addr", "set server app/s1 state ready", "set server app/s3 state drain",
    ]

    @Test(arguments: commands)
    func `no fault at any command is taken for success`(command: String) async throws {
        let twists: [(FakeRuntime.Twist, String)] = [
            (.hang, "timed out"), (.close, "closed"), (.reply("Permission denied\n"), "s.sock"),
            (.reply("ok\n"), "s.sock"),
            (.raw("half a rep"), "timed out"), (.raw("\n> \n> \n> "), "s.sock"),
            (.drip(.milliseconds(200)), "timed out"),
            (.reply("Unknown command, but maybe one of the following ones is a better match:\n  help\n"), "s.sock"),
        ]
        for (twist, text) in twists {
            let fake = try FakeRuntime(Self.old)
            fake.twist { $0.hasPrefix(command) ? twist : .none }
            let reason = await reason(live(fake.address))
            #expect(reason.contains(text), "\(twist): \(reason)")
        }
    }

    @Test(arguments: [
        "add server", "set server app/s4 state ready", "set server more/t1 weight", "set server app/s1 addr",
        "set server app/s3 state drain",
    ])
    func `a command that is acknowledged and not carried out is noticed`(command: String) async throws {
        let fake = try FakeRuntime(Self.old)
        fake.twist { $0.hasPrefix(command) ? .ignore : .none }
        let reason = await reason(live(fake.address))
        #expect(reason.contains("and yet") || reason.contains("No such server"), "\(reason)")
    }

    @Test func `the state after the change is what counts`() async throws {
        let fake = try FakeRuntime(Self.old)
        let times = Guarded(0)
        fake.twist { command in
            guard command == "show servers state more" else { return .none }
            return times.change {
                $0 += 1; return $0
            } == 2 ? .reply("Can't find backend.\n") : .none
        }
        #expect(await reason(live(fake.address)).contains("backend more after the change"))
    }

    @Test func `a server that was taken out for a moment is put back when something goes wrong`() async throws {
        let fake = try FakeRuntime(Self.old)
        let times = Guarded(0)
        fake.twist { command in
            // The first time alone.
            command.hasPrefix("set server app/s1 addr")
                && times.change {
                    $0 += 1; return $0
                } == 1 ? .close : .none
        }
        _ = await reason(live(fake.address))
        #expect(fake.commands.last == "set server app/s1 state ready")
    }

    @Test func `an endless answer ends`() async throws {
        let fake = try FakeRuntime(Self.old)
        fake.twist { $0 == "show servers state app" ? .raw(String(repeating: "x", count: 100_000)) : .none }
        var limits = Self.limits
        limits.replyBytesMax = 10_000
        #expect(await reason(live(fake.address, limits)).contains("longer than 10000 octets"))
    }

    @Test(arguments: [
        ("Name: HAProxy\nVersion: 2.6.12\nPid: 1\nStopping: 1\n", "is stopping"),
        ("Name: Other\nVersion: 2.6.12\nPid: 1\n", "no HAProxy"),
        ("Name: HAProxy\nVersion: new\nPid: 1\n", "no HAProxy"),
        ("Name: HAProxy\nVersion: 2.6.12\n", "no HAProxy"), ("Name: HAProxy\nVersion: 2.6.12\nPid: -4\n", "no HAProxy"),
    ])
    func `a process that is none to talk to is not talked to`(info: String, text: String) async throws {
        let fake = try FakeRuntime(Self.old)
        fake.twist { $0 == "show info" ? .reply(info) : .none }
        let reason = await reason(live(fake.address))
        #expect(reason.contains(text), "\(reason)")
        #expect(!fake.commands.contains { $0.hasPrefix("set") })
    }

    @Test func `deleting what has left is no part of the change`() async throws {
        for twist: FakeRuntime.Twist in [.hang, .close, .reply("nonsense\n")] {
            let fake = try FakeRuntime(Self.old)
            fake.twist { $0.hasPrefix("del server") ? twist : .none }
            let live = live(fake.address)
            #expect(await live.apply(Self.change) == .live)
            #expect(await live.leavingCount == 1)
        }
    }

    @Test func `a server that cannot be deleted now is deleted later`() async throws {
        let fake = try FakeRuntime(Self.old)
        let times = Guarded(0)
        fake.twist { command in
            guard command.hasPrefix("del server") else { return .none }
            let isLate = times.change {
                $0 += 1; return $0 > 8
            }
            return isLate ? .none : .raw("Server still has connections attached to it, cannot remove it.\n\n> ")
        }
        var limits = Self.limits
        limits.sweep = .milliseconds(10)
        limits.sweepMax = .milliseconds(50)
        let live = live(fake.address, limits)
        #expect(await live.apply(Self.change) == .live)
        try await HAProxyProcess.wait(until: "deleted") { await live.leavingCount == 0 }
        #expect(times.read { $0 } == 9)
        // Each time with another address, for that is what closes idle connections.
        let parks = fake.commands.filter { $0.hasPrefix("set server app/s3 addr") }
        #expect(zip(parks, parks.dropFirst()).allSatisfy { $0 != $1 })
    }

    @Test func `changes at the same time wait for each other`() async throws {
        let fake = try FakeRuntime(Self.old)
        let live = live(fake.address)
        let back = HAProxyChange.between(old: Self.new, new: Self.old, version: HAProxyVersion(major: 2, minor: 6))
        await withTaskGroup(of: HAProxyLive.Outcome.self) { group in
            group.addTask { await live.apply(Self.change) }
            group.addTask { await live.apply(Self.change) }
            group.addTask { await live.apply(back) }
            for await _ in group {}
        }
        // Whatever the order, no change saw another one half done: every command was acknowledged.
        let counters = await live.counters
        #expect(counters.liveChanges + counters.fallbacks == 3)
        #expect(counters.liveChanges >= 1)
    }

    @Test func `a reload that brings no new process is a failure`() async throws {
        let fake = try FakeRuntime(Self.old)
        let live = live(fake.address)
        let error = await #expect(throws: HAProxyFailure.self) { try await live.reload() }
        #expect(error?.description.contains("no new process serves") == true)
        #expect(await live.counters.failedReloads == 1)
    }

    @Test func `a reload command that fails, a pid file that holds none, a master that is not there`() async throws {
        let fake = try FakeRuntime(Self.old)
        let folder = try ScratchFolder()
        let file = try folder.write("pid", "none\n")
        for (method, text) in [
            (HAProxyReload.command { _ in throw LabError("exit 1") }, "exit 1"),
            (.signal(pidFile: file), "holds no process"),
            (.signal(pidFile: "\(folder.path)/missing"), "cannot be read"), (.masterSocket, "needs its address"),
        ] {
            let live = live(fake.address, reload: method)
            let error = await #expect(throws: HAProxyFailure.self) { try await live.reload() }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
    }

    @Test func `a reload command is told the socket and the process that it replaces`() async throws {
        let fake = try FakeRuntime(Self.old)
        let given = Guarded<[String]>([])
        let live = live(fake.address, reload: .command { arguments in given.change { $0 = arguments } })
        _ = try? await live.reload()
        #expect(given.read { $0 } == ["-x", fake.address.description, "-sf", "4711"])
    }
}
