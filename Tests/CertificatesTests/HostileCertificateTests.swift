import Lab
import Testing
@testable import Certificates

/// Files that are damaged or made up: read or refused, never more.
@Suite struct HostileCertificateTests {
    private let certificate: [UInt8]
    private let key: [UInt8]

    init() throws {
        var request = DevelopmentAuthority.Request(names: ["shop.example.com", "*.example.com", "192.0.2.1"])
        request.ocspResponder = "http://ocsp.example.com/"
        request.mustStaple = true
        let issued = try DevelopmentAuthority().issue(request)
        (certificate, key) = (issued.certificate, issued.key)
    }

    private func changed(_ octets: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<max(1, octets.count), using: &generator)
            guard place < octets.count else { break }
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: octets[place] = [0, 0x7F, 0x80, 0xFF, 0x30, 0x84].randomElement(using: &generator) ?? 0
            case 2: octets.remove(at: place)
            case 3: octets.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default: octets.removeSubrange(place..<min(octets.count, place + Int.random(in: 1...40, using: &generator)))
            }
        }
        return octets
    }

    @Test func `certificates with octets of their DER changed`() throws {
        let der = try #require(try PEMBlock.blocks(in: certificate, part: .certificate).first).der
        var generator = SeededGenerator(seed: 5280)
        var readCount = 0
        for _ in 0..<4_000 {
            let changed = changed(der, &generator)
            let text = PEMBlock.text("CERTIFICATE", changed)
            if (try? CertificateFacts.read(text)) != nil { readCount += 1 }
            _ = try? CertificateFacts.read(changed)
            if let credential = try? Credential(certificates: text, key: key) {
                _ = credential.problems(path: "x", now: CertificateClock.now)
                _ = CertificateTable([.init(name: "x", credential: credential)])
                _ = try? OCSPExchange(credential)
            }
            #expect(ErrorQueue.isEmpty)
        }
        // Else the changes would be too coarse to get past the first octets.
        #expect(readCount > 100)
    }

    @Test func `keys with octets of their DER changed`() throws {
        let der = try #require(try PEMBlock.blocks(in: key, part: .key).first).der
        var generator = SeededGenerator(seed: 5915)
        for _ in 0..<2_000 {
            let text = PEMBlock.text("PRIVATE KEY", changed(der, &generator))
            // What is taken signs what the certificate's public half can check.
            _ = try? Credential(certificates: certificate, key: text)
            #expect(ErrorQueue.isEmpty)
        }
    }

    @Test func `PEM with octets of its text changed`() throws {
        var generator = SeededGenerator(seed: 7468)
        for _ in 0..<4_000 {
            let text = changed(certificate + key, &generator)
            _ = try? Credential(certificates: text, key: text)
            #expect(ErrorQueue.isEmpty)
        }
    }

    @Test func `octets without any sense`() throws {
        var generator = SeededGenerator(seed: 1)
        for count in 0..<500 {
            var octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? CertificateFacts.read(octets)
            octets = Array([0x30, 0x82].prefix(count)) + octets
            _ = try? CertificateFacts.read(octets)
            _ = try? Credential(certificates: octets, key: octets)
            _ = try? Credential(certificates: PEMBlock.text("CERTIFICATE", octets + [0]), key: key)
            #expect(ErrorQueue.isEmpty)
        }
    }

    @Test func `a name with a NUL in it is nobody's`() throws {
        let shop = try Workshop()
        try shop.authority("root")
        // The extension's DER: one dNSName, "a\0.example.com".
        let name = Array("a\0.example.com".utf8)
        let value = ([0x30, UInt8(name.count + 2), 0x82, UInt8(name.count)] + name).map { octet in
            let digits = Array("0123456789ABCDEF")
            return "\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
        }.joined(separator: ":")
        try shop.issue("leaf", by: "root", subject: "/O=x", "subjectAltName=DER:\(value)")
        #expect(try CertificateFacts.read(shop.octets("leaf.pem"))[0].names.isEmpty)
    }

    @Test func `many threads may read and use one credential`() async throws {
        let issued = DevelopmentAuthority.Issued(certificate: certificate, key: key)
        let credential = try issued.credential()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<50).allSatisfy { _ in
                        let table = CertificateTable([.init(name: "x", credential: credential)])
                        let again = try? issued.credential()
                        return again?.facts == credential.facts && served(table, "shop.example.com") == ["x"]
                            && credential.problems(path: "x", now: CertificateClock.now).isEmpty && ErrorQueue.isEmpty
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
