import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Clients that show who they are, and what the endpoint is told of it.
    @Suite(.timeLimit(.minutes(1))) struct ClientCertificates {
        private static let names = ["Verify", "Subject", "Issuer", "Serial", "Fingerprint"]

        /// Fields that pretend to a certificate, in every spelling.
        private static let forged = names.flatMap {
            ["-H", "X-Client-Cert-\($0): forged", "-H", "x-client-cert-\($0.lowercased()): forged"]
        }

        private static func arguments(_ issued: TestAuthority.Issued) -> [String] {
            ["--cert", issued.certificate, "--key", issued.key]
        }

        @Test(
            "require: whoever shows a good certificate is named to the endpoint",
            arguments: ["--http1.1", "--http2", "--tls-max=1.2"])
        func required(version: String) throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend, tls: ", client_ca: \"CA\", client_auth: require")
            let client = try secure.authority.issue("client.test", as: "client", organization: "Lab")
            let flag = version.replacingOccurrences(of: "=", with: " ").split(separator: " ").map(String.init)
            let answer = try secure.fetch(flag + Self.arguments(client) + Self.forged)
            #expect(answer.hasPrefix("200 "), "\(answer)")
            let seen = try backend.waitForRequests()
            func value(_ name: String) -> [String] { seen.head.values("X-Client-Cert-\(name)") }
            #expect(value("Verify") == ["SUCCESS"])
            #expect(value("Subject").first?.contains("client.test") == true)
            #expect(value("Subject").first?.contains("Lab") == true)
            #expect(value("Issuer").first?.contains("Lab Authority") == true)
            #expect(value("Serial").map { $0.uppercased() } == [try client.serial()])
            #expect(value("Fingerprint").map { $0.lowercased() } == [try client.fingerprint()])
            for name in Self.names { #expect(value(name).count == 1, "\(name)") }
        }

        @Test("require: without a certificate, or with a stranger's, the handshake fails and no request comes through")
        func refused() throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend, tls: ", client_ca: \"CA\", client_auth: require")
            let stranger = try TestAuthority("Stranger").issue("client.test", as: "client")
            for version in [["--tls-max", "1.2"], ["--tlsv1.3"]] {
                #expect(!(try secure.curl(version + [secure.url()]).isSuccess), "\(version)")
                #expect(!(try secure.curl(version + Self.arguments(stranger) + [secure.url()]).isSuccess), "\(version)")
            }
            #expect(backend.requestCount == 0)
        }

        @Test(
            "request: without a certificate the endpoint is told NONE; a good one is named; a stranger's is not believed"
        )
        func requested() throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend, tls: ", client_ca: \"CA\", client_auth: request")
            #expect(try secure.fetch(Self.forged) == "200 2 web")
            let none = try backend.waitForRequests(1)
            #expect(none.head.values("X-Client-Cert-Verify") == ["NONE"])
            for name in Self.names.dropFirst() { #expect(none["X-Client-Cert-\(name)"] == nil) }

            let client = try secure.authority.issue("client.test", as: "client")
            #expect(try secure.fetch(Self.arguments(client)) == "200 2 web")
            #expect(try backend.waitForRequests(2).head.values("X-Client-Cert-Verify") == ["SUCCESS"])

            let stranger = try TestAuthority("Stranger").issue("client.test", as: "client")
            let answer = try secure.fetch(Self.arguments(stranger))
            if answer == "200 2 web" {
                #expect(try backend.waitForRequests(3)["X-Client-Cert-Verify"]?.hasPrefix("FAILED:") == true)
            } else {
                #expect(backend.requestCount == 2, "what is not forwarded is refused: \(answer)")
            }
        }

        @Test("where no certificate is asked for, a client's own fields are dropped, over TLS and in the clear")
        func forgedFields() throws {
            let backend = try TestBackend("web")
            let secure = try SecureSetting(backend: backend)
            #expect(try secure.fetch(Self.forged + ["-H", "X_Client_Cert_Verify: SUCCESS"]) == "200 2 web")
            let fields = Self.names.map { "X-Client-Cert-\($0): forged" }
            #expect(try secure.setting.client.get(host: "web-80.test", fields: fields).text == "web")
            for request in backend.requests {
                for name in Self.names {
                    #expect(!request.head.values("X-Client-Cert-\(name)").contains("forged"), "\(name)")
                }
            }
        }

        @Test("a session is not resumed at a listener that asks for a certificate, without the one it began with")
        func noCrossResumption() throws {
            let backend = try TestBackend("web")
            let second = try FreePort.next()
            let authority = try TestAuthority("Other")
            let secure = try SecureSetting(
                backend: backend,
                listeners: "  - { address: \"127.0.0.1:\(second)\", tls: { certificates: \"\(authority.folder.path)\","
                    + " client_ca: \"\(authority.certificate)\", client_auth: require } }")
            try authority.issue("web-80.test")
            let session = "\(secure.authority.folder.path)/session"
            let request = "GET / HTTP/1.1\r\nHost: web-80.test\r\nConnection: close\r\n\r\n"
            _ = try secure.openssl(["-servername", "web-80.test", "-sess_out", session, "-ign_eof"], input: request)
            let outcome = try Command.run(
                "openssl",
                [
                    "s_client", "-connect", "127.0.0.1:\(second)", "-servername", "web-80.test", "-sess_in", session,
                    "-ign_eof",
                ], input: request)
            #expect(!outcome.text.contains("Reused,"))
            #expect(!outcome.text.contains("HTTP/1.1 200"), "\(outcome.text)")
        }
    }
}
