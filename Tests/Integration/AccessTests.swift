import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Who may ask, how often, and with what password: by the program, its files and curl.
    @Suite(.timeLimit(.minutes(3))) struct Access {
        /// `secret`, by bcrypt of cost 10: some 60 ms of a core.
        private static let slow = "$2y$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u"

        private func curl(_ setting: Setting, _ arguments: String) throws -> String {
            guard let curl = Repository.program("curl") else { throw LabError("no curl: apt-get install curl") }
            let url = "http://127.0.0.1:\(setting.edge.port)/"
            return try Command.run("/bin/sh", ["-c", "\(curl) -sS -m 30 -o /dev/null -D - \(arguments) \(url)"]).text
        }

        @Test("a rate is honoured under load, over all workers, and refusals say when to come back")
        func rate() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(
                services: ["web-80": [backend]],
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    services: { web-80: { limits: { rate: 200/s burst=10 } } }
                    """, workers: 2)
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 8, pause: .milliseconds(2))
            let clock = ContinuousClock()
            _ = try backend.waitForRequests()
            let start = clock.now
            let before = backend.requestCount
            Deadline.after(.seconds(4)).pass()
            let admitted = Double(backend.requestCount - before)
            let seconds = (clock.now - start) / .seconds(1)
            _ = try load.stop()
            // The burst of ten may lie within.
            #expect(admitted <= seconds * 200 * 1.03 + 10, "\(admitted) in \(seconds) s")
            #expect(admitted >= seconds * 200 * 0.9, "\(admitted) in \(seconds) s")
            let head = try setting.client.get(host: "web-80.test")
            #expect(head.status == 200 || head["Retry-After"] == "1")
        }

        @Test("curl is let in and kept out, asked for a password, and sent to https")
        func curlAsks() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    trusted_proxies: [127.0.0.1]
                    passwords: { staff: { realm: internal, users: ["alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="] } }
                    services: { web-80: { deny: [192.0.2.0/24], limits: { rate: 2/h by=header:X-Key } } }
                    routes:
                      - { name: private, hosts: [private.test], service: web-80, basic_auth: staff }
                    """)
            let host = "-H 'Host: web-80.test' -H 'X-Key: '$$"
            #expect(try curl(setting, host).hasPrefix("HTTP/1.1 200"))
            #expect(try curl(setting, "\(host) -H 'X-Forwarded-For: 192.0.2.9'").hasPrefix("HTTP/1.1 403"))
            let key = "-H 'Host: web-80.test' -H 'X-Key: k'"
            for status in [200, 200, 429] {
                let head = try curl(setting, key)
                #expect(head.hasPrefix("HTTP/1.1 \(status)"))
                #expect(head.contains("Retry-After: ") == (status == 429))
            }
            let asked = try curl(setting, "-H 'Host: private.test'")
            #expect(asked.hasPrefix("HTTP/1.1 401"))
            #expect(asked.contains("WWW-Authenticate: Basic realm=\"internal\""))
            #expect(try curl(setting, "-u alice:wrong -H 'X-Key: a' -H 'Host: private.test'").hasPrefix("HTTP/1.1 401"))
            #expect(
                try curl(setting, "-u alice:secret -H 'X-Key: b' -H 'Host: private.test'").hasPrefix("HTTP/1.1 200"))
            #expect(backend.requests.last?["X-Forwarded-User"] == "alice")
        }

        @Test("hashing holds nobody up who needs none")
        func hashing() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    passwords: { staff: { users: ["alice:\(Self.slow)"] } }
                    routes:
                      - { name: private, hosts: [private.test], service: web-80, basic_auth: staff }
                    """)
            let isDone = Guarded(false)
            let hashed = Guarded(0)
            // Twenty clients with a wrong password each time: every request is a hash.
            for number in 0..<20 {
                let thread = Thread {
                    var turn = 0
                    while !isDone.read({ $0 }) {
                        turn += 1
                        let word = Data("alice:\(number)-\(turn)".utf8).base64EncodedString()
                        let answer = try? setting.client.get(
                            host: "private.test", fields: ["Authorization: Basic \(word)"])
                        if answer?.status == 401 { hashed.change { $0 += 1 } }
                    }
                }
                thread.start()
            }
            defer { isDone.change { $0 = true } }
            guard hashed.wait(until: .after(.seconds(60)), for: { $0 >= 1 ? true : nil }) != nil else {
                throw LabError("no password was verified")
            }
            let clock = ContinuousClock()
            var latencies: [Duration] = []
            let before = hashed.read { $0 }
            let end = clock.now + .seconds(30)
            while latencies.count < 200 || hashed.read({ $0 }) == before, clock.now < end {
                let start = clock.now
                #expect(try setting.client.get(host: "web-80.test").status == 200)
                latencies.append(clock.now - start)
            }
            latencies.sort()
            // Behind twenty hashes of 60 ms a request would wait for more than a second.
            #expect(latencies[latencies.count / 2] < .milliseconds(200), "\(latencies[latencies.count / 2])")
        }

        @Test("a file of passwords is read again on SIGHUP")
        func reload() throws {
            let backend = try TestBackend("web")
            let folder = try ScratchFolder()
            try folder.write("users", "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    services: { web-80: { basic_auth: { users: \(folder.path)/users } } }
                    """)
            let word = Data("alice:secret".utf8).base64EncodedString()
            let fields = ["Authorization: Basic \(word)"]
            #expect(try setting.client.get(host: "web-80.test", fields: fields).status == 200)
            try folder.write("users", "bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
            try setting.edge.child.signal(SIGHUP)
            try setting.edge.child.wait(within: .seconds(20), until: "alice is not let in any more") {
                try setting.client.get(host: "web-80.test", fields: fields).status == 401
            }
        }
    }
}
