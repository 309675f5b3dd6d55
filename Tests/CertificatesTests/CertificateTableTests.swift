import Testing
@testable import Certificates

@Suite struct CertificateTableTests {
    private let now = CertificateClock.now

    /// An entry for `names`, good for `days` from `begin` days after now.
    private func entry(
        _ name: String, _ names: [String], key: DevelopmentAuthority.Key = .ecdsa, begin: Int = -1, days: Int = 30
    ) throws -> CertificateTable.Entry {
        try DatedEntry.make(name, names, key: key, begin: begin, days: days, now: now)
    }

    @Test func `an exact name beats a wildcard, which stands for one label`() throws {
        let table = CertificateTable(
            [
                try entry("wild", ["*.example.com"]), try entry("shop", ["shop.example.com"]),
                try entry("deep", ["*.a.example.com"]),
            ], fallback: .refuse)
        #expect(served(table, "shop.example.com") == ["shop"])
        #expect(served(table, "blog.example.com") == ["wild"])
        #expect(served(table, "b.a.example.com") == ["deep"])
        #expect(served(table, "a.example.com") == ["wild"])
        #expect(served(table, "example.com") == nil)
        #expect(served(table, "x.shop.example.com") == nil)
        #expect(served(table, ".example.com") == nil)
        #expect(served(table, "*.example.com") == ["wild"])
        #expect(served(table, "") == nil)
        #expect(served(table, ".") == nil)
        #expect(served(table, "com") == nil)
    }

    @Test func `one host has a certificate of each kind of key, and hosts with the same have one set`() throws {
        let names = ["a.example.com", "b.example.com", "*.b.example.com"]
        let table = CertificateTable([
            try entry("r", names, key: .rsa), try entry("e", names), try entry("ed", names, key: .ed25519),
        ])
        #expect(table.sets.count == 1)
        for host in ["a.example.com", "b.example.com", "x.b.example.com", "unknown.example.com"] {
            #expect(served(table, host) == ["e", "r", "ed"])
        }
        #expect(table.sets[0].ecdsa?.name == "e" && table.sets[0].rsa?.name == "r")
        #expect(table.sets[0].ed25519?.name == "ed")
    }

    @Test func `a part of the names makes sets of their own`() throws {
        let table = CertificateTable([
            try entry("both", ["a.example.com", "b.example.com"]), try entry("rsa", ["b.example.com"], key: .rsa),
        ])
        #expect(served(table, "a.example.com") == ["both"])
        #expect(served(table, "b.example.com") == ["both", "rsa"])
    }

    @Test func `of several for one name the one in its time wins, then the later end, then the name`() throws {
        let host = "a.example.com"
        let expired = try entry("0-expired", [host], begin: -100, days: 50)
        let early = try entry("1-early", [host], begin: 10, days: 300)
        let short = try entry("2-short", [host], days: 20)
        let long = try entry("3-long", [host], days: 40)
        let same = try entry("4-same", [host], days: 40)
        #expect(served(CertificateTable([expired, early, short, same, long]), host) == ["3-long"])
        #expect(served(CertificateTable([same, long]), host) == ["3-long"])
        #expect(served(CertificateTable([expired, early, short]), host) == ["2-short"])
        #expect(served(CertificateTable([expired, early]), host) == ["1-early"])
        #expect(served(CertificateTable([expired]), host) == ["0-expired"])
        // The same table, judged at another time.
        let table = CertificateTable([expired, early, short], now: now + 50 * 86_400)
        #expect(served(table, host) == ["1-early"])
    }

    @Test func `an expired certificate of one kind is not offered beside a good one of another`() throws {
        let host = "a.example.com"
        let table = CertificateTable([
            try entry("rsa", [host], key: .rsa, begin: -100, days: 50), try entry("ecdsa", [host]),
        ])
        #expect(served(table, host) == ["ecdsa"])
    }

