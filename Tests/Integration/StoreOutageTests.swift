import Lab
import Synchronization
import Testing

extension IntegrationTests {
    /// What becomes of the store changes nothing for clients.
    @Suite(.timeLimit(.minutes(3))) struct StoreOutage {
        @Test("a Consul that is killed, lies, and comes back is not noticed by clients, and is then followed again")
        func consulComesAndGoes() throws {
            let backends = try (0..<3).map { try TestBackend("web-80-\($0)") }
            let setting = try Setting(.consul, services: ["web-80": backends])
            let consul = try #require(setting.consul)
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(10))
            try load.wait(for: 200)

            try consul.stop()
            try load.wait(for: 2_000)
            // Something else answers at the store's port: first HTTP that means nothing, then no HTTP at all.
            for babble in [
                Behavior.raw(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[{\"Key\": 7"),
                .raw("HTTP/1.1 200 OK\r\nX-Consul-Index: 1\r\nContent-Length: 2\r\n\r\n[]"),
                .raw("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\nrpc e"), .garbage,
                .acceptThenClose,
            ] {
                let impostor = try TestBackend("impostor", babble, port: consul.port)
                try impostor.waitForConnection()
                try load.wait(for: 1_000)
                impostor.stop()
            }
            try consul.start()
            try load.wait(for: 500)
            let late = try TestBackend("web-80-late")
            try consul.api.put("services/web-80/h1:late:80", late.address)
            _ = try late.waitForFirstRequest(within: .seconds(60))
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)")
            #expect(report.idleClosings == 0)
        }

        @Test("a Consul that comes back empty takes nothing away")
        func consulComesBackEmpty() throws {
            let backend = try TestBackend("web")
            let consul = try ConsulAgent()
            try consul.api.put("services/web-80/h1:c0:80", backend.address)
            let edge = try EdgeProcess(store: "consul://127.0.0.1:\(consul.port)")
            try edge.waitForAnswer(200, host: "web-80.test")
            try consul.stop()
            try consul.start()
            let deadline = Deadline.after(.seconds(8))
            while !deadline.hasPassed {
                #expect(try edge.client.get(host: "web-80.test").status == 200)
            }
        }

        @Test("a cluster of three whose leader is killed leaves the edge undisturbed, and no change is lost")
        func leaderIsKilled() throws {
            let cluster = try ConsulCluster()
            let first = try TestBackend("first")
            let stays = try TestBackend("stays")
            try cluster.members[0].api.put("services/web-80/h1:first:80", first.address)
            try cluster.members[0].api.put("services/web-80/h1:stays:80", stays.address)
            let leader = try cluster.waitForLeader()
            // The leader first, so that the watch is its.
            let ports = [cluster.ports[leader]] + cluster.ports.filter { $0 != cluster.ports[leader] }
            let edge = try EdgeProcess(store: "consul://" + ports.map { "127.0.0.1:\($0)" }.joined(separator: ","))
            try edge.waitForAnswer(200, host: "web-80.test", within: .seconds(30))
            let load = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 8, pause: .milliseconds(10))
            try load.wait(for: 200)
            // Changes just before the end of the leader, at once after its successor's election, and later.
            let backends = try (0..<6).map { try TestBackend("next-\($0)") }
            func put(_ index: Int, at member: Int) throws {
                try cluster.members[member].api.put("services/web-80/h1:n\(index):80", backends[index].address)
            }
            try put(0, at: leader)
            try put(1, at: leader)
            try cluster.members[leader].stop()
            let successor = try cluster.waitForLeader(otherThan: leader)
            for index in 2..<5 { try put(index, at: successor) }
            try cluster.members[successor].api.delete("services/web-80/h1:first:80")
            for backend in backends[..<5] { _ = try backend.waitForFirstRequest(within: .seconds(60)) }
            try cluster.start(leader)
            try put(5, at: leader)
            _ = try backends[5].waitForFirstRequest(within: .seconds(60))
            let asked = first.requestCount
            try load.wait(for: 200)
            let report = try load.stop()
            #expect(first.requestCount == asked)
            #expect(report.failureCount == 0, "\(report.failures)")
            #expect(report.idleClosings == 0)
        }

        @Test("after kill -9 and with the store away, a restart serves the last good table")
        func restartWithoutStore() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(.consul, services: ["web-80": [backend]])
            try setting.edge.waitForAnswer(200, host: "web-80.test")
            // Kept at once, but by another thread than the one that answers.
            try setting.edge.child.wait(until: "keeping its table") {
                (try? setting.edge.folder.read("portico-data/last-table.json"))?.contains("web-80") == true
            }
            try setting.consul?.stop()
            try setting.edge.kill()
            try setting.edge.start()
            #expect(try setting.edge.waitForAnswer(200, host: "web-80.test").text == "web")
            #expect(try setting.client.get(host: "nothing-80.test").status == 404)
        }

        @Test("the embedded store keeps what it acknowledged through kill -9")
        func embeddedSurvivesKill() throws {
            let backend = try TestBackend("web")
            let setting = try Setting()
            for index in 0..<50 { try setting.put("services/web\(index)-80/h1:c0:80", backend) }
            try setting.edge.kill()
            try setting.edge.start()
            for index in 0..<50 { try setting.edge.waitForAnswer(200, host: "web\(index)-80.test") }
        }
    }
}
