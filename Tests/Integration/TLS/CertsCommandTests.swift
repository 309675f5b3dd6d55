import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `portico certs`, from nothing to an edge that clients believe.
    @Suite(.timeLimit(.minutes(1))) struct CertsCommand {
        private let folder: ScratchFolder
        private let certificates: String

        init() throws {
            folder = try ScratchFolder()
            certificates = "\(folder.path)/certs"
        }

        private func certs(_ arguments: [String]) throws -> Command.Outcome {
            try Command.run(Repository.portico(), ["certs"] + arguments, in: folder.path)
        }

        @Test("issue makes an authority and a certificate that a client which trusts it believes; again reuses it")
        func issue() throws {
            #expect(try certs(["issue", "web-80.test"]).isSuccess)
            let authority = try folder.read("certs/authority/ca.pem")
            #expect(try certs(["issue", "api-80.test", "--rsa"]).isSuccess)
            #expect(try folder.read("certs/authority/ca.pem") == authority)
            #expect(try !certs(["issue", "web-80.test"]).isSuccess, "what is there is not replaced unasked")
            let check = ["verify", "-x509_strict", "-CAfile", "\(certificates)/authority/ca.pem"]
            for name in ["web-80.test", "api-80.test"] {
                let file = "\(certificates)/\(name).pem"
                #expect(try Command.run("openssl", check + ["-verify_hostname", name, file]).isSuccess)
            }
            let mode = try FileManager.default.attributesOfItem(atPath: "\(certificates)/web-80.test.key")
            #expect(mode[.posixPermissions] as? Int == 0o600)
            let port = try FreePort.next()
            let setting = try Setting(
                services: ["web-80": [try TestBackend("web")]],
                configuration: """
                    listeners:
                      - address: "127.0.0.1:PORT"
                      - address: "127.0.0.1:\(port)"
                        tls: { certificates: "\(certificates)" }
                    """)
            let curl = try Command.run(
                "curl",
                [
                    "-sS", "--cacert", "\(certificates)/authority/ca.pem", "--connect-to", "::127.0.0.1:\(port)",
                    "https://web-80.test/",
                ])
            #expect(curl.text == "web")
            withExtendedLifetime(setting) {}
        }

        @Test("show tells what a folder holds; check what is wrong with it, and ends with 1")
        func showAndCheck() throws {
            #expect(try certs(["issue", "web-80.test", "*.shop.test"]).isSuccess)
            let shown = try certs(["show", "certs", "--json"])
            let list = try #require(
                try JSONSerialization.jsonObject(with: Data(shown.text.utf8)) as? [[String: Any]])
            #expect(list.count == 1)
            #expect(list.first?["hosts"] as? [String] == ["web-80.test", "*.shop.test"])
            #expect(try certs(["check", "certs"]).isSuccess)
            let host = try certs(["check", "certs", "--host", "a.shop.test"])
            #expect(host.isSuccess && host.text.contains("web-80.test"))
            _ = try folder.write("certs/broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
            let broken = try certs(["check", "certs"])
            #expect(broken.ending == .exited(1))
            #expect(broken.text.contains("broken.pem"))
        }
    }
}