    @Test func `a host whose own certificate has ended is served by the wildcard's that has not`() throws {
        let own = try entry("own", ["a.example.com"], begin: -100, days: 50)
        let wild = try entry("wild", ["*.example.com"])
        let ended = try entry("wild", ["*.example.com"], begin: -100, days: 60)
        #expect(served(CertificateTable([own, wild]), "a.example.com") == ["wild"])
        #expect(served(CertificateTable([own, ended]), "a.example.com") == ["own"])
    }

    // MARK: The fallback

    @Test func `hosts that no certificate is for get the fallback`() throws {
        let entries = [
            try entry("b", ["b.example.com"]), try entry("a", ["a.example.com"]),
            try entry("a-rsa", ["a.example.com"], key: .rsa),
        ]
        for host in ["", "unknown.example.org", "192.0.2.1"] {
            #expect(served(CertificateTable(entries), host) == ["a", "a-rsa"])
            #expect(served(CertificateTable(entries, fallback: .named("b")), host) == ["b"])
            #expect(served(CertificateTable(entries, fallback: .named("gone")), host) == nil)
            #expect(served(CertificateTable(entries, fallback: .refuse), host) == nil)
            let withDefault = entries + [try entry("default", ["z.example.com"])]
            #expect(served(CertificateTable(withDefault), host) == ["default"])
        }
        #expect(served(CertificateTable(entries, fallback: .refuse), "b.example.com") == ["b"])
        #expect(served(CertificateTable(), "a.example.com") == nil)
        #expect(served(CertificateTable(), "") == nil)
    }

    @Test func `a fallback that has lost its own name to another is shown all the same`() throws {
        let entries = [try entry("a", ["a.example.com"], days: 10), try entry("b", ["a.example.com"], days: 20)]
        #expect(served(CertificateTable(entries, fallback: .named("a")), "") == ["a"])
        #expect(served(CertificateTable(entries, fallback: .named("a")), "a.example.com") == ["b"])
    }

    // MARK: 421

    @Test func `a set covers what its certificates name`() throws {
        let table = CertificateTable([
            try entry("many", ["a.example.com", "*.b.example.com", "192.0.2.1", "2001:db8::1"]),
            try entry("other", ["c.example.com"]),
        ])
        for host in ["a.example.com", "x.b.example.com", "192.0.2.1", "[2001:db8::1]"] {
            #expect(covers(table, "a.example.com", host))
            #expect(!covers(table, "c.example.com", host))
        }
        for host in ["b.example.com", "c.example.com", "y.x.b.example.com", "", ".", "[]", "[2001:db8::2]"] {
            #expect(!covers(table, "a.example.com", host))
        }
        #expect(covers(table, "c.example.com", "c.example.com"))
        #expect(!covers(CertificateTable(), "a.example.com", "a.example.com"))
    }

    @Test func `the reason of a choice is told`() throws {
        let entries = [try entry("wild", ["*.example.com"]), try entry("shop", ["shop.example.com"])]
        let table = CertificateTable(entries)
        #expect(table.explain(host: "shop.example.com").reason == .exact)
        #expect(table.explain(host: "blog.example.com").reason == .wildcard)
        #expect(table.explain(host: "example.org").reason == .fallback)
        #expect(CertificateTable(entries, fallback: .refuse).explain(host: "").reason == .refused)
    }

    @Test func `thousands of names are found, and none that is not there`() throws {
        let names = (0..<3_000).map { "host-\($0).example.com" }
        let index = NameIndex(names.enumerated().map { ($1, Int32($0)) })
        for (number, name) in names.enumerated() {
            #expect(find(name, in: index) == Int32(number))
            #expect(find("x" + name, in: index) == -1)
        }
        #expect(find("", in: index) == -1)
        #expect(find("a", in: NameIndex([])) == -1)
        #expect(find("a", in: NameIndex([("a", 1), ("a", 2)])) == 1)
    }

    private func find(_ name: String, in index: NameIndex) -> Int32 {
        var name = name
        return name.withUTF8 { unsafe index.find(UnsafeRawBufferPointer($0)) }
    }
}
