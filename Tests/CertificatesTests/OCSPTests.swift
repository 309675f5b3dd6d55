import Foundation
import Lab
import Testing
@testable import Certificates

/// Against openssl(1) as the responder.
@Suite struct OCSPTests {
    private let shop: Workshop
    private var now: Int64 { CertificateClock.now }
    private static let responder = "authorityInfoAccess=OCSP;URI:http://127.0.0.1:1/ocsp"

    init() throws {
        shop = try Workshop()
        try shop.chain()
        try shop.issue("leaf", by: "middle", "subjectAltName=DNS:shop.example.com\n\(Self.responder)")
        try shop.issue("other", by: "middle", "subjectAltName=DNS:other.example.com\n\(Self.responder)")
        try shop.issue("delegate", by: "middle", "extendedKeyUsage=OCSPSigning\nkeyUsage=digitalSignature")
        try shop.issue("clerk", by: "middle", "extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature")
        try shop.authority("stranger")
    }

    private func credential(_ name: String = "leaf") throws -> Credential {
        try Credential(certificates: shop.octets("\(name).pem", "middle.pem"), key: shop.octets("\(name).key"))
    }

    private func exchange(_ name: String = "leaf") throws -> OCSPExchange {
        try #require(try OCSPExchange(credential(name)))
    }

    /// A line of the database that openssl(1) keeps, `V` for valid and `R` for revoked.
    private func index(_ status: String, _ name: String = "leaf") throws {
        let serial = try credential(name).facts.serial.uppercased()
        let revoked = status == "R" ? "250101000000Z" : ""
        try shop.folder.write("index.txt", "\(status)\t491231235959Z\t\(revoked)\t\(serial)\tunknown\t/CN=\(name)\n")
    }

    /// The answer of openssl(1) to an exchange's request.
    private func answer(
        _ exchange: OCSPExchange, signer: String = "delegate", _ options: String = "-ndays 7"
    ) throws -> [UInt8] {
        try shop.write("request.der", exchange.request)
        try shop.openssl(
            """
            ocsp -index index.txt -CA middle.pem -rsigner \(signer).pem -rkey \(signer).key -reqin request.der \
            -respout response.der \(options)
            """)
        return try shop.octets("response.der")
    }

    @Test(arguments: ["delegate", "middle"], ["-ndays 7", "-ndays 7 -resp_key_id", "-ndays 7 -rmd sha384"])
    func `a good answer is one, signed by the issuer or its delegate`(signer: String, options: String) throws {
        try index("V")
        let exchange = try exchange()
        #expect(exchange.responder == "http://127.0.0.1:1/ocsp")
        let octets = try answer(exchange, signer: signer, options)
        let staple = try exchange.verify(octets, now: now)
        #expect(staple.octets == octets)
        #expect(staple.goodUntil - staple.thisUpdate == 7 * 86_400)
        #expect(abs(staple.thisUpdate - now) < 60)
        #expect(staple.renewal == staple.thisUpdate + 7 * 43_200)
        #expect(ErrorQueue.isEmpty)
    }

    @Test func `a request asks what openssl(1) understands, without a nonce`() throws {
        try shop.write("request.der", exchange().request)
        let text = try shop.openssl("ocsp -reqin request.der -req_text")
        #expect(text.contains("Hash Algorithm: sha1") && !text.contains("Nonce"))
        #expect(text.contains("Serial Number: \(try credential().facts.serial.uppercased())"))
    }

    @Test func `an answer without an end is believed for an hour`() throws {
        try index("V")
        let exchange = try exchange()
        let octets = try answer(exchange, "")
        let staple = try exchange.verify(octets, now: now)
        #expect(staple.goodUntil - staple.thisUpdate == 3_600)
        let late = staple.goodUntil + 1
        _ = try refusal { () throws(CertificateError) in try exchange.verify(octets, now: late) }
    }

    @Test func `revoked, unknown, too old, of a time to come: refused`() throws {
        let exchange = try exchange()
        let now = now
        try index("R")
        let revoked = try answer(exchange)
        let first = try refusal { () throws(CertificateError) in try exchange.verify(revoked, now: now) }
        #expect(first.what.contains("revoked"))
        try index("V", "other")
        let unknown = try answer(exchange)
        let second = try refusal { () throws(CertificateError) in try exchange.verify(unknown, now: now) }
        #expect(second.what.contains("does not know"))
        try index("V")
        let good = try answer(exchange)
        let third = try refusal { () throws(CertificateError) in try exchange.verify(good, now: now + 8 * 86_400) }
        #expect(third.what.contains("good until"))
        let fourth = try refusal { () throws(CertificateError) in try exchange.verify(good, now: now - 3_600) }
        #expect(fourth.part == .response)
    }

    @Test(arguments: ["stranger", "clerk", "root"])
    func `an answer that somebody else has signed is refused`(signer: String) throws {
        try index("V")
        let exchange = try exchange()
        let octets = try answer(exchange, signer: signer)
        let now = now
        let error = try refusal { () throws(CertificateError) in try exchange.verify(octets, now: now) }
        #expect(error.what.contains("signed it"))
    }

    @Test func `an answer about another certificate is refused`() throws {
        try index("V", "other")
        let octets = try answer(exchange("other"))
        let (exchange, now) = (try exchange(), now)
        let error = try refusal { () throws(CertificateError) in try exchange.verify(octets, now: now) }
        #expect(error.what.contains("another"))
    }

    @Test func `a responder that refuses is told, and what is no answer is none`() throws {
        let (exchange, now) = (try exchange(), now)
        for (status, word) in [(1, "request"), (2, "failed"), (3, "later"), (5, "signed"), (6, "in charge"), (7, "7")] {
            let octets: [UInt8] = [0x30, 3, 0x0A, 1, UInt8(status)]
            let error = try refusal { () throws(CertificateError) in try exchange.verify(octets, now: now) }
            #expect(error.what.contains(word))
        }
        let none: [[UInt8]] = [
            [], [0x30], [0x30, 3, 0x0A, 1, 0], Array("<html>".utf8), .init(repeating: 0x30, count: 70_000),
        ]
        for octets in none {
            _ = try refusal { () throws(CertificateError) in try exchange.verify(octets, now: now) }
        }
    }

    @Test func `without a responder there is nothing to ask, without an issuer it is an error`() throws {
        try shop.issue("plain", by: "middle", "subjectAltName=DNS:plain.example.com")
        #expect(try OCSPExchange(credential("plain")) == nil)
        let alone = try Credential(certificates: shop.octets("leaf.pem"), key: shop.octets("leaf.key"))
        let error = try refusal { () throws(CertificateError) in try OCSPExchange(alone) }
        #expect(error.what.contains("issuer"))
    }

    @Test func `answers with octets changed are refused or say the same`() throws {
        try index("V")
        let exchange = try exchange()
        let octets = try answer(exchange)
        let staple = try exchange.verify(octets, now: now)
        var generator = SeededGenerator(seed: 6960)
        for _ in 0..<2_000 {
            var changed = octets
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = changed.indices.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed[place] ^= UInt8.random(in: 1...255, using: &generator)
                case 1: changed.remove(at: place)
                default: changed.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            // The certificates that come along are not signed over, so a change there may go unnoticed.
            if let other = try? exchange.verify(changed, now: now) {
                #expect(other.goodUntil == staple.goodUntil && other.thisUpdate == staple.thisUpdate)
            }
            #expect(ErrorQueue.isEmpty)
        }
    }
}
