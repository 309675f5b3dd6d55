@testable import DockerEngine
import Testing

@testable import Registrator

/// What is to be known, as containers come and go.
struct LedgerTests {
    private static let a = "lab-80/dh1:a:80 = 10.99.0.11:1"
    private static let b = "lab-80/dh1:b:80 = 10.99.0.11:2"

    @Test func `nothing is published before all that runs was looked at`() {
        var bench = LedgerBench()
        bench.answers = false
        bench.tell(.connected)
        let a = RunCommand.container("--name a -p 1:80 lab:1")
        bench.tell(.listed(["a", "b"]))
        bench.answer("a", a)
        #expect(bench.publications == 0)
        bench.answer("b", nil)
        #expect(bench.publications == 1)
        #expect(bench.tree == Self.a)
    }

    @Test func `an empty host is published too, so that what is stale goes`() {
        #expect(LedgerBench.connected().publications == 1)
    }

    @Test func `a container that cannot be looked at holds the others up for a while only`() {
        var bench = LedgerBench()
        bench.answers = false
        bench.tell(.connected)
        bench.tell(.listed(["a"]))
        for _ in 0..<3 {
            let ticket = bench.questions.removeLast().ticket
            bench.tell(.inspectFailed("a", ticket: ticket, "late"))
            bench.pass(.seconds(30))
        }
        #expect(bench.publications == 1)
        bench.answer("a", RunCommand.container("--name a -p 1:80 lab:1"))
        #expect(bench.tree == Self.a && bench.publications == 2)
    }

