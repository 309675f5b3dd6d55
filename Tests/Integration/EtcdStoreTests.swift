import Lab
import Testing

extension IntegrationTests {
    /// Edge, render and kv on a real etcd.
    @Suite(.timeLimit(.minutes(3))) struct EtcdStore {
        /// An edge on `etcd` whose first service answers.
        private func edge(_ url: String, _ environment: [String: String] = [:]) throws -> EdgeProcess {
            let edge = try EdgeProcess(store: url, environment: environment)
            try edge.waitForAnswer(200, host: "web-80.test", within: .seconds(30))
            return edge
        }

        @Test("endpoint changes in etcd are in force within milliseconds, and no request fails under load")
        func changes() throws {
            let etcd = try EtcdServer()
            var backends = try (0..<2).map { try TestBackend("web-\($0)") }
            for (index, backend) in backends.enumerated() {
                try etcd.api.put("services/web-80/h1:c\(index):80", backend.address)
            }
            let edge = try edge("etcd://127.0.0.1:\(etcd.port)/services")
            let load = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(10))
            try load.wait(for: 200)
            var delays: [Double] = []
            for turn in 0..<100 {
                let backend = try TestBackend("new-\(turn)")
                backends.append(backend)
                try etcd.api.put("services/web-80/h1:n\(turn):80", backend.address)
                let answered = ContinuousClock.now
                delays.append(max(0, (try backend.waitForFirstRequest() - answered).inMilliseconds))
                if turn > 1 { try etcd.api.delete("services/web-80/h1:n\(turn - 2):80") }
            }
            let report = try load.stop()
            delays.sort()
            print("etcd: new endpoints reached after \(delays[50]) ms in the median, \(delays[98]) ms at p99")
            #expect(report.failureCount == 0, "\(report.failures)\n\(report.firstFailures)")
            #expect(report.idleClosings == 0)
            #expect(delays[50] < 20, "milliseconds from the write's answer to the first request, median")
        }

