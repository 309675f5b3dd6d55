import Lab
import Testing
@testable import Certificates

@Suite struct DevelopmentAuthorityTests {
    private let shop: Workshop
    private let authority: DevelopmentAuthority

    init() throws {
        shop = try Workshop()
        authority = try DevelopmentAuthority()
        try shop.write("ca.pem", authority.own.certificate)
    }

    private func issue(_ request: DevelopmentAuthority.Request) throws -> Credential {
        let issued = try authority.issue(request)
        try shop.write("leaf.pem", issued.certificate)
        try shop.write("leaf.key", issued.key)
        return try issued.credential()
    }

    @Test(arguments: [DevelopmentAuthority.Key.ecdsa, .rsa, .ed25519])
    func `openssl(1) takes what it issues, for each kind of key`(key: DevelopmentAuthority.Key) throws {
        var request = DevelopmentAuthority.Request(names: [
            "Shop.example.com", "*.shop.example.com", "192.0.2.1", "[::1]",
        ])
        request.key = key
        let credential = try issue(request)
        #expect(credential.facts.names == ["shop.example.com", "*.shop.example.com", "192.0.2.1", "::1"])
        for check in ["-verify_hostname a.shop.example.com", "-verify_ip 192.0.2.1", "-verify_ip ::1"] {
            try shop.openssl("verify -x509_strict -purpose sslserver -CAfile ca.pem \(check) leaf.pem")
        }
        #expect(throws: LabError.self) {
            try shop.openssl("verify -CAfile ca.pem -verify_hostname other.example.com leaf.pem")
        }
        #expect(throws: LabError.self) { try shop.openssl("verify -purpose sslclient -CAfile ca.pem leaf.pem") }
        let text = try shop.openssl("x509 -in leaf.pem -noout -text")
        #expect(text.contains("CA:FALSE") && text.contains("TLS Web Server Authentication"))
        #expect(text.contains("Version: 3 (0x2)"))
        try shop.openssl("pkey -in leaf.key -check -noout")
        #expect(credential.facts.notAfter - credential.facts.notBefore == 397 * 86_400)
        #expect(credential.facts.isValid(at: CertificateClock.now))
        #expect(ErrorQueue.isEmpty)
    }

    @Test func `the authority is one that strict clients take`() throws {
        try shop.openssl("verify -x509_strict -check_ss_sig -CAfile ca.pem ca.pem")
        #expect(authority.facts.isAuthority && authority.facts.isSelfSigned)
        #expect(authority.facts.keyKind == .ecdsa(curve: "P-256"))
        #expect(authority.facts.notAfter - authority.facts.notBefore == 3_653 * 86_400)
    }

    @Test func `a client's certificate is for a client, in any words`() throws {
        var request = DevelopmentAuthority.Request(names: ["Jürgen, IT"])
        request.purpose = .client
        let credential = try issue(request)
        #expect(credential.facts.subject == #"CN=Jürgen\, IT"#)
        #expect(credential.facts.names.isEmpty)
        try shop.openssl("verify -x509_strict -purpose sslclient -CAfile ca.pem leaf.pem")
        #expect(throws: LabError.self) { try shop.openssl("verify -purpose sslserver -CAfile ca.pem leaf.pem") }
    }

    @Test func `names in Unicode become A-labels, and a name too long for the subject stands among the others`() throws
    {
        #expect(try issue(.init(names: ["*.Bücher.example"])).facts.names == ["*.xn--bcher-kva.example"])
        let long = String(repeating: "a.", count: 40) + "example.com"
        let credential = try issue(.init(names: [long]))
        #expect(credential.facts.names == [long] && credential.facts.subject.isEmpty)
        try shop.openssl("verify -x509_strict -purpose sslserver -CAfile ca.pem -verify_hostname \(long) leaf.pem")
    }

    @Test func `one that was kept goes on, and no two serial numbers are the same`() throws {
        let again = try DevelopmentAuthority(authority.own)
        let issued = try again.issue(.init(names: ["a.example.com"]))
        try shop.write("leaf.pem", issued.certificate)
        try shop.openssl("verify -x509_strict -CAfile ca.pem leaf.pem")
        let serials = try (0..<50).map { _ in try again.issue(.init(names: ["a.example.com"])).credential().facts.serial
        }
        #expect(Set(serials).count == 50)
        #expect(serials.allSatisfy { $0.count == 32 })
    }

    @Test func `nothing it issues outlives it`() throws {
        let old = try DevelopmentAuthority(notBefore: CertificateClock.now - 3_600 * 86_400)
        let facts = try old.issue(.init(names: ["a.example.com"])).credential().facts
        #expect(facts.notAfter == old.facts.notAfter)
        let ended = try DevelopmentAuthority(notBefore: CertificateClock.now - 3_700 * 86_400)
        let error = try refusal { () throws(CertificateError) in try ended.issue(.init(names: ["a.example.com"])) }
        #expect(error.what.contains("authority itself"))
    }

    @Test(arguments: [
        "", "a b", "a,DNS:evil.example.com", "a..b", "-", "*.*.example.com", "a\nb", "https://x", "1.2.3.4.5/8",
    ])
    func `what is no host is refused`(name: String) throws {
        // A hyphen alone and digits with dots are labels that the DNS can carry.
        let isTaken = name == "-"
        let result = Result { () throws(CertificateError) in try authority.issue(.init(names: [name])) }
        #expect(((try? result.get()) != nil) == isTaken)
        #expect(ErrorQueue.isEmpty)
    }

    @Test func `nobody and nonsense are refused`() throws {
        let authority = authority
        _ = try refusal { () throws(CertificateError) in try authority.issue(.init(names: [])) }
        var client = DevelopmentAuthority.Request(names: [String(repeating: "x", count: 65)])
        client.purpose = .client
        let tooLong = client
        _ = try refusal { () throws(CertificateError) in try authority.issue(tooLong) }
        var asking = DevelopmentAuthority.Request(names: ["a.example.com"])
        asking.ocspResponder = "http://a,caIssuers;URI:http://b"
        let injected = asking
        _ = try refusal { () throws(CertificateError) in try authority.issue(injected) }
        for days in [0, -1, 36_501, .max] {
            var long = DevelopmentAuthority.Request(names: ["a.example.com"])
            long.days = days
            let request = long
            _ = try refusal { () throws(CertificateError) in try authority.issue(request) }
        }
        let leaf = try authority.issue(.init(names: ["a.example.com"]))
        _ = try refusal { () throws(CertificateError) in try DevelopmentAuthority(leaf) }
        let crossed = DevelopmentAuthority.Issued(certificate: authority.own.certificate, key: leaf.key)
        _ = try refusal { () throws(CertificateError) in try DevelopmentAuthority(crossed) }
    }
}
