import Foundation
import Lab
import Testing
@testable import Certificates

@Suite struct CertificateReportTests {
    private static let authority = Result { try DevelopmentAuthority() }
    private let now: Int64 = 1_800_000_000
    private let authority: DevelopmentAuthority

    init() throws { authority = try Self.authority.get() }

    private func entry(
        _ name: String, _ names: [String], key: DevelopmentAuthority.Key = .ecdsa, begin: Int = -1, days: Int = 30
    ) throws -> CertificateTable.Entry {
        try DatedEntry.make(name, names, key: key, begin: begin, days: days, now: now)
    }

    private func report(_ entries: [CertificateTable.Entry]) -> CertificateReport {
        CertificateReport(entries.map { .init(name: $0.name, facts: $0.credential.facts) }, now: now)
    }

    @Test func `a table's columns stand under their headings`() throws {
        let entries = [
            try entry("a", ["a.example.com"]),
            try entry("long name", ["b.example.com", "c.example.com", "d.example.com", "e.example.com"], days: 2),
            try entry("old\u{1B}[2J", ["f.example.com"], begin: -40), try entry("new", ["g.example.com"], begin: 5),
        ]
        let lines = report(entries).table.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        let column = try #require(lines[0].range(of: "UNTIL")).lowerBound
        let dates = lines.dropFirst().map { line in
            String(
                line[line.index(line.startIndex, offsetBy: lines[0].distance(from: lines[0].startIndex, to: column))...]
            )
        }
        #expect(dates[0].hasPrefix("2027-02-13 (29 days)") && dates[1].hasPrefix("2027-01-16 (1 day)"))
        #expect(dates[2].hasPrefix("2027-01-05 (ended)") && dates[3].hasPrefix("2027-02-19 (not yet)"))
        #expect(lines[2].contains("b.example.com, c.example.com, d.example.com, +1"))
        #expect(
            lines[1].contains("Portico development CA") && lines[1].hasSuffix(entries[0].credential.facts.fingerprint))
        #expect(!report(entries).table.contains("\u{1B}"))
    }

    @Test func `JSON is JSON, whatever names hold`() throws {
        let entries = [
            try entry("a \"quoted\" \\ \u{1} name", ["a.example.com"]), try entry("ü", ["b.example.com"], begin: -40),
        ]
        let data = Data(report(entries).json.utf8)
        let objects = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(objects.map { $0["name"] as? String } == ["a \"quoted\" \\ \u{1} name", "ü"])
        #expect(objects.map { $0["days_left"] as? Int } == [29, -10])
        #expect(objects[0]["hosts"] as? [String] == ["a.example.com"])
        #expect(objects[0]["ocsp"] is NSNull && objects[0]["self_signed"] as? Bool == false)
        #expect(CertificateReport([]).json == "[]\n")
    }

    @Test func `a folder, a file of certificates, a file of none`() throws {
        let shop = try Workshop()
        try shop.chain()
        try shop.write("certs/leaf.pem", shop.octets("leaf.pem", "middle.pem"))
        try shop.write("certs/leaf.key", shop.octets("leaf.key"))
        let folder = try CertificateReport(path: shop.path + "/certs").table
        #expect(folder.contains("shop.example.com") && !folder.contains("(authority)"))
        let file = try CertificateReport(path: shop.path + "/certs/leaf.pem").table
        #expect(file.contains("shop.example.com") && file.contains("(authority)"))
        let path = shop.path + "/leaf.key"
        let error = try refusal { () throws(CertificateError) in try CertificateReport(path: path) }
        #expect(error.place == path)
        _ = try refusal { () throws(CertificateError) in try CertificateReport(path: path + ".gone") }
    }

    @Test func `which certificate a host gets, and why not another`() throws {
        let entries = [
            try entry("own", ["shop.example.com"]), try entry("rsa", ["shop.example.com"], key: .rsa),
            try entry("wild", ["*.example.com"], days: 60), try entry("old", ["shop.example.com"], begin: -90),
            try entry("shorter", ["shop.example.com"], days: 10), try entry("elsewhere", ["example.org"]),
        ]
        let choice = try #require(CertificateChoice(host: "Shop.Example.com.", among: entries, now: now))
        #expect(choice.host == "shop.example.com" && choice.reason == .exact && choice.isGood)
        #expect(choice.entries.map(\.name) == ["own", "rsa"])
        #expect(choice.others.map(\.name) == ["old", "shorter", "wild"])
        #expect(
            choice.text.contains("not old: it is out of its time") && choice.text.contains("own  ECDSA P-256  until"))
        #expect(choice.text.contains("not wild: it has a wildcard only"))

        let other = try #require(CertificateChoice(host: "blog.example.com", among: entries, now: now))
        #expect(other.reason == .wildcard && other.entries.map(\.name) == ["wild"] && other.isGood)
        let unknown = try #require(CertificateChoice(host: "example.net", among: entries, now: now))
        #expect(unknown.reason == .fallback && !unknown.isGood && unknown.text.contains("no certificate is for it"))
        let refused = try #require(
            CertificateChoice(host: "example.net", among: entries, fallback: .refuse, now: now))
        #expect(refused.text == "example.net: no certificate is for it, and the handshake is refused\n")
        #expect(try #require(CertificateChoice(host: "", among: entries, now: now)).reason == .fallback)
        #expect(CertificateChoice(host: "a b", among: entries, now: now) == nil)
    }

    @Test func `a wildcard that stands in for an ended certificate is told as one`() throws {
        let entries = [try entry("own", ["a.example.com"], begin: -90), try entry("wild", ["*.example.com"])]
        let choice = try #require(CertificateChoice(host: "a.example.com", among: entries, now: now))
        #expect(choice.reason == .wildcard && choice.entries.map(\.name) == ["wild"])
        #expect(choice.others.map(\.reason) == ["it is out of its time"])
        let ended = try #require(CertificateChoice(host: "a.example.com", among: [entries[0]], now: now))
        #expect(!ended.isGood && ended.text.contains("out of its time:"))
    }

    @Test func `an address is looked up in its one form`() throws {
        let entries = [try entry("ip", ["2001:db8::1"])]
        for host in ["2001:DB8:0:0::1", "[2001:db8::1]"] {
            #expect(try #require(CertificateChoice(host: host, among: entries, now: now)).reason == .exact)
        }
    }

    @Test func `a check counts what is wrong, errors first`() throws {
        let shop = try Workshop()
        let good = try authority.issue(.init(names: ["a.example.com"]))
        try shop.write("a.pem", good.certificate)
        try shop.write("a.key", good.key)
        let well = CertificateCheck(path: shop.path)
        #expect(well.text == "\(shop.path): 1 certificate, all is well\n" && !well.hasErrors)
        #expect(well.choice(host: "a.example.com")?.isGood == true && well.choice(host: "a b") == nil)
        try shop.write("a.key", good.key, mode: 0o644)
        let warned = CertificateCheck(path: shop.path)
        #expect(warned.text.hasSuffix("1 certificate, 0 errors, 1 warning\n") && !warned.hasErrors)
        try shop.write("b.pem", good.certificate)
        let wrong = CertificateCheck(path: shop.path)
        #expect(wrong.hasErrors && wrong.text.hasPrefix("error: \(shop.path)/b.pem: no private key"))
        #expect(wrong.text.contains("\nwarning: ") && wrong.text.hasSuffix("1 certificate, 1 error, 1 warning\n"))
    }
}
