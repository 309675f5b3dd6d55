import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Agents, lists and managers' elections on real stores, without engines.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct SwarmStoreTests {
        /// A store and its keys.
        private struct Store {
            let url: String
            let get: (String) throws -> String?
            let delete: (String) throws -> Void
            let restart: () throws -> Void
            let holder: any Sendable

            static func consul() throws -> Store {
                let agent = try ConsulAgent()
                return Store(
                    url: "consul://127.0.0.1:\(agent.port)/lab",
                    get: { key in
                        let answer = try agent.api.request("GET", "/v1/kv/\(key)?raw")
                        return answer.status == 200 ? answer.text : nil
                    },
                    delete: { try agent.api.delete($0) },
                    restart: {
                        try agent.stop()
                        try agent.start()
                    }, holder: agent)
            }

            static func etcd() throws -> Store {
                let server = try EtcdServer()
                return Store(
                    url: "etcd://127.0.0.1:\(server.port)/lab", get: { try server.api.get($0) },
                    delete: { try server.api.delete($0) },
                    restart: {
                        try server.stop()
                        try server.start()
                    }, holder: server)
            }
        }

        private func swarm(_ arguments: String...) throws -> Command.Outcome {
            try Command.run(Repository.portico(), ["swarm"] + arguments, within: .seconds(60))
        }

        private func agent(_ address: String, _ store: Store) throws -> ChildProcess {
            try ChildProcess(
                Repository.portico(),
                ["swarm", "join", "--heartbeat=2s", "--ttl=20s", "--advertise", address, store.url])
        }

        @Test("an agent's entry is written, restored, taken over and taken back", arguments: ["consul", "etcd"])
        func agents(_ kind: String) throws {
            let store = try kind == "consul" ? Store.consul() : Store.etcd()
            let engine = try TestBackend("engine")
            let address = "127.0.0.1:\(engine.port)"
            let key = "lab/docker/swarm/nodes/\(address)"
            let first = try agent(address, store)
            func wait(_ child: ChildProcess, until there: Bool) throws {
                try child.wait(within: .seconds(60), until: "the entry \(there ? "there" : "gone")") {
                    (try? store.get(key)) == (there ? .some(.some(address)) : .some(nil))
                }
            }
            try wait(first, until: true)
            #expect(try swarm("list", store.url).lines == [address])
            try store.delete(key)
            try wait(first, until: true)
            try store.restart()
            try wait(first, until: true)
            // Killed, it leaves its entry; the next one keeps it, and takes it back.
            try first.kill()
            let second = try agent(address, store)
            try second.waitForLine(within: .seconds(60), "its entry") { $0.contains("written in") }
            second.signal(SIGTERM)
            #expect(try second.waitForEnd(within: .seconds(60)) == .exited(0))
            #expect(try store.get(key) == nil)
            #expect(!second.lines.contains { $0.contains("does not answer") })
            #expect(try swarm("list", "--timeout", "30s", store.url).lines == [])
        }

        @Test(
            "one manager is the primary; another is when it ends, and one is when the store has forgotten all",
            arguments: ["consul", "etcd"])
        func elections(_ kind: String) throws {
            let store = try kind == "consul" ? Store.consul() : Store.etcd()
            let flags = ["--replication", "--replication-ttl=4s"]
            let managers = try (0..<2).map { _ in try SwarmManager(flags, discovery: store.url) }
            func waitForOne() throws -> Int {
                var primary = 0
                try managers[0].wait(within: .seconds(90), until: "one primary, and a replica of it") {
                    let roles = try managers.map { try $0.role() }
                    primary = roles[0] == "primary" ? 0 : 1
                    return roles[primary] == "primary"
                        && roles[1 - primary] == "replica of \(managers[primary].address)"
                }
                return primary
            }
            func takesOver(_ manager: SwarmManager) throws -> Duration {
                let begin = ContinuousClock.now
                try manager.wait(within: .seconds(90), until: "the primary") { try manager.role() == "primary" }
                return ContinuousClock.now - begin
            }
            var primary = try waitForOne()
            // What a replica is asked comes from the primary, which knows of no engines.
            let answer = try managers[1 - primary].request("/v1.40/containers/json")
            #expect(answer.status == 200 && answer.text.hasPrefix("[]"))
            try store.restart()
            primary = try waitForOne()

            try managers[primary].terminate()
            let ended = try takesOver(managers[1 - primary])
            #expect(ended < .seconds(5), "nowhere near the lock's time")
            try managers[primary].start()
            #expect(try waitForOne() == 1 - primary)

            primary = 1 - primary
            try managers[primary].kill()
            let killed = try takesOver(managers[1 - primary])
            print("\(kind): another manager after \(ended) when one ended, after \(killed) when one was killed")
            // Consul grants no session below ten seconds, and keeps it for twenty.
            #expect(killed < .seconds(kind == "consul" ? 40 : 20))
        }

        @Test("an edge's embedded store serves agents; its directory is its own")
        func embedded() throws {
            let edge = try EdgeProcess()
            let port = try #require(edge.storePort)
            let engine = try TestBackend("engine")
            let child = try ChildProcess(
                Repository.portico(),
                ["swarm", "join", "--advertise", "127.0.0.1:\(engine.port)", "consul://127.0.0.1:\(port)/swarm"])
            try child.waitForLine(within: .seconds(60), "its entry") { $0.contains("written in") }
            #expect(try swarm("list", "consul://127.0.0.1:\(port)/swarm").lines == ["127.0.0.1:\(engine.port)"])
            let refused = try swarm("list", "embedded:\(edge.folder.path)/store?prefix=swarm")
            #expect(refused.ending == .exited(2) && refused.text.contains("ask that one over Consul's HTTP API"))
        }

        @Test("what ends at once ends with its words and its status")
        func words() throws {
            let version = try swarm("-v")
            #expect(version.isSuccess && version.lines[0].contains(/version \d+\.\d+\.\d+/))
            for (arguments, status, words) in [
                (["create"], 1, "switched off in 2019"), (["create", "x"], 2, "takes no arguments"),
                (["join", "consul://127.0.0.1:1"], 2, "missing mandatory --advertise flag"),
                (["join", "--advertise", "a:0", "consul://h"], 2, "--advertise should be of the form"),
                (["join", "--advertise", "a:1", "nodes://b:1"], 2, "nobody can join it"),
                (["join", "--advertise", "a:1", "--heartbeat=5s", "--ttl=5s", "consul://h"], 2, "strictly superior"),
                (["list", "--timeout=0s", "a:1"], 2, "--timeout should be a positive number"),
                (["list", "--timeout=200ms", "consul://127.0.0.1:1"], 1, "Timed out"),
                (["list"], 2, "discovery required"),
                (["manage", "--replication", "--advertise", "a:1", "nodes://b:1"], 2, "Leader election is only"),
                (["manage", "--replication", "consul://h"], 2, "--advertise address must be provided"),
                (["manage", "--strategy=best", "a:1"], 2, "strategy not supported"),
                (["manage", "-H", "tcp://192.0.2.1:1", "a:1"], 1, "none of this machine's"),
                (["node", "ls", "-H", "tcp://127.0.0.1:1"], 1, "connection refused"),
            ] {
                let result = try Command.run(
                    Repository.portico(), ["swarm"] + arguments, within: .seconds(60))
                #expect(
                    result.ending == .exited(Int32(status)) && result.text.contains(words), "\(arguments): \(result)")
            }
        }
    }
}
