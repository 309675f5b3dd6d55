import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// A real Consul that speaks TLS, and shows nothing to clients without a certificate.
    @Suite(.timeLimit(.minutes(3))) struct RenderConsulTLS {
        private let authority: TestAuthority
        private let process: ChildProcess
        private let port: UInt16

        init() throws {
            authority = try TestAuthority()
            let server = try authority.issue("consul.lab")
            let ports = try (0..<6).map { _ in try FreePort.next() }
            port = ports[0]
            let configuration = try authority.folder.write(
                "consul.json",
                """
                {"ports": {"https": \(ports[0]), "http": \(ports[1]), "dns": \(ports[2]), "serf_lan": \(ports[3]),
                           "serf_wan": \(ports[4]), "server": \(ports[5]), "grpc": -1},
                 "cert_file": "\(server.certificate)", "key_file": "\(server.key)", "ca_file": "\(authority.certificate)",
                 "verify_incoming_https": true, "performance": {"raft_multiplier": 1}}
                """)
            process = try ChildProcess(
                Repository.consul(),
                [
                    "agent", "-dev", "-bind=127.0.0.1", "-client=127.0.0.1", "-log-level=warn", "-config-file",
                    configuration,
                ])
            let api = KeyValueAPI(port: ports[1])
            try process.wait(within: .seconds(30), until: "leading its datacentre") {
                api.isReady && (try? api.put("a", "1")) != nil
            }
        }

        /// Renders a key once with these members of `ssl`.
        private func render(_ tls: String, _ transport: String = "", in folder: ScratchFolder) throws -> Command.Outcome
        {
            try RenderProcess.run(
                """
                consul {
                  address = "127.0.0.1:\(port)"
                  ssl { \(tls) }
                  transport { \(transport) }
                  retry { attempts = 1 backoff = "100ms" }
                }
                template { contents = "{{ key \\"a\\" }}{{ keyExists \\"b\\" }}" destination = "FOLDER/out" }
                """, in: folder)
        }

        @Test("Consul is reached with the authorities, certificate and name that ssl says, and not without")
        func tls() throws {
            let folder = try ScratchFolder()
            let client = try authority.issue("client")
            let own = "cert = \"\(client.certificate)\" key = \"\(client.key)\""
            let file = "ca_cert = \"\(authority.certificate)\""
            let name = "server_name = \"consul.lab\""
            // Whatever the files in a folder of authorities are called, and whatever else is there.
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/authorities", withIntermediateDirectories: false)
            try folder.write("authorities/README", "the lab's")
            try folder.write("authorities/lab", String(contentsOfFile: authority.certificate, encoding: .utf8))
            let good = [
                "\(file) \(name) \(own)", "ca_path = \"\(folder.path)/authorities\" \(name) \(own)",
                "verify = false \(own)",
            ]
            for tls in good {
                let outcome = try render(tls, in: folder)
                #expect(outcome.isSuccess, "\(tls): \(outcome.text)")
                #expect(try folder.read("out") == "1false")
                try FileManager.default.removeItem(atPath: "\(folder.path)/out")
            }
            let other = try TestAuthority("Another")
            for tls in ["\(file) \(name)", "\(file) \(own)", "ca_cert = \"\(other.certificate)\" \(name) \(own)"] {
                let outcome = try render(tls, in: folder)
                #expect(outcome.ending == .exited(14), "\(tls): \(outcome.text)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
            }
            let empty = try render("ca_path = \"\(folder.path)/nowhere\" \(own)", in: folder)
            #expect(empty.ending == .exited(15) && empty.text.contains("ca_path"), "\(empty.text)")
        }

        @Test("connections are used once if that is wished, and what has no effect is said once")
        func transport() throws {
            let folder = try ScratchFolder()
            let client = try authority.issue("client")
            let tls =
                "ca_cert = \"\(authority.certificate)\" server_name = \"consul.lab\" cert = \"\(client.certificate)\" key = \"\(client.key)\""
            let outcome = try render(
                tls, "disable_keep_alives = true dial_keep_alive = \"10s\" max_idle_conns_per_host = 3", in: folder)
            #expect(outcome.isSuccess && outcome.text.contains("max_idle_conns_per_host: no effect"), "\(outcome.text)")
            #expect(try folder.read("out") == "1false")
        }
    }
}
