import Foundation
import Lab
import Testing
@testable import Certificates

@Suite struct CertificateFolderTests {
    private static let authority = Result { try DevelopmentAuthority() }
    private let authority: DevelopmentAuthority
    private let shop: Workshop
    private var now: Int64 { CertificateClock.now }

    init() throws {
        authority = try Self.authority.get()
        shop = try Workshop()
    }

    private func issue(
        _ host: String, key: DevelopmentAuthority.Key = .ecdsa, begin: Int = -1, days: Int = 100
    ) throws -> DevelopmentAuthority.Issued {
        var request = DevelopmentAuthority.Request(names: [host])
        request.key = key
        request.notBefore = now + Int64(begin) * 86_400
        request.days = days
        return try authority.issue(request)
    }

    private func scan() -> CertificateFolder.Contents { CertificateFolder.scan(shop.path, now: now) }

    private func hosts(_ contents: CertificateFolder.Contents) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: contents.entries.map { ($0.name, $0.credential.facts.names) })
    }

    // MARK: Layouts

    @Test(arguments: [
        ("a.example.com.pem", "a.example.com.key"), ("a.example.com.crt", "a.example.com.key"),
        ("a.example.com.cert", "a.example.com.key"), ("a.example.com.cer", "a.example.com.key"),
        ("a.example.com.pem", "a.example.com-key.pem"), ("a.example.com.crt", "a.example.com-key.pem"),
        ("a.example.com/fullchain.pem", "a.example.com/privkey.pem"),
        ("a.example.com/tls.crt", "a.example.com/tls.key"),
        ("a.example.com/cert.pem", "a.example.com/privkey.pem"),
    ])
    func `a certificate and its key, as tools lay them out`(certificate: String, key: String) throws {
        let issued = try issue("a.example.com")
        try shop.write(certificate, issued.certificate)
        try shop.write(key, issued.key)
        let contents = scan()
        #expect(hosts(contents) == ["a.example.com": ["a.example.com"]])
        #expect(contents.problems.isEmpty)
        #expect(ErrorQueue.isEmpty)
    }

    @Test func `one file with all of it, in either order`() throws {
        let (one, other) = (try issue("a.example.com"), try issue("b.example.com", key: .rsa))
        try shop.write("one.pem", one.certificate + one.key)
        try shop.write("other.pem", other.key + other.certificate)
        #expect(hosts(scan()) == ["one": ["a.example.com"], "other": ["b.example.com"]])
        #expect(scan().problems.isEmpty)
    }

    @Test(arguments: [("fullchain.pem", "privkey.pem"), ("tls.crt", "tls.key"), ("cert.pem", "privkey.pem")])
    func `the folder itself may be a pair's, a mounted secret say`(certificate: String, key: String) throws {
        let issued = try issue("a.example.com")
        try shop.write(certificate, issued.certificate)
        try shop.write(key, issued.key)
        try shop.write("ca.crt", authority.own.certificate)
        let contents = CertificateFolder.scan(shop.path + "/", now: now)
        let name = try #require(shop.path.split(separator: "/").last.map(String.init))
        #expect(hosts(contents) == [name: ["a.example.com"]])
        #expect(contents.problems.isEmpty)
    }

    @Test func `certbot's live folder, with links into its archive, which is watched too`() throws {
        try shop.chain()
        try shop.write("archive/shop/fullchain1.pem", shop.octets("leaf.pem", "middle.pem"))
        try shop.write("archive/shop/privkey1.pem", shop.octets("leaf.key"))
        for file in ["fullchain", "privkey"] {
            try shop.link("live/shop/\(file).pem", to: "../../archive/shop/\(file)1.pem")
        }
        try shop.write("live/README", Array("not this".utf8))
        let contents = CertificateFolder.scan(shop.path + "/live", now: now)
        #expect(hosts(contents) == ["shop": ["shop.example.com"]])
        #expect(contents.entries[0].credential.chainFacts.count == 1)
        #expect(contents.problems.isEmpty)
        #expect(contents.watchedPaths.contains(shop.path + "/live"))
        #expect(contents.watchedPaths.contains(shop.path + "/live/shop"))
        #expect(contents.watchedPaths.contains { $0.hasSuffix("/archive/shop") })
    }

    @Test func `cert.pem and chain.pem are put together, and a fault is told by its own file and line`() throws {
        try shop.chain()
        try shop.write("live/shop/cert.pem", shop.octets("leaf.pem"))
        try shop.write("live/shop/chain.pem", shop.octets("middle.pem"))
        try shop.write("live/shop/privkey.pem", shop.octets("leaf.key"))
        #expect(CertificateFolder.scan(shop.path + "/live", now: now).entries[0].credential.chainFacts.count == 1)
        try shop.write("live/shop/chain.pem", Array("\n-----BEGIN CERTIFICATE-----\n???\n".utf8))
        let contents = CertificateFolder.scan(shop.path + "/live", now: now)
        #expect(contents.problems.map(\.description).first?.hasPrefix("\(shop.path)/live/shop/chain.pem:3: ") == true)
    }

    @Test func `a Kubernetes secret, whose link to its data is swapped`() throws {
        let issued = try issue("a.example.com")
        try shop.write("web/..1/tls.crt", issued.certificate)
        try shop.write("web/..1/tls.key", issued.key)
        try shop.link("web/..data", to: "..1")
        try shop.link("web/tls.crt", to: "..data/tls.crt")
        try shop.link("web/tls.key", to: "..data/tls.key")
        #expect(hosts(scan()) == ["web": ["a.example.com"]])
        #expect(scan().watchedPaths.contains(shop.path + "/web"))
    }

    @Test func `what is not meant for serving is passed over`() throws {
        let issued = try issue("a.example.com")
        for name in [
            "README.md", "readme.txt", ".hidden.pem", "authority/ca.pem", "lost+found/x.pem", "notes.txt", "a.csr",
        ] {
            try shop.write(name, Array("no PEM".utf8))
        }
        try shop.write("a.pem", issued.certificate)
        try shop.write("a.key", issued.key)
        #expect(hosts(scan()) == ["a": ["a.example.com"]])
        #expect(scan().problems.isEmpty)
    }

    // MARK: Problems

    /// The problems of a folder that holds a good certificate too, which must be found all the same.
    private func problems(_ write: (Workshop) throws -> Void) throws -> [CertificateProblem] {
        let good = try issue("good.example.com")
        try shop.write("good.pem", good.certificate)
        try shop.write("good.key", good.key)
        try write(shop)
        let contents = scan()
        #expect(contents.entries.contains { $0.name == "good" })
        #expect(ErrorQueue.isEmpty)
        return contents.problems
    }

    @Test func `broken, mismatched and lonely files are told with what would be right`() throws {
        let (one, other) = (try issue("a.example.com"), try issue("b.example.com"))
        let found = try problems { shop in
            try shop.write("broken.pem", Array(one.certificate.dropLast(40)))
            try shop.write("broken.key", one.key)
            try shop.write("crossed.pem", one.certificate)
            try shop.write("crossed.key", other.key)
            try shop.write("lonely.pem", one.certificate)
            try shop.write("stray.key", one.key)
            try shop.write("double.pem", one.certificate)
            try shop.write("double.crt", one.certificate)
            try shop.write("double.key", one.key)
            try shop.write("store.p12", one.key)
            try shop.write("ca.pem", authority.own.certificate)
            try shop.write("empty/notes.txt", [])
            try shop.link("dangling.pem", to: "nowhere.pem")
        }
        let texts = found.map { "\($0.severity) \($0.description.dropFirst(shop.path.count + 1))" }
        #expect(
            texts.map { String($0.prefix { $0 != "," && $0 != "(" }) } == [
                "error broken.pem:1: BEGIN CERTIFICATE without its END line: the file was cut off",
                "warning ca.pem: an authority's certificate",
                "error crossed.key: the key ",
                "error dangling.pem: it cannot be read: No such file or directory: make it",
                "warning double.crt: not used",
                "warning empty: no certificate in this folder: fullchain.pem with privkey.pem",
                "error lonely.pem: no private key in it or beside it: lonely.key in the same folder",
                "warning store.p12: not read: only PEM is: openssl pkcs12 -in FILE -nodes",
                "warning stray.key: a key that is not used: the certificate beside it",
            ], "\(texts.joined(separator: "\n"))")
    }

    @Test func `certificates out of their time are errors and can still be served, those near their end warnings`()
        throws
    {
        let found = try problems { shop in
            for (name, begin, days) in [
                ("ended", -100, 50), ("early", 10, 100), ("soon", -80, 100), ("fine", -70, 100), ("short", -4, 6),
                ("shorter", -5, 6),
            ] {
                let issued = try issue("\(name).example.com", begin: begin, days: days)
                try shop.write("\(name).pem", issued.certificate)
                try shop.write("\(name).key", issued.key)
            }
        }
        let texts = found.map { "\($0.severity) \($0.path.dropFirst(shop.path.count + 1)): \($0.what.prefix(10))" }
        #expect(
            texts == [
                "error early.pem: it begins ", "error ended.pem: it ended a", "warning shorter.pem: it ends at",
                "warning soon.pem: it ends at",
            ])
        #expect(scan().entries.count == 7)
    }

    @Test func `a key that everybody can read is a warning, one of a group is none`() throws {
        let issued = try issue("a.example.com")
        let found = try problems { shop in
            try shop.write("a.pem", issued.certificate, mode: 0o644)
            try shop.write("a.key", issued.key, mode: 0o644)
            try shop.write("b.pem", issued.certificate, mode: 0o644)
            try shop.write("b.key", issued.key, mode: 0o640)
            try shop.write("c.pem", issued.certificate + issued.key, mode: 0o604)
        }
        #expect(found.map(\.path) == [shop.path + "/a.key", shop.path + "/c.pem"])
        #expect(found.allSatisfy { $0.severity == .warning && $0.remedy.contains("chmod 600") })
    }

    @Test func `a certificate of a public authority without its chain is a warning`() throws {
        try shop.authority("root")
        try shop.issue(
            "leaf", by: "root",
            "subjectAltName=DNS:a.example.com\nauthorityInfoAccess=caIssuers;URI:http://ca.example.com/x")
        let found = try problems { shop in
            try shop.write("web/tls.crt", shop.octets("leaf.pem"))
            try shop.write("web/tls.key", shop.octets("leaf.key"))
            try shop.write("whole/tls.crt", shop.octets("leaf.pem", "root.pem"))
            try shop.write("whole/tls.key", shop.octets("leaf.key"))
            for name in ["leaf", "root"] {
                try FileManager.default.removeItem(atPath: "\(shop.path)/\(name).pem")
                try FileManager.default.removeItem(atPath: "\(shop.path)/\(name).key")
            }
        }
        #expect(found.map(\.path) == [shop.path + "/web/tls.crt"])
        #expect(found.first?.severity == .warning && found.first?.what.contains("issuer's") == true)
    }

    @Test func `folders and files that cannot be read are told`() throws {
        let contents = CertificateFolder.scan(shop.path + "/nowhere", now: now)
        #expect(contents.entries.isEmpty && contents.watchedPaths == [shop.path + "/nowhere"])
        #expect(contents.problems.map(\.severity) == [.error])
        let found = try problems { shop in
            try shop.write("huge.pem", [UInt8](repeating: 10, count: PEMBlock.maximumCount + 1))
            try shop.write("folder.pem/x", [])
            let isMade = unsafe mkfifo(shop.path + "/pipe.pem", 0o600) == 0
            #expect(isMade)
        }
        #expect(found.map { String($0.path.dropFirst(shop.path.count + 1)) } == ["folder.pem", "huge.pem", "pipe.pem"])
    }
}
