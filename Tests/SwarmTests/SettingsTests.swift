import GoFlags
import Testing

@testable import Swarm

@Suite("Settings of the swarm")
struct SettingsTests {
    private func settings(_ arguments: [String]) throws -> ManageSettings {
        try ManageSettings(ManageOptions.flags.parse(arguments).options)
    }

    @Test("manage: what is said by nobody, and by flags of every spelling")
    func readsManage() throws {
        let standard = try settings([])
        #expect(standard.scheduler.filters == PlacementFilter.allCases && standard.scheduler.strategy == .spread)
        #expect(standard.listeners == [.network(try #require(NodeAddress("127.0.0.1:2375")))])
        #expect(standard.overcommit == 0.05 && standard.createRetry == 0 && standard.advertise == nil)
        let told = try settings([
            "-strategy", "binpacking", "--filter=constraint", "-f", "health", "-H", "unix:///run/s.sock", "--host",
            ":4000",
            "-replication", "--addr=[::1]:4000", "-cluster-opt", "swarm.overcommit=-0.5",
            "--cluster-opt=swarm.createretry=2",
            "--discovery-opt", "kv.path=swarm",
        ])
        #expect(told.scheduler.strategy == .binpack && told.scheduler.filters == [.constraint, .health])
        #expect(told.listeners == [.unix("/run/s.sock"), .network(try #require(NodeAddress("0.0.0.0:4000")))])
        #expect(told.overcommit == -0.5 && told.createRetry == 2 && told.discovery.path == "swarm")
        #expect(told.advertise?.description == "[::1]:4000")
    }

    @Test(
        "manage: what cannot be",
        arguments: [
            (["--strategy", "best"], "strategy not supported"), (["--filter", "best"], "filter not supported"),
            (["--replication"], "--advertise address must be provided when using --leader-election"),
            (["--replication", "--advertise", "x"], "--advertise should be of the form ip:port or hostname:port"),
            (["--replication-ttl", "-1s"], "--replication-ttl should be a positive number"),
            (
                ["--cluster-opt", "swarm.overcommit=-2"],
                "swarm.overcommit should be larger than -1, -2.000000 is invalid"
            ),
            (["--cluster-opt", "swarm.createretry=-1"], "swarm.createretry can not be negative, -1 is invalid"),
            (["--engine-refresh-min-interval", "0s"], "min refresh interval should be a positive number"),
            (
                ["--engine-refresh-min-interval", "30s", "--engine-refresh-max-interval", "20s"],
                "max refresh interval cannot be less than min refresh interval"
            ),
            (["--engine-failure-retry", "0"], "invalid failure retry count"),
            (["--host", "http://x"], "host \"http://x\": write tcp://ADDR:PORT or unix://PATH"),
            (["--cluster-opt", "x"], "--cluster-opt \"x\": write NAME=VALUE"),
        ])
    func refusesManage(_ arguments: [String], _ words: String) {
        #expect(throws: SwarmUsageError(words)) { try settings(arguments) }
    }

    @Test("TLS: files and wishes that do not go together")
    func refusesTLS() {
        for arguments in [["--tlscert", "c"], ["--tls"], ["--tlsverify", "--tlscert", "c", "--tlskey", "k"]] {
            #expect(throws: SwarmUsageError.self) { try settings(arguments) }
        }
    }

    @Test(
        "join: what cannot be",
        arguments: [
            ([], "missing mandatory --advertise flag"),
            (["--advertise", "127.0.0.1"], "--advertise should be of the form ip:port or hostname:port"),
            (["--addr", "127.0.0.1:a"], "--advertise should be of the form ip:port or hostname:port"),
            (["--advertise", "1.1.1.1:70000"], "--advertise should be of the form ip:port or hostname:port"),
            (["--advertise", "1.1.1.1:1", "--heartbeat", "10ms"], "--heartbeat should be at least one second"),
            (
                ["--advertise", "1.1.1.1:1", "--heartbeat", "10s", "--ttl", "10s"],
                "--ttl must be strictly superior to the heartbeat value"
            ),
            (["--advertise", "1.1.1.1:1", "--delay", "-1s"], "--delay should not be a negative number"),
        ])
    func refusesJoin(_ arguments: [String], _ words: String) {
        #expect(throws: SwarmUsageError(words)) { try JoinOptions.flags.parse(arguments).options.checked() }
    }

    @Test("list: a wait that is none")
    func refusesList() throws {
        for text in ["-10s", "0s"] {
            #expect(throws: SwarmUsageError("--timeout should be a positive number")) {
                try ListOptions.flags.parse(["--timeout", text]).options.check()
            }
        }
        try ListOptions().check()
    }

    @Test("addresses: what is one, what is none, and their order")
    func readsAddresses() throws {
        #expect(NodeAddress("[2001:db8::5]:2375")?.host == "2001:db8::5")
        #expect(NodeAddress("dh1:2375")?.description == "dh1:2375")
        for text in [
            "", "dh1", "dh1:", ":2375", "dh1:0", "dh1:65536", "2001:db8::5:2375", "a b:1", "a:+1", "http://a:1",
            "[a]:1",
        ] {
            #expect(NodeAddress(text) == nil, "\(text)")
        }
        let sorted = ["n10:1", "n9:2", "n9:1", "n09:1", "m:1"].compactMap { NodeAddress($0) }.sorted()
        #expect(sorted.map(\.description) == ["m:1", "n09:1", "n9:1", "n9:2", "n10:1"])
    }

    @Test("lists: ranges multiply, comments end lines, nothing stands twice")
    func readsLists() throws {
        #expect(
            try NodeList.parse("10.0.[0:1].[1:2]:2375,10.0.0.1:2375").map(\.description)
                == ["10.0.0.1:2375", "10.0.0.2:2375", "10.0.1.1:2375", "10.0.1.2:2375"])
        #expect(
            try NodeList.parse(file: "# all\n a:1 # one\n\n[2001:db8::5]:2375\r\n").map(\.description)
                == ["a:1", "[2001:db8::5]:2375"])
        for text in ["a", "10.0.0.[5:2]:1", "10.0.0.[0:99999999]:1", "[0:999].[0:999].[0:999].1:1"] {
            #expect(throws: SwarmUsageError.self) { try NodeList.parse(text) }
        }
    }
}
