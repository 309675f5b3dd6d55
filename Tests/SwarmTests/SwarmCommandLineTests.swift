import Logging
import Testing

@testable import Swarm

@Suite("Command lines of the swarm")
struct SwarmCommandLineTests {
    private func command(
        _ text: String, _ environment: [String: String] = [:]
    ) throws -> SwarmCommandLine.Command {
        try SwarmCommandLine(text.split(separator: " ").map(String.init), environment: environment).command
    }

    private func refusal(_ text: String, _ environment: [String: String] = [:]) throws -> SwarmUsageError {
        try #require(throws: SwarmUsageError.self) { try command(text, environment) }
    }

    @Test("classic Docker Swarm's commands, their short names, and flags with one dash or two")
    func classic() throws {
        var join = JoinOptions()
        join.advertise = "10.0.0.5:2375"
        join.heartbeat = .seconds(1)
        for name in ["join", "j"] {
            #expect(
                try command("-experimental -l debug \(name) -addr 10.0.0.5:2375 --heartbeat=1s consul://h:1/x")
                    == .join(join, discovery: "consul://h:1/x"))
        }
        #expect(try command("list nodes://a:1") == .list(ListOptions(), discovery: "nodes://a:1"))
        guard case .manage(let options, "etcd://h") = try command("m -H tcp://:1 -H unix:///x --replication etcd://h")
        else {
            Issue.record("no manage")
            return
        }
        #expect(options.hosts == ["tcp://:1", "unix:///x"] && options.replicates)
        #expect(try command("create") == .create && command("c") == .create)
        #expect(try command("-v") == .version && command("--version manage") == .version)
    }

    @Test("the environment stands in for what is not said")
    func environment() throws {
        let environment = [
            "SWARM_DISCOVERY": "consul://h", "SWARM_ADVERTISE": "a:1", "SWARM_HOST": "tcp://:1,unix:///x",
        ]
        guard case .join(let join, "consul://h") = try command("join", environment) else {
            Issue.record("no join")
            return
        }
        #expect(join.advertise == "a:1")
        guard case .manage(let manage, "nodes://b:1") = try command("manage nodes://b:1", environment) else {
            Issue.record("no manage")
            return
        }
        #expect(manage.advertise == "a:1" && manage.hosts == ["tcp://:1", "unix:///x"])
        guard case .manage(let told, _) = try command("manage -H :9 --advertise c:1 nodes://b:1", environment) else {
            Issue.record("no manage")
            return
        }
        #expect(told.advertise == "c:1" && told.hosts == [":9"])
    }

    @Test(
        "the log's level",
        arguments: [
            ("list n:1", "", "info"), ("--debug list n:1", "", "debug"), ("--debug -l warn list n:1", "", "warning"),
            ("list n:1", "1", "debug"), ("--log-level=panic list n:1", "", "critical"), ("list n:1", "no", "info"),
        ])
    func level(_ text: String, _ debug: String, _ level: String) throws {
        let line = try SwarmCommandLine(text.split(separator: " ").map(String.init), environment: ["DEBUG": debug])
        #expect(line.options.level.rawValue == level)
    }

    @Test("nodes of a manager, with flags anywhere")
    func nodes() throws {
        var options = NodeOptions()
        #expect(try command("node ls") == .node(.list, options))
        options.host = "tcp://m:1"
        #expect(try command("node -H tcp://m:1 drain dh1") == .node(.drain("dh1"), options))
        #expect(try command("node activate dh1 -H tcp://m:1") == .node(.activate("dh1"), options))
        #expect(try command("rebalance --host tcp://m:1") == .node(.rebalance, options))
        options.isDry = true
        #expect(try command("rebalance -H tcp://m:1 --dry-run") == .node(.rebalance, options))
        options.isDry = false
        options.policy = "all"
        #expect(try command("node drain dh1 --policy all -H tcp://m:1") == .node(.drain("dh1"), options))
        options.policy = ""
        options.printsJSON = true
        #expect(try command("node inspect -H tcp://m:1 dh1 --json") == .node(.inspect("dh1"), options))
    }

    @Test(
        "what cannot be is told, with status 2",
        arguments: [
            ("create x", "the `create` command takes no arguments. See 'portico swarm create --help'."),
            ("join", "discovery required to join. See 'portico swarm join --help'."),
            ("list a:1 --timeout 1s", "flags stand before it: --timeout is one too many"),
            ("list --timeout -1", "invalid value \"-1\" for flag -timeout"), ("fly", "no command \"fly\""),
            ("node drain", "node drain takes the name"), ("node inspect a/b", "is no node"),
            ("node ls x", "node ls takes no arguments"),
            ("node fly x", "no command \"node fly\""), ("-l loud list a:1", "not a valid log level: \"loud\""),
            ("-x", "flag provided but not defined: -x"), ("rebalance x", "rebalance takes no arguments"),
        ])
    func refuses(_ text: String, _ reason: String) throws {
        let refusal = try refusal(text)
        #expect(refusal.description.contains(reason) && refusal.exitStatus == 2, "\(refusal)")
    }

    @Test(
        "help is no error",
        arguments: [
            ("", "COMMAND"), ("--help", "manage, m"), ("help", "manage, m"), ("join -h", "-advertise"),
            ("help m", "-replication-ttl"), ("create --help", "create"), ("node", "drain NODE"),
            ("node ls --help", "drain NODE"), ("list --help", "-timeout"), ("rebalance -h", "more room"),
        ])
    func helps(_ text: String, _ word: String) throws {
        let help = try refusal(text)
        #expect(help.isHelp && help.exitStatus == 0 && help.description.contains(word), "\(help)")
    }
}
