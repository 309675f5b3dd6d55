import Foundation
import Lab
import Testing
@testable import Certificates

@Suite struct CertificateFactsTests {
    private let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.authority("root", subject: "/C=AT/O=Prüfstelle, Wien/CN=Root")
    }

    private func facts(_ file: String) throws -> CertificateFacts {
        try #require(try CertificateFacts.read(shop.octets(file)).first)
    }

    @Test func `what openssl(1) says of a certificate, these say too`() throws {
        try shop.issue(
            "leaf", by: "root", key: .rsa,
            """
            subjectAltName=DNS:Shop.Example.COM,DNS:*.shop.example.com,IP:192.0.2.1,IP:2001:db8:0:0:0:0:0:1,\
            DNS:shop.example.com,email:a@example.com
            authorityInfoAccess=OCSP;URI:http://ocsp.example.com/x,caIssuers;URI:http://ca.example.com/root.der
            tlsfeature=status_request
            """)
        let facts = try facts("leaf.pem")
        #expect(facts.names == ["shop.example.com", "*.shop.example.com", "192.0.2.1", "2001:db8::1"])
        #expect(facts.subject == "CN=leaf")
        #expect(facts.keyKind == .rsa(bits: 2048))
        #expect(facts.ocspResponder == "http://ocsp.example.com/x")
        #expect(facts.issuerLocation == "http://ca.example.com/root.der")
        #expect(facts.mustStaple && !facts.isSelfSigned && !facts.isAuthority && facts.weakness == nil)
        let told = try shop.openssl(
            "x509 -in leaf.pem -noout -serial -fingerprint -sha256 -dates -dateopt iso_8601"
        ).split(separator: "\n")
        func value(_ key: String) -> String? {
            told.first { $0.lowercased().hasPrefix(key) }.map { String($0.drop { $0 != "=" }.dropFirst()) }
        }
        #expect(value("serial")?.lowercased() == facts.serial)
        #expect(value("sha256")?.replacingOccurrences(of: ":", with: "").lowercased() == facts.fingerprint)
        #expect(value("notbefore").map { $0.prefix(16) + " UTC" } == UTCTime(facts.notBefore).description)
        #expect(value("notafter").map { $0.prefix(16) + " UTC" } == UTCTime(facts.notAfter).description)
        #expect(facts.notAfter - facts.notBefore == 90 * 86_400)
        #expect(facts.isValid(at: facts.notBefore) && facts.isValid(at: facts.notAfter))
        #expect(!facts.isValid(at: facts.notBefore - 1) && !facts.isValid(at: facts.notAfter + 1))
    }

    @Test func `an authority is known as such`() throws {
        let facts = try facts("root.pem")
        #expect(facts.isSelfSigned && facts.isAuthority && !facts.mustStaple && facts.ocspResponder == nil)
        #expect(facts.subject == #"CN=Root,O=Prüfstelle\, Wien,C=AT"#)
        #expect(facts.issuer == facts.subject)
    }

    @Test(arguments: [
        ("/CN=Shop.Example.com", "", ["shop.example.com"]),
        ("/CN=bücher.example", "", ["xn--bcher-kva.example"]),
        ("/CN=*.Example.com", "", ["*.example.com"]),
        ("/CN=general.example.com/CN=special.example.com", "", ["special.example.com"]),
        ("/CN=shop.example.com", "subjectAltName=DNS:other.example.com", ["other.example.com"]),
        ("/CN=shop.example.com", "subjectAltName=email:a@example.com", ["shop.example.com"]),
        ("/CN=A Person", "", []),
        ("/O=No Name", "", []),
        (
            "/CN=x", "subjectAltName=DNS:a*.example.com,DNS:*,DNS:*.*.example.com,DNS:ok.example.com.",
            ["ok.example.com"]
        ),
        (
            "/CN=x", "subjectAltName=DNS:xn--bcher-kva.example,DNS:*.xn--bcher-kva.example",
            ["xn--bcher-kva.example", "*.xn--bcher-kva.example"]
        ),
    ])
    func `which hosts a certificate is for`(subject: String, extensions: String, names: [String]) throws {
        try shop.issue("leaf", by: "root", subject: subject, extensions)
        #expect(try facts("leaf.pem").names == names)
    }

    @Test func `several certificates are read from PEM, one from DER`() throws {
        try shop.issue("leaf", by: "root")
        #expect(try CertificateFacts.read(shop.octets("leaf.pem", "root.pem")).count == 2)
        try shop.openssl("x509 -in leaf.pem -outform DER -out leaf.der")
        #expect(try CertificateFacts.read(shop.octets("leaf.der")) == CertificateFacts.read(shop.octets("leaf.pem")))
        let trailing = try shop.octets("leaf.der") + [0]
        _ = try refusal { () throws(CertificateError) in try CertificateFacts.read(trailing) }
    }

    @Test func `what is no certificate is told by what it is`() throws {
        try shop.issue("leaf", by: "root")
        let request = try shop.octets("leaf.csr")
        let error = try refusal { () throws(CertificateError) in try CertificateFacts.read(request) }
        #expect(error.what.contains("CERTIFICATE REQUEST"))
        let none = try refusal { () throws(CertificateError) in try CertificateFacts.read(Array("hello".utf8)) }
        #expect(none.what.contains("no PEM at all"))
        var broken = try shop.octets("leaf.pem")
        // A Base64 digit in the middle: still Base64, no certificate any more, or one with another signature.
        broken.removeSubrange(200..<204)
        let damaged = try refusal { () throws(CertificateError) in try CertificateFacts.read(broken) }
        #expect(damaged.line == 1 && damaged.what.contains("cannot be read"))
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00 UTC"), (951_782_399, "2000-02-28 23:59 UTC"), (951_782_400, "2000-02-29 00:00 UTC"),
        (4_102_444_800, "2100-01-01 00:00 UTC"), (4_107_542_400, "2100-03-01 00:00 UTC"), (-1, "1969-12-31 23:59 UTC"),
        (253_402_300_799, "9999-12-31 23:59 UTC"), (1_767_225_599, "2025-12-31 23:59 UTC"),
        (.max, "9999-12-31 23:59 UTC"), (.min, "0-01-01 00:00 UTC"),
    ])
    func `times as people read them`(seconds: Int64, text: String) {
        #expect(UTCTime(seconds).description == text)
    }
}
