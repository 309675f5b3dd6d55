import Testing
import Wire

/// Which coding a client likes best (RFC 9110 §12.5.3).
@Suite struct AcceptEncodingTests {
    private static let all: [ContentCoding] = [.zstd, .brotli, .gzip]

    private static func read(_ values: [String]) -> AcceptEncoding {
        var accepted = AcceptEncoding()
        for value in values {
            let bytes = Array(value.utf8)
            unsafe bytes.withUnsafeBytes { unsafe accepted.read($0) }
        }
        return accepted
    }

    @Test(
        arguments: [
            ([], .identity), ([""], .identity), (["gzip"], .gzip), (["GZIP"], .gzip), (["x-gzip"], .gzip),
            (["gzip, deflate, br"], .brotli), (["gzip, deflate, br, zstd"], .zstd),
            (["br;q=0.5, gzip"], .gzip), (["br;q=0.5,gzip;q=0.5"], .brotli), (["gzip;q=0"], .identity),
            (["gzip;q=0.000, *"], .zstd), (["*"], .zstd), (["*;q=0"], .identity), (["*;q=0, gzip;q=0.001"], .gzip),
            (["identity"], .identity), (["identity, gzip"], .gzip), (["identity, gzip;q=0.9"], .identity),
            (["identity;q=0.1, gzip;q=0.2"], .gzip), (["identity;q=0, gzip;q=0.1"], .gzip),
            (["deflate, compress"], .identity), (["gzip", "br"], .brotli), (["gzip;q=0.2", "br;q=0.1"], .gzip),
            ([" , gzip ;\tq=1.000 , "], .gzip), (["gzip;Q=0.7"], .gzip), (["gzip;q=1."], .gzip),
            (["gzip;q=0."], .identity),
            // What is malformed says nothing.
            (["gzip;q=2"], .identity), (["gzip;q=0.1234"], .identity), (["gzip;q=1.001"], .identity),
            (["gzip;q=.5"], .identity), (["gzip;q=-1"], .identity), (["gzip;level=1"], .identity),
            (["gzip;q=0.5;x=y"], .identity), (["gzip;"], .identity), (["gzip q=1"], .identity),
            (["gzip;q=1e0"], .identity), (["\"gzip\""], .identity), (["gzipp, gzi"], .identity),
        ] as [([String], ContentCoding)])
    func theBestIsChosen(_ values: [String], _ best: ContentCoding) {
        #expect(Self.read(values).choice(among: Self.all) == best)
    }

    @Test func ordersOfOurOwnDecideBetweenEquals() {
        let accepted = Self.read(["gzip, br, zstd"])
        #expect(accepted.choice(among: [.gzip, .zstd]) == .gzip)
        #expect(accepted.choice(among: [.brotli]) == .brotli)
        #expect(accepted.choice(among: []) == .identity)
    }

    @Test(
        arguments: [
            ("", true), ("gzip", true), ("identity;q=0", false), ("*;q=0", false), ("*;q=0, identity;q=0.5", true),
            ("gzip, identity;q=0.0", false), ("*;q=0.1", true),
        ])
    func theBodyAsItIsMayBeRefused(_ value: String, _ isWelcome: Bool) {
        #expect((Self.read([value]).weight(of: .identity) > 0) == isWelcome)
    }

    /// The same by splitting text, on fields put together from pieces that matter.
    @Test func whateverComesIsReadAsTheReferenceReadsIt() {
        let pieces = [
            "gzip", "br", "zstd", "identity", "*", "x-gzip", ";", "q=", "Q=", "0", "1", ".", "5", "001", ",", " ", "\t",
            "a", "\"", "=",
            "\u{80}",
        ]
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<50_000 {
            let values = (0..<Int(generator.next() % 3)).map { _ in
                (0..<Int(generator.next() % 12)).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }
                    .joined()
            }
            let accepted = Self.read(values)
            let reference = ReferenceAcceptEncoding(values)
            for coding in ContentCoding.allCases {
                let weight = reference.weight(of: "\(coding.token)")
                #expect(accepted.weight(of: coding) == weight, "\(values) \(coding)")
            }
        }
    }
}

/// Accept-Encoding read by splitting text.
private struct ReferenceAcceptEncoding {
    private var weights: [String: Int] = [:]

    init(_ values: [String]) {
        for member in values.flatMap({ $0.split(separator: ",") }) {
            let parts = member.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            var name = Self.trim(String(parts[0])).lowercased()
            if name == "x-gzip" { name = "gzip" }
            guard parts.count > 1 else {
                weights[name] = 1000
                continue
            }
            let parameter = Self.trim(String(parts[1])).lowercased()
            guard parameter.hasPrefix("q="), let weight = Self.weight(String(parameter.dropFirst(2))) else { continue }
            weights[name] = weight
        }
    }

    func weight(of token: String) -> Int {
        if let own = weights[token] { return own }
        if token == "identity" { return weights["*"] == 0 ? 0 : 1 }
        return weights["*"] ?? 0
    }

    private static func trim(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        var trimmed = String.UnicodeScalarView()
        trimmed.append(contentsOf: scalars)
        return String(trimmed)
    }

    private static func weight(_ text: String) -> Int? {
        let digits = Array(text)
        guard let first = digits.first, first == "0" || first == "1", digits.count <= 5 else { return nil }
        if digits.count > 1, digits[1] != "." { return nil }
        let decimals = digits.dropFirst(2)
        guard decimals.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let padded = String(decimals) + String(repeating: "0", count: 3 - decimals.count)
        guard let thousandths = Int(padded) else { return nil }
        let weight = (first == "1" ? 1000 : 0) + thousandths
        return weight <= 1000 ? weight : nil
    }
}