    @Test func `starts and ends are one change each`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.run("b", port: 2)
        #expect(bench.tree == "\(Self.a)\n\(Self.b)" && bench.publications == 3)
        bench.die("a", isRemoved: true)
        #expect(bench.tree == Self.b && bench.publications == 4)
    }

    @Test func `a container that is seen twice is one, and no change`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.happen("start", "a")
        bench.tell(.resync)
        bench.tell(.connected)
        #expect(bench.tree == Self.a && bench.publications == 2)
    }

    @Test func `an answer from before an end does not bring a container back`() {
        var bench = LedgerBench.connected()
        bench.answers = false
        bench.run("a")
        let running = bench.containers["a"]
        bench.happen("die", "a", ["exitCode": "0"])
        bench.answer("a", running)
        #expect(bench.tree == "")
        // Ended and started again: only the second answer counts.
        bench.happen("start", "a")
        bench.happen("die", "a", ["exitCode": "0"])
        bench.happen("start", "a")
        let (first, second) = (bench.questions[0], bench.questions[1])
        bench.tell(.inspected("a", ticket: first.ticket, running))
        #expect(bench.tree == "")
        bench.tell(.inspected("a", ticket: second.ticket, running))
        #expect(bench.tree == Self.a)
    }

    // MARK: Ends

    @Test(arguments: [("15", true), ("9", true), ("SIGTERM", true), ("1", false), ("10", false), ("", false)])
    func `a signal to end takes the entries, another does not`(_ signal: String, _ ends: Bool) {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.happen("kill", "a", ["signal": signal])
        #expect(bench.tree == (ends ? "" : Self.a))
    }

    @Test(arguments: ["SIGQUIT", "3", "QUIT"])
    func `the signal to end is the container's own`(_ name: String) {
        var bench = LedgerBench.connected()
        bench.run("a") { $0.document = Array(#"{"Config": {"StopSignal": "\#(name)", "StopTimeout": 300}}"#.utf8) }
        bench.happen("kill", "a", ["signal": "3"])
        #expect(bench.tree == "")
        // It may take its time, and half a minute more.
        bench.pass(.seconds(329))
        #expect(bench.tree == "")
        bench.pass(.seconds(1))
        #expect(bench.tree == Self.a)
    }

    @Test func `who outlives the signal is back after a minute, and not before`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.happen("kill", "a", ["signal": "15"])
        bench.pass(.seconds(59))
        bench.tell(.resync)
        #expect(bench.tree == "")
        #expect(bench.ledger.nextDeadline == .seconds(60))
        bench.pass(.seconds(1))
        #expect(bench.tree == Self.a)
    }

    @Test func `restarting is one leave and one return`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.happen("kill", "a", ["signal": "15"])
        bench.die("a")
        bench.happen("stop", "a")
        bench.run("a")
        bench.happen("restart", "a")
        #expect(bench.tree == Self.a && bench.publications == 4)
    }

    @Test func `a draining entry is marked first, and goes in time or with its container`() {
        var bench = LedgerBench.connected { $0.drain = .seconds(5) }
        bench.run("a")
        bench.run("b", port: 2)
        bench.happen("kill", "a", ["signal": "15"])
        bench.happen("kill", "b", ["signal": "15"])
        #expect(bench.tree == "\(Self.a) drain\n\(Self.b) drain")
        bench.die("b")
        #expect(bench.tree == "\(Self.a) drain")
        bench.pass(.seconds(4))
        bench.happen("kill", "a", ["signal": "9"])
        #expect(bench.tree == "\(Self.a) drain")
        bench.pass(.seconds(1))
        #expect(bench.tree == "")
    }

    @Test(arguments: [(0, true), (137, true), (143, true), (1, false), (255, true), (127, false)])
    func `on success, who failed keeps its entries for their lifetime`(_ code: Int, _ goes: Bool) {
        var bench = LedgerBench.connected {
            $0.deregister = "on-success"
            $0.timeToLive = 20
        }
        bench.run("a")
        bench.die("a", code)
        #expect(bench.tree == (goes ? "" : Self.a))
        #expect(Tree.text(bench.ledger.lasting) == bench.tree)
        bench.tell(.resync)
        bench.pass(.seconds(19))
        #expect(bench.tree == (goes ? "" : Self.a))
        bench.pass(.seconds(1))
        #expect(bench.tree == "")
    }

    @Test func `on success, who starts again or is removed is no longer dead`() {
        var bench = LedgerBench.connected {
            $0.deregister = "on-success"
            $0.timeToLive = 0
        }
        bench.run("a")
        bench.run("b", port: 2)
        bench.die("a", 1)
        bench.die("b", 1)
        #expect(bench.tree == "\(Self.a)\n\(Self.b)" && bench.publications == 3)
        bench.run("a")
        #expect(bench.publications == 3)
        bench.pass(.seconds(100_000))
        bench.happen("destroy", "b")
        #expect(bench.tree == Self.a)
    }

    @Test func `on success, who was stopped has ended on purpose`() {
        var bench = LedgerBench.connected { $0.deregister = "on-success" }
        bench.run("a")
        bench.happen("kill", "a", ["signal": "15"])
        bench.die("a", 1)
        #expect(bench.tree == "")
    }

    // MARK: States

    @Test func `health decides`() {
        var bench = LedgerBench.connected()
        bench.run("a") { $0.state.health = .starting }
        #expect(bench.tree == "")
        bench.happen("health_status: healthy", "a")
        #expect(bench.tree == Self.a)
        bench.happen("health_status: unhealthy", "a")
        #expect(bench.tree == "")
        var careless = LedgerBench.connected { $0.ignoresHealth = true }
        careless.run("a") { $0.state.health = .unhealthy }
        #expect(careless.tree == Self.a)
    }

    @Test func `who is paused does not answer`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.happen("pause", "a")
        #expect(bench.tree == "")
        bench.happen("unpause", "a")
        #expect(bench.tree == Self.a)
        var theirs = LedgerBench.connected({ $0.isCompatible = true }, rules: .compatible())
        theirs.run("a")
        theirs.happen("pause", "a")
        #expect(theirs.tree == "lab/dh1:a:80 = 10.99.0.11:1")
    }

    @Test func `a new name or network is one change`() {
        var bench = LedgerBench.connected(rules: .made { $0.isInternal = true })
        bench.run("a")
        bench.containers["a"]?.name = "z"
        bench.happen("rename", "a", ["oldName": "/a"])
        #expect(bench.tree == "lab-80/dh1:z:80 = 172.17.0.2:80")
        bench.containers["a"]?.networks = ["new": NetworkAttachment(address: "172.30.0.2")]
        bench.tell(
            .happened(
                EngineEvent(
                    type: "network", action: "connect", actorID: "n", attributes: ["container": "a"], timeNano: 0)))
        #expect(bench.tree == "lab-80/dh1:z:80 = 172.30.0.2:80")
        #expect(bench.publications == 4)
    }

    @Test func `who shares a network follows the one that carries it`() {
        var bench = LedgerBench.connected()
        bench.run("m", port: 9) {
            $0 = RunCommand.container("--name m --net container:pod lab:1"); $0.id = "m"
        }
        #expect(bench.tree == "")
        bench.run("pod", port: 7)
        #expect(bench.tree == "lab-80/dh1:m:80 = 10.99.0.11:7\nlab-80/dh1:pod:80 = 10.99.0.11:7")
        bench.die("pod")
        #expect(bench.tree == "")
    }

    @Test func `of two that claim one entry the younger has it, and then the elder`() {
        var bench = LedgerBench.connected()
        bench.run("a") { $0.labels["SERVICE_ID"] = "h:one:80" }
        bench.run("b", port: 2) { $0.labels["SERVICE_ID"] = "h:one:80" }
        #expect(bench.tree == "lab-80/h:one:80 = 10.99.0.11:2")
        bench.tell(.resync)
        #expect(bench.logged.count { $0.contains("claim it") } == 1)
        bench.die("b")
        #expect(bench.tree == "lab-80/h:one:80 = 10.99.0.11:1")
    }

    // MARK: The engine's absence

    @Test func `while the engine is away everything stays, and then all is looked at anew`() {
        var bench = LedgerBench.connected()
        bench.run("a")
        bench.run("b", port: 2)
        bench.answers = false
        bench.tell(.lost("gone"))
        bench.tell(.resync)
        #expect(bench.questions.isEmpty && bench.tree == "\(Self.a)\n\(Self.b)")
        // What happened in the meantime came as no event.
        bench.containers["a"] = nil
        var c = RunCommand.container("--name c -p 3:80 lab:1")
        c.id = "c"
        bench.containers["c"] = c
        bench.answers = true
        bench.tell(.connected)
        #expect(bench.tree == "\(Self.b)\nlab-80/dh1:c:80 = 10.99.0.11:3")
    }

    @Test func `a list from before the engine was followed again does not count`() {
        var bench = LedgerBench()
        bench.answers = false
        bench.tell(.connected)
        bench.tell(.lost("gone"), .connected)
        bench.tell(.listed(["a"]))
        #expect(bench.questions.isEmpty)
        bench.tell(.listed(["b"]))
        #expect(bench.questions.map(\.id) == ["b"])
    }

    @Test func `a list that fails is asked for again`() {
        var bench = LedgerBench()
        bench.answers = false
        bench.tell(.connected)
        bench.tell(.listFailed("late"))
        #expect(bench.ledger.nextDeadline == .seconds(1))
        bench.answers = true
        bench.pass(.seconds(1))
        #expect(bench.publications == 1)
    }
}
