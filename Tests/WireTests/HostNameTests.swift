import Testing
@testable import Wire

@Suite struct HostNameTests {
    private func normalized(_ host: String, room: Int = 256) -> String? {
        let bytes = octets(host)
        var output = [UInt8](repeating: 0, count: room)
        let count = unsafe bytes.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { unsafe HostName.normalize(source, into: $0) }
        }
        return count < 0 ? nil : text(output[..<count])
    }

    @Test func lowersEveryOctetOfEveryPosition() {
        for octet in UInt8.min...UInt8.max {
            for length in [1, 7, 8, 9, 16, 19] {
                for position in 0..<length {
                    var bytes = [UInt8](repeating: UInt8(ascii: "A"), count: length)
                    bytes[position] = octet
                    var expected = text(bytes.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 })
                    if expected.hasSuffix(".") { expected.removeLast() }
                    #expect(normalized(text(bytes)) == expected)
                }
            }
        }
    }

    @Test func dropsOneTrailingDotAndRefusesWhatDoesNotFit() {
        #expect(normalized("A.B.") == "a.b")
        #expect(normalized("a..") == "a.")
        #expect(normalized("") == "")
        #expect(normalized("abcdefghi.", room: 9) == "abcdefghi")
        #expect(normalized("abcdefghi", room: 8) == nil)
        #expect(normalized("a", room: 0) == nil)
    }

    @Test func splitsHostAndPort() {
        func split(_ text: String) -> String? {
            unsafe octets(text).withUnsafeBytes { bytes in
                unsafe HostName.split(bytes).map { "\($0.hostCount) \($0.port)" }
            }
        }
        #expect(split("a.b:80") == "3 80")
        #expect(split("a.b") == "3 -1")
        #expect(split("[::1]:65535") == "5 65535")
        #expect(split("a:b") == nil)
        #expect(split("") == nil)
    }

    @Test(arguments: [
        ("Shop.Example.COM", "shop.example.com"), ("example.com.", "example.com"), ("a_b-c", "a_b-c"),
        ("1.2.3.4", "1.2.3.4"),
        ("[2001:DB8::1]", "[2001:db8::1]"), ("b\u{FC}cher.example", "xn--bcher-kva.example"),
        ("B\u{DC}CHER.example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
        ("stra\u{DF}e.de", "xn--strae-oqa.de"), ("m\u{FC}nchen\u{3002}de", "xn--mnchen-3ya.de"),
        ("\u{4F8B}\u{5B50}.\u{6D4B}\u{8BD5}", "xn--fsqu00a.xn--0zwm56d"),
        ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}.kr", "xn--bj0bj06e.kr"), ("XN--Bcher-KVA", "xn--bcher-kva"),
        (String(repeating: "a", count: 63), String(repeating: "a", count: 63)),
    ])
    func canonicalizes(_ text: String, _ expected: String) {
        #expect(HostName.canonical(text) == expected)
    }

    @Test(arguments: [
        "", ".", "a..b", ".a", "a b", "a/b", "a:80", "a%b", "*.a", "a@b", "[::1", "[::g]", "\u{1F600}.example",
        "a\u{A0}b",
        "a\u{2024}b", "~a", "a\u{0}", String(repeating: "a", count: 64), String(repeating: "\u{FC}", count: 64),
        String(repeating: "abcdefg.", count: 32),
    ])
    func refusesWhatIsNoName(_ text: String) {
        #expect(HostName.canonical(text) == nil)
    }

    /// RFC 3492 §7.1; those with capitals are given in lower case, which is how they come here.
    @Test(arguments: [
        (
            "\u{644}\u{64A}\u{647}\u{645}\u{627}\u{628}\u{62A}\u{643}\u{644}\u{645}\u{648}\u{634}\u{639}\u{631}\u{628}\u{64A}\u{61F}",
            "egbpdaj6bu4bxfgehfvwxn"
        ),
        ("\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}", "ihqwcrb4cv8a8dqg056pqjye"),
        ("\u{4ED6}\u{5011}\u{7232}\u{4EC0}\u{9EBD}\u{4E0D}\u{8AAA}\u{4E2D}\u{6587}", "ihqwctvzc91f659drss3x8bo0yb"),
        ("pro\u{10D}prost\u{11B}nemluv\u{ED}\u{10D}esky", "proprostnemluvesky-uyb24dma41a"),
        (
            "\u{43F}\u{43E}\u{447}\u{435}\u{43C}\u{443}\u{436}\u{435}\u{43E}\u{43D}\u{438}\u{43D}\u{435}\u{433}\u{43E}\u{432}\u{43E}\u{440}\u{44F}\u{442}\u{43F}\u{43E}\u{440}\u{443}\u{441}\u{441}\u{43A}\u{438}",
            "b1abfaaepdrnnbgefbadotcwatmq2g4l"
        ),
        ("porqu\u{E9}nopuedensimplementehablarenespa\u{F1}ol", "porqunopuedensimplementehablarenespaol-fmd56a"),
        ("3\u{5E74}b\u{7D44}\u{91D1}\u{516B}\u{5148}\u{751F}", "3b-ww4c5e180e575a65lsy2b"),
        ("maji\u{3067}koi\u{3059}\u{308B}5\u{79D2}\u{524D}", "majikoi5-783gue6qz075azm5e"),
        ("\u{305D}\u{306E}\u{30B9}\u{30D4}\u{30FC}\u{30C9}\u{3067}", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ])
    func encodesPunycode(_ text: String, _ expected: String) {
        #expect(Punycode.encode(Array(text.unicodeScalars)) == expected)
    }
}
