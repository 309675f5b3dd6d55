import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `protocol: tcp` and the PROXY protocol, with the programs that they are for.
    @Suite(.timeLimit(.minutes(5))) struct TCPListeners {
        private static func listener(_ rest: String, more: String = "") -> String {
            """
            trusted_proxies: [127.0.0.0/8]
            listeners:
              - address: "127.0.0.1:PORT"
            \(rest.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            \(more)
            """
        }

        /// An edge that forwards to `raw-1` at `endpoints`, values of the store.
        private static func edge(
            _ endpoints: [String], _ rest: String = "protocol: tcp\nservice: raw-1", more: String = ""
        ) throws -> EdgeProcess {
            let edge = try EdgeProcess(configuration: listener(rest, more: more))
            for (index, endpoint) in endpoints.enumerated() {
                try edge.api.put("services/raw-1/h1:c\(index):1", endpoint)
            }
            return edge
        }

        /// Waits until a request by way of the edge is answered.
        private static func wait(_ edge: EdgeProcess, for text: String) throws {
            try edge.child.wait(within: .seconds(30), until: "the answer \(text)") {
                (try? edge.client.get("/", host: "any.test", within: .seconds(5)))?.text == text
            }
        }

        @Test("a gigabyte each way arrives as it was sent, in bounded memory")
        func gigabyte() throws {
            let backend = try TestBackend("web", .upgradeEcho)
            let edge = try Self.edge([backend.address])
            try edge.child.wait(within: .seconds(30), until: "a connection") {
                guard let socket = try? edge.client.connect().socket else { return false }
                try? socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
                var octets: [UInt8] = []
                return (try? socket.receive(into: &octets, by: .after(.seconds(5)))).map { $0 > 0 } ?? false
            }
            let stream = try edge.client.connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
            _ = try stream.head(by: .after(.seconds(20)))
            let pieces = 1 << 10
            var random = SeededGenerator(seed: 7)
            let block = (0..<(1 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let socket = stream.socket
            let sender = Thread {
                var piece = block
                for number in 0..<pieces {
                    piece[0] = UInt8(number & 255)
                    piece[1] = UInt8(number >> 8)
                    do { try socket.send(piece, by: .after(.seconds(120))) } catch { return }
                }
                socket.finishSending()
            }
            sender.start()
            var differing = 0
            for number in 0..<pieces {
                var expected = block
                expected[0] = UInt8(number & 255)
                expected[1] = UInt8(number >> 8)
                var piece: [UInt8] = []
                piece.reserveCapacity(1 << 20)
                while piece.count < 1 << 20 {
                    let room = (1 << 20) - piece.count
                    guard try socket.receive(into: &piece, limit: room, by: .after(.seconds(120))) > 0 else {
                        throw LabError("the stream has ended in piece \(number)")
                    }
                }
                if piece != expected { differing += 1 }
            }
            #expect(differing == 0)
            #expect(socket.waitForEnd(by: .after(.seconds(30))))
            let peak = try ProcessFigures.peakResident(edge.child.id)
            #expect(peak < 64 << 20, "\(peak >> 20) MB resident")
        }

        @Test("the backup serves when the manager is gone, and the manager again when it is back")
        func backup() throws {
            let manager = try TestBackend("manager")
            let backup = try TestBackend("backup")
            let edge = try Self.edge(
                [manager.address, backup.address + " backup"], "protocol: tcp\nservice: raw-1\nbalance: source")
            try Self.wait(edge, for: "manager")
            manager.stop()
            for _ in 0..<20 { #expect(try edge.client.get("/", host: "any.test").text == "backup") }
            try manager.start()
            try Self.wait(edge, for: "manager")
        }

        @Test("nginx is told of the client, by both versions, of TCP and of requests", arguments: ["v1", "v2"])
        func nginx(version: String) throws {
            let nginx = try NginxProcess(
                server: """
                    listen 127.0.0.1:PORT proxy_protocol;
                    location / { return 200 "$proxy_protocol_addr $proxy_protocol_server_port"; }
                    """)
            let tcp = try Self.edge(
                [nginx.address], "protocol: tcp\nservice: raw-1\nproxy_protocol: true",
                more: "services: { raw-1: { send_proxy: \(version) } }")
            try tcp.child.wait(within: .seconds(30), until: "the client's address") {
                let stream = try? tcp.client.connect()
                try? stream?.socket.send(
                    "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return (try? stream?.answer(by: .after(.seconds(5))))?.text == "203.0.113.7 443"
            }
            let requests = try Self.edge([nginx.address + " host=any.test proxy_protocol=\(version)"], "http2: false")
            try Self.wait(requests, for: "127.0.0.1 \(requests.port)")
            for _ in 0..<3 {
                #expect(try requests.client.get("/", host: "any.test").text == "127.0.0.1 \(requests.port)")
            }
        }

        @Test("curl's PROXY header is read in front of a request, and asked for from those who are trusted")
        func curl() throws {
            let backend = try TestBackend("web")
            let edge = try Self.edge([backend.address + " host=any.test"], "proxy_protocol: true")
            let url = "http://127.0.0.1:\(edge.port)/"
            try edge.child.wait(within: .seconds(30), until: "an answer") {
                let outcome = try? Command.run(
                    "curl", ["-sS", "-H", "Host: any.test", "--haproxy-protocol", url], within: .seconds(20))
                return outcome?.text == "web"
            }
            #expect(backend.requests.last?["X-Forwarded-For"] == "127.0.0.1")
            let without = try Command.run("curl", ["-sS", "-H", "Host: any.test", url], within: .seconds(20))
            #expect(!without.isSuccess)
        }
    }

    /// The docker client at a TCP listener, as in front of Swarm's managers.
    @Suite(.timeLimit(.minutes(5)), .enabled(if: DockerHosts.isPossible, "hosts need root and namespaces"))
    struct TCPEngine {
        @Test("docker run, exec -i and attach go through, standard input to its end")
        func docker() throws {
            let lab = try DockerHosts(.init())
            let edge = try EdgeProcess(
                configuration: """
                    listeners:
                      - { address: "127.0.0.1:PORT", protocol: tcp, service: engine-2375, balance: source }
                    """)
            try edge.api.put("services/engine-2375/h1:e:2375", "\(lab[0].address):2375")
            let docker = "docker -H tcp://127.0.0.1:\(edge.port)"
            func run(_ command: String) throws -> Command.Outcome {
                try Command.run(
                    "sh", ["-c", command],
                    environment: [
                        "DOCKER_CONFIG": edge.folder.path, "DOCKER_CONTEXT": "", "DOCKER_HOST": "",
                        "DOCKER_TLS_VERIFY": "",
                    ], within: .seconds(60))
            }
            try edge.child.wait(within: .seconds(30), until: "the engine") {
                (try? run("\(docker) version"))?.isSuccess == true
            }
            #expect(try run("\(docker) run -d --name web lab:1").isSuccess)
            // The client closes its half, and the answer comes after that.
            let sum = try run(
                "head -c 3000000 /dev/zero | \(docker) exec -i web sh -c 'cat | wc -c; sleep 1; echo done'")
            #expect(sum.text.split(whereSeparator: \.isWhitespace) == ["3000000", "done"], "\(sum.text)")
            let attached = try run("printf 'one\\ntwo\\n' | \(docker) run -i --rm lab:1 cat")
            #expect(attached.text.split(separator: "\n") == ["one", "two"], "\(attached.text)")
            let large = try run("\(docker) exec web head -c 20000000 /dev/zero | wc -c")
            #expect(large.text.contains("20000000"))
        }
    }
}
