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
