import Lab
import Testing
@testable import Certificates

@Suite struct CredentialTests {
    private let shop = try? Workshop()

    private func workshop() throws -> Workshop { try #require(shop) }

    @Test(arguments: [
        (Workshop.Key.p256, KeyKind.ecdsa(curve: "P-256")), (.p384, .ecdsa(curve: "P-384")), (.rsa, .rsa(bits: 2048)),
        (.ed25519, .ed25519),
    ])
    func `a leaf and its key, of each kind`(key: Workshop.Key, kind: KeyKind) throws {
        let shop = try workshop()
        try shop.authority("root")
        try shop.issue("leaf", by: "root", key: key, "subjectAltName=DNS:shop.example.com")
        let credential = try Credential(certificates: shop.octets("leaf.pem"), key: shop.octets("leaf.key"))
        #expect(credential.facts.keyKind == kind)
        #expect(credential.facts.names == ["shop.example.com"])
        #expect(credential.chainFacts.isEmpty && credential.notes.isEmpty)
        #expect(ErrorQueue.isEmpty)
    }

    @Test(arguments: [
        ["leaf", "middle"], ["leaf", "middle", "root"], ["root", "middle", "leaf"], ["middle", "leaf"],
        ["middle", "root", "leaf", "middle", "leaf"],
    ])
    func `the chain is ordered from the leaf up and loses its root, whatever order it comes in`(order: [String]) throws
    {
        let shop = try workshop()
        try shop.chain()
        let text = try order.flatMap { try shop.octets("\($0).pem") }
        let credential = try Credential(certificates: text, key: shop.octets("leaf.key"))
        #expect(credential.facts.subject == "CN=leaf")
        #expect(credential.chainFacts.map(\.subject) == ["CN=middle"])
        #expect(credential.issuer.map { CertificateFacts($0).subject } == "CN=middle")
        #expect(credential.notes.isEmpty)
    }

    @Test func `a root alone is the issuer and is not sent`() throws {
        let shop = try workshop()
        try shop.authority("root")
        try shop.issue("leaf", by: "root", "subjectAltName=DNS:shop.example.com")
        let credential = try Credential(certificates: shop.octets("leaf.pem", "root.pem"), key: shop.octets("leaf.key"))
        #expect(credential.chainFacts.isEmpty)
        #expect(credential.issuer.map { CertificateFacts($0).subject } == "CN=root")
    }

    @Test func `what belongs to another becomes a note`() throws {
        let shop = try workshop()
        try shop.chain()
        try shop.authority("stranger")
        // The same name as the real one, but another key.
        try shop.authority("impostor", subject: "/CN=middle")
        let credential = try Credential(
            certificates: shop.octets("leaf.pem", "stranger.pem", "impostor.pem", "middle.pem"),
            key: shop.octets("leaf.key", "root.key"))
        #expect(credential.chainFacts.map(\.subject) == ["CN=middle"])
        #expect(credential.notes.count == 3)
        #expect(credential.notes.contains { $0.contains("CN=stranger") })
        #expect(credential.notes.contains { $0.contains("private key") })
        #expect(CertificateFacts(try #require(credential.issuer)).fingerprint == credential.chainFacts[0].fingerprint)
    }

    @Test func `one file may hold all, in any order, with text around it and CRLF`() throws {
        let shop = try workshop()
        try shop.chain(key: .rsa)
        var text = Array("\u{FEFF}Bag Attributes\r\n  localKeyID: 01\r\n".utf8)
        for octet in try shop.octets("leaf.key", "middle.pem", "leaf.pem") {
            text += octet == 10 ? [13, 10] : [octet]
        }
        let credential = try Credential(certificates: text, key: text)
        #expect(credential.facts.subject == "CN=leaf")
        #expect(credential.chainFacts.count == 1)
    }

    @Test(arguments: [
        "pkey -in leaf.key -traditional -out other.key", "pkcs8 -topk8 -nocrypt -in leaf.key -out other.key",
        "ec -in leaf.key -out other.key", "ec -in leaf.key -param_out -out parameters.pem",
    ])
    func `keys in each of their forms`(command: String) throws {
        let shop = try workshop()
        try shop.chain()
        try shop.openssl(command)
        let hasParameters = command.contains("param_out")
        let key = hasParameters ? try shop.octets("parameters.pem", "leaf.key") : try shop.octets("other.key")
        _ = try Credential(certificates: shop.octets("leaf.pem"), key: key)
        #expect(ErrorQueue.isEmpty)
    }

    // MARK: Refusals

    @Test func `a key of another is refused, and both are named`() throws {
        let shop = try workshop()
        try shop.chain()
        try shop.openssl("genpkey -out other.key -algorithm RSA -pkeyopt rsa_keygen_bits:2048")
        let certificates = try shop.octets("leaf.pem", "middle.pem")
        let key = try shop.octets("other.key")
        let error = try refusal { () throws(CertificateError) in try Credential(certificates: certificates, key: key) }
        #expect(error.part == .key)
        #expect(error.description.contains("RSA 2048"))
        #expect(error.description.contains("CN=leaf (ECDSA P-256); CN=middle (ECDSA P-256)"))
    }

    @Test(arguments: [
        "pkcs8 -topk8 -in leaf.key -passout pass:secret -out other.key",
        "rsa -traditional -aes128 -in leaf.key -passout pass:secret -out other.key",
    ])
    func `an encrypted key is refused, with the way to open it`(command: String) throws {
        let shop = try workshop()
        try shop.chain(key: .rsa)
        try shop.openssl(command)
        let certificates = try shop.octets("leaf.pem")
        let key = try shop.octets("other.key")
        let error = try refusal { () throws(CertificateError) in try Credential(certificates: certificates, key: key) }
        #expect(error.what.contains("encrypted") && error.remedy.contains("openssl pkey"))
        #expect(error.line == 1)
    }

    @Test func `a key whose halves do not fit each other is refused`() throws {
        let shop = try workshop()
        try shop.chain()
        try shop.openssl("ec -in leaf.key -outform DER -out leaf.der")
        // The secret number of an EC key stands in octets 7 to 38 (RFC 5915); its public half is left as it was.
        var der = try shop.octets("leaf.der")
        der[20] ^= 1
        let certificates = try shop.octets("leaf.pem")
        let pem = PEMBlock.text("EC PRIVATE KEY", der)
        let error = try refusal { () throws(CertificateError) in try Credential(certificates: certificates, key: pem) }
        #expect(error.part == .key)
    }

    @Test func `an Ed448 key is refused by its name`() throws {
        let shop = try workshop()
        try shop.authority("root")
        try shop.issue("leaf", by: "root", key: .ed448)
        let (certificates, key) = (try shop.octets("leaf.pem"), try shop.octets("leaf.key"))
        let error = try refusal { () throws(CertificateError) in try Credential(certificates: certificates, key: key) }
        #expect(error.what.contains("ED448"))
    }

    @Test func `what OpenSSL would refuse in a handshake is refused here: short keys, SHA-1`() throws {
        let shop = try workshop()
        try shop.authority("root")
        try shop.issue("short", by: "root", key: .weakRSA, "subjectAltName=DNS:a.example.com")
        try shop.issue("old", by: "root", digest: "sha1", "subjectAltName=DNS:a.example.com")
        let short = (try shop.octets("short.pem"), try shop.octets("short.key"))
        let old = (try shop.octets("old.pem"), try shop.octets("old.key"))
        let first = try refusal { () throws(CertificateError) in try Credential(certificates: short.0, key: short.1) }
        #expect(first.what.contains("RSA 1024"))
        let second = try refusal { () throws(CertificateError) in try Credential(certificates: old.0, key: old.1) }
        #expect(second.what.contains("SHA1"))
    }

    @Test func `DER and PKCS 12 are refused with the command that turns them into PEM`() throws {
        let shop = try workshop()
        try shop.chain()
        try shop.openssl("x509 -in leaf.pem -outform DER -out leaf.der")
        try shop.openssl("pkcs12 -export -in leaf.pem -inkey leaf.key -passout pass: -out leaf.p12")
        for file in ["leaf.der", "leaf.p12"] {
            let octets = try shop.octets(file)
            let error = try refusal { () throws(CertificateError) in try Credential(certificates: octets, key: octets) }
            #expect(error.remedy.contains("openssl"))
        }
    }
}

extension PEMBlock {
    /// A block of PEM.
    static func text(_ label: String, _ der: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: der.count, by: 3) {
            let group = Array(der[start..<min(start + 3, der.count)])
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let isPadding = index > group.count
                text.append(isPadding ? UInt8(ascii: "=") : digits[Int(bits >> UInt32(18 - 6 * index)) & 63])
            }
            if (start / 3 + 1).isMultiple(of: 16) { text.append(10) }
        }
        return Array("-----BEGIN \(label)-----\n".utf8) + text + Array("\n-----END \(label)-----\n".utf8)
    }
}
