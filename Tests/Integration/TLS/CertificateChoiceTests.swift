import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Which certificate a client is shown, and what it may ask for after that.
    @Suite(.timeLimit(.minutes(2))) struct CertificateChoice {
        private static func setting(tls: String = "", hosts: [String]) throws -> SecureSetting {
            try SecureSetting(
                ["web-80": [try TestBackend("web")], "api-80": [try TestBackend("api")]], tls: tls, hosts: hosts)
        }

        @Test("SNI chooses: the exact name, else the wildcard")
        func byName() throws {
            let secure = try Self.setting(hosts: ["web-80.test", "*.test", "api-80.test"])
            for (name, subject) in [
                ("web-80.test", "web-80.test"), ("api-80.test", "api-80.test"), ("other.test", "*.test"),
                ("WEB-80.TEST", "web-80.test"),
            ] {
                #expect(try secure.subject(for: name) == "CN = \(subject)", "\(name)")
            }
            #expect(try secure.fetch(["--http2"]) == "200 2 web")
            #expect(try secure.fetch(["--http2"], host: "api-80.test") == "200 2 api")
            #expect(try secure.fetch(["--http1.1"], host: "web-80.test") == "200 1.1 web")
        }

        @Test("no name, or one that no certificate is for: default decides")
        func fallback() throws {
            let refusing = try Self.setting(tls: ", default: refuse", hosts: ["web-80.test", "api-80.test"])
            #expect(try refusing.subject(for: nil) == nil)
            #expect(try refusing.subject(for: "nobody.example") == nil)
            let outcome = try refusing.openssl(["-servername", "nobody.example"])
            #expect(outcome.text.contains("unrecognized name"), "\(outcome.text)")
            #expect(try refusing.subject(for: "web-80.test") == "CN = web-80.test")

            let first = try Self.setting(tls: ", default: first", hosts: ["web-80.test", "api-80.test"])
            #expect(try first.subject(for: nil) == "CN = api-80.test", "the first by name")
            #expect(try first.subject(for: "nobody.example") == "CN = api-80.test")

            let named = try Self.setting(tls: ", default: web-80.test", hosts: ["web-80.test", "api-80.test"])
            #expect(try named.subject(for: nil) == "CN = web-80.test")
        }

        @Test("without default a stranger is shown no neighbour's certificate")
        func noNeighbour() throws {
            let secure = try Self.setting(hosts: ["web-80.test", "api-80.test"])
            #expect(try secure.subject(for: "nobody.example") == nil)
            #expect(try secure.subject(for: nil) == nil)
        }

        @Test(
            "a host that the connection's certificate does not cover is 421; its own and its neighbours by name are served",
            arguments: ["--http1.1", "--http2"])
        func misdirected(version: String) throws {
            let secure = try Self.setting(hosts: ["web-80.test", "api-80.test"])
            try secure.authority.issue("web-80.test", "api-80.test", as: "web-80.test", in: secure.certificates)
            func ask(_ host: String, over name: String) throws -> String {
                try secure.fetch([version, "-H", "Host: \(host)"], host: name)
            }
            #expect(try ask("web-80.test", over: "api-80.test").hasPrefix("421 "), "api-80.test's is for itself alone")
            #expect(try ask("nobody.example", over: "api-80.test").hasPrefix("421 "))
            #expect(try ask("api-80.test", over: "api-80.test").hasSuffix(" api"))
            try secure.setting.edge.child.wait(until: "showing the new certificate") {
                try ask("api-80.test", over: "web-80.test").hasSuffix(" api")
            }
        }

        @Test("a host that is the name indicated is served, whatever certificate was shown; an unknown one is 404")
        func unknownHost() throws {
            let secure = try Self.setting(tls: ", default: first", hosts: ["api-80.test"])
            #expect(try secure.fetch(["-k", "--http2"], host: "web-80.test") == "200 2 web")
            #expect(try secure.fetch(["-k", "--http1.1"], host: "web-80.test") == "200 1.1 web")
            #expect(try secure.fetch(["-k", "--http2"], host: "nobody.example").hasPrefix("404 "))
        }

        @Test("RSA and ECDSA side by side: each client gets what it can check")
        func kinds() throws {
            let secure = try Self.setting(hosts: ["web-80.test"])
            try secure.authority.issue("web-80.test", key: .rsa, as: "web-80.test-rsa", in: secure.certificates)
            func kind(_ algorithms: String, _ more: [String] = []) throws -> String? {
                let outcome = try secure.openssl(["-servername", "web-80.test", "-sigalgs", algorithms] + more)
                return outcome.lines.first { $0.hasPrefix("Peer signature type: ") }.map { String($0.dropFirst(21)) }
            }
            try secure.setting.edge.child.wait(until: "showing RSA") { try kind("RSA-PSS+SHA256") == "RSA-PSS" }
            for version in [["-tls1_3"], ["-tls1_2"]] {
                #expect(try kind("ECDSA+SHA256", version) == "ECDSA")
                #expect(try kind("RSA-PSS+SHA256", version) == "RSA-PSS")
                #expect(try kind("ECDSA+SHA256:RSA-PSS+SHA256", version) == "ECDSA", "the cheaper one for both")
            }
        }

        @Test("the chain up to the root is sent, so that whoever trusts the root alone is content")
        func chain() throws {
            let secure = try Self.setting(hosts: ["web-80.test"])
            let middle = try TestAuthority("Middle", issuedBy: secure.authority)
            let issued = try middle.issue("api-80.test")
            let text = try [issued.certificate, middle.certificate].map {
                try String(contentsOfFile: $0, encoding: .utf8)
            }
            let key = try Data(contentsOf: URL(fileURLWithPath: issued.key))
            try key.write(to: URL(fileURLWithPath: "\(secure.certificates)/api.key"), options: .atomic)
            let file = URL(fileURLWithPath: "\(secure.certificates)/api.pem")
            try Data(text.joined().utf8).write(to: file, options: .atomic)
            try secure.setting.edge.child.wait(until: "served with the whole chain") {
                try secure.fetch([], host: "api-80.test") == "200 2 api"
            }
            let outcome = try secure.openssl(["-servername", "api-80.test", "-showcerts"])
            #expect(outcome.lines.filter { $0.hasPrefix("-----BEGIN CERTIFICATE") }.count == 2)
        }
    }
}