        @Test("an etcd that is killed, lies, and comes back is not noticed by clients, and is then followed again")
        func etcdComesAndGoes() throws {
            let etcd = try EtcdServer(isPersistent: true)
            let backend = try TestBackend("web")
            try etcd.api.put("services/web-80/h1:c0:80", backend.address)
            let edge = try edge("etcd://127.0.0.1:\(etcd.port)")
            let load = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 8, pause: .milliseconds(10))
            try load.wait(for: 200)
            try etcd.stop()
            try load.wait(for: 1_000)
            for babble in [
                Behavior.raw(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"kvs\":[]}"),
                .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
                .raw("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnobod"), .garbage, .acceptThenClose,
            ] {
                let impostor = try TestBackend("impostor", babble, port: etcd.port)
                try impostor.waitForConnection()
                try load.wait(for: 500)
                impostor.stop()
            }
            try etcd.start()
            let late = try TestBackend("late")
            try etcd.api.put("services/web-80/h1:late:80", late.address)
            _ = try late.waitForFirstRequest(within: .seconds(60))
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)")
        }

        @Test("an etcd that comes back empty takes nothing away")
        func etcdComesBackEmpty() throws {
            let etcd = try EtcdServer()
            let backend = try TestBackend("web")
            try etcd.api.put("services/web-80/h1:c0:80", backend.address)
            let edge = try edge("etcd://127.0.0.1:\(etcd.port)")
            try etcd.stop()
            try etcd.start()
            let deadline = Deadline.after(.seconds(8))
            while !deadline.hasPassed {
                #expect(try edge.client.get(host: "web-80.test").status == 200)
            }
        }

        @Test("a cluster of three whose leader is killed leaves the edge undisturbed, and its changes are followed")
        func leaderIsKilled() throws {
            let cluster = try EtcdCluster()
            let backend = try TestBackend("web")
            try cluster.members[0].api.put("services/web-80/h1:c0:80", backend.address)
            let leader = try cluster.waitForLeader()
            // The leader first, so that the watch is its.
            let ports = [cluster.ports[leader]] + cluster.ports.filter { $0 != cluster.ports[leader] }
            let edge = try edge("etcd://" + ports.map { "127.0.0.1:\($0)" }.joined(separator: ","))
            let load = LoadGenerator(
                port: edge.port, hosts: ["web-80.test"], connections: 8, pause: .milliseconds(10))
            try load.wait(for: 200)
            // Changes just before the end of the leader, and at once after its successor's election.
            let backends = try (0..<4).map { try TestBackend("next-\($0)") }
            func put(_ index: Int, at member: Int) throws {
                try cluster.members[member].api.put("services/web-80/h1:n\(index):80", backends[index].address)
            }
            try put(0, at: leader)
            try cluster.members[leader].stop()
            let successor = try cluster.waitForLeader(otherThan: leader)
            for index in 1..<4 { try put(index, at: successor) }
            try cluster.members[successor].api.delete("services/web-80/h1:c0:80")
            for backend in backends { _ = try backend.waitForFirstRequest(within: .seconds(60)) }
            let asked = backend.requestCount
            try load.wait(for: 200)
            let report = try load.stop()
            #expect(backend.requestCount == asked)
            #expect(report.failureCount == 0, "\(report.failures)")
            #expect(report.idleClosings == 0)
        }

        @Test("users and TLS come from the URL and etcdctl's variables")
        func usersAndTLS() throws {
            let authority = try TestAuthority()
            let etcd = try EtcdServer(certificate: authority.issue("localhost", "127.0.0.1"))
            let backend = try TestBackend("web")
            try etcd.api.put("/services/web-80/h1:c0:80", backend.address)
            // What the edge reads besides lies under the same root.
            try etcd.api.enableUsers(root: "master", readers: ["edge": "lo/ok"], prefix: "/")
            let port = try #require(etcd.securePort)
            let edge = try edge("etcds://edge:lo%2Fok@127.0.0.1:\(port)//", ["ETCDCTL_CACERT": authority.certificate])
            let lines = try edge.child.lines
            #expect(!lines.contains { $0.contains("lo/ok") || $0.contains("lo%2Fok") })
        }

        @Test("render makes its file from etcd, and follows it through an outage")
        func render() throws {
            let etcd = try EtcdServer(isPersistent: true)
            try etcd.api.put("app/port", "8080")
            try etcd.api.put("services/web-80/h1:c0:80", "10.0.0.1:80")
            let render = try RenderProcess(
                """
                store = "etcd://127.0.0.1:\(etcd.port)"
                template {
                  contents = "{{ key \\"app/port\\" }} {{ range service \\"web-80\\" }}{{ .Address }}:{{ .Port }} {{ end }}"
                  destination = "FOLDER/out"
                }
                """, in: ScratchFolder())
            try render.wait(for: "8080 10.0.0.1:80 ")
            try etcd.api.put("services/web-80/h2:c0:80", "10.0.0.2:80")
            try render.wait(for: "8080 10.0.0.1:80 10.0.0.2:80 ")
            try etcd.stop()
            try render.wait(forWord: "files stay as they are", within: .seconds(40))
            try etcd.start()
            try render.wait(forWord: "the store answers again", within: .seconds(40))
            try etcd.api.put("app/port", "8081")
            try render.wait(for: "8081 10.0.0.1:80 10.0.0.2:80 ", within: .seconds(40))
            try render.stop()
        }

        @Test("portico kv writes, reads, lists, watches and deletes")
        func kv() throws {
            let etcd = try EtcdServer()
            let kv = { (arguments: [String]) in
                try Command.run(
                    Repository.portico(), ["kv"] + arguments + ["--store", "etcd://127.0.0.1:\(etcd.port)/lab"])
            }
            #expect(try kv(["put", "a/b", "one"]).isSuccess)
            #expect(try etcd.api.get("lab/a/b") == "one")
            #expect(try kv(["get", "a/b"]).text == "one")
            #expect(try kv(["put", "a/b", "two", "--cas", "1"]).ending == .exited(1))
            let watch = try ChildProcess(
                Repository.portico(), ["kv", "watch", "a/", "--store", "etcd://127.0.0.1:\(etcd.port)/lab"])
            try watch.waitForLine("what is there") { $0.contains("a/b") }
            #expect(try kv(["put", "a/c", "three"]).isSuccess)
            try watch.waitForLine("the change") { $0.contains("a/c") }
            try watch.kill()
            #expect(try kv(["list", "a/"]).lines == ["a/b", "a/c"])
            #expect(try kv(["delete", "--recurse", "a/"]).isSuccess)
            #expect(try kv(["get", "a/b"]).ending == .exited(1))
            let flagged = try kv(["put", "a", "b", "--flags", "1"])
            #expect(flagged.ending == .exited(1))
            #expect(flagged.text.contains("etcd keeps no flags"))
            #expect(
                try Command.run(Repository.portico(), ["kv", "get", "a", "--store", "etcd://u@h"]).ending == .exited(2))
        }
    }
}
