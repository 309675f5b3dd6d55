import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// All parts at once: a cluster's manager, registrators, the store and the edge.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct Story {
        @Test func `three instances are run through the manager and reached by name, also when a host dies`() throws {
            let lab = try SwarmLab()
            let manager = try lab.manager()
            try manager.waitUntilReady()
            let store = "\(lab.hosts.address):\(lab.consul.port)"
            func registrator(_ host: DockerHost) throws -> ChildProcess {
                try host.begin(
                    Repository.portico(),
                    [
                        "registrator", "-hostname", "dh\(host.number)", "-docker-host", "unix://\(host.socket)", "-ip",
                        host.address, "-ttl", "9", "-ttl-refresh", "2", "consulkv://\(store)/services",
                    ])
            }
            var registrators = try lab.hosts.hosts.map(registrator)
            let edge = try EdgeProcess(store: "consul://127.0.0.1:\(lab.consul.port)")
            let session = SwarmSession(lab, manager)
            try session.follow(
                """
                $ for n in 1 2 3; do docker run -d --name app$n --hostname app$n -p 80 -e SERVICE_NAME=app -e VIRTUAL_HOST=app.example.com -e reschedule:on-node-failure lab:1; done
                <id>
                <id>
                <id>
                $ docker ps --format '{{.Names}}' | cut -d/ -f1 | sort
                dh1
                dh2
                dh3
                """)
            func answering() -> Set<String> {
                Set(
                    (0..<9).compactMap { _ in
                        let answer = try? edge.client.get(
                            "/cgi-bin/name", host: "app.example.com", within: .seconds(5))
                        return answer?.status == 200
                            ? answer?.text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
                    })
            }
            let all: Set = ["app1", "app2", "app3"]
            try edge.child.wait(within: .seconds(60), until: "three instances served") { answering() == all }

            let caller = Caller(edge.client, host: "app.example.com")
            try caller.wait(for: 50)
            let begin = ContinuousClock.now
            try lab.hosts[2].crash()
            try manager.wait(within: .seconds(90), until: "three instances on two hosts") {
                try session.run("docker ps --format '{{.Names}}' | cut -d/ -f1 | sort | uniq -c | wc -l") == ["2"]
                    && session.run("docker ps -q | wc -l") == ["3"]
            }
            print("the third instance runs elsewhere \(ContinuousClock.now - begin) after the power cut")
            try edge.child.wait(within: .seconds(60), until: "three instances served again") { answering() == all }
            print("all three are served again \(ContinuousClock.now - begin) after the power cut")
            let failures = try caller.stop()
            print("failed requests since the power cut: \(failures.count)")
            // A request that the host had when it lost its power is nobody's any more.
            #expect(failures.count <= 1, "\(failures)")

            // The host comes back: what moved stays where it is, and the host is used again.
            try lab.hosts[2].start()
            try lab.join(lab.hosts[2])
            registrators[2] = try registrator(lab.hosts[2])
            try manager.waitUntilReady(within: .seconds(90))
            try manager.wait(until: "what moved there once") {
                try session.run("docker ps -a --format '{{.Names}}' | cut -d/ -f1 | sort -u") == ["dh1", "dh2"]
            }
            try session.follow(
                """
                $ docker run -d --name app4 --hostname app4 -p 80 -e SERVICE_NAME=app -e VIRTUAL_HOST=app.example.com lab:1
                <id>
                $ docker ps --filter name=app4 --format '{{.Names}}'
                dh3/app4
                """)
            try edge.child.wait(within: .seconds(60), until: "four instances served") {
                answering() == all.union(["app4"])
            }
        }

        @Test func `managers behind the edge are one address`() throws {
            let engines = try FakeEngines(count: 2, containers: 2)
            let consul = try ConsulAgent()
            for address in engines.addresses {
                try consul.api.put("swarm/docker/swarm/nodes/\(address)", address)
            }
            let discovery = "consul://127.0.0.1:\(consul.port)/swarm"
            let managers = try (0..<2).map { _ in
                let manager = try SwarmManager(["--replication"], discovery: discovery)
                try manager.waitUntilReady(2)
                return manager
            }
            #expect(try managers[0].role() == "primary")
            let edge = try EdgeProcess(
                store: "consul://127.0.0.1:\(consul.port)",
                configuration: """
                    listeners:
                      - address: "127.0.0.1:PORT"
                        protocol: tcp
                        service: swarm-manager-3375
                        balance: source
                    """)
            for (index, manager) in managers.enumerated() {
                try consul.api.put("services/swarm-manager-3375/h\(index):manager:3375", manager.address)
            }
            let docker = DockerClient("tcp://127.0.0.1:\(edge.port)")
            try edge.child.wait(within: .seconds(30), until: "a manager behind the edge") {
                (try? docker.output(["ps", "-q"]))?.split(separator: "\n").count == 4
            }
            // One client is one manager's, whatever it asks.
            let roles = try Set(
                (0..<6).map { _ in try docker.output(["info"]).contains("Role: replica") ? "replica" : "primary" })
            #expect(roles.count == 1)
            #expect(try docker.output(["run", "-d", "lab:1"]).count == 64)
            // The primary goes, and the other one serves.
            try managers[0].terminate()
            try edge.child.wait(within: .seconds(30), until: "the other manager behind the edge") {
                (try? docker.output(["run", "-d", "lab:1"]))?.count == 64
            }
            #expect(try managers[1].role() == "primary")
        }
    }
}
