import Lab
import Testing

@testable import Top

/// Octets to keys.
@Suite struct KeyReaderTests {
    private static func keys(_ text: String) -> [Key] {
        var reader = KeyReader()
        return reader.keys(text.utf8) + reader.flush()
    }

    @Test(arguments: [
        ("q", [Key.character("q")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
        ("\u{8}", [.backspace]), ("\u{3}", [.control("c")]), ("\u{1A}", [.control("z")]), ("\u{1B}", [.escape]),
        ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[1;5C", [.right]),
        ("\u{1B}[D", [.left]), ("\u{1B}[H", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}[5~", [.pageUp]),
        ("\u{1B}[6~", [.pageDown]), ("\u{1B}[3~", [.delete]), ("\u{1B}[Z", [.backTab]),
        ("\u{1B}q", [.escape, .character("q")]),
        ("ü漢😀", [.character("ü"), .character("漢"), .character("😀")]), ("\u{1B}[?2026;2$y", [.mode(2026, state: 2)]),
        ("\u{1B}]0;title\u{7}x", [.character("x")]), ("\u{1B}P1$r0m\u{1B}\\y", [.character("y")]),
        ("\u{1B}[200~rm -rf\nq\u{1B}[201~z", [.paste("rm -rf\nq"), .character("z")]),
        ("\u{1B}[99~a", [.character("a")]),
        ("\u{1B}[", []), ("\u{1B}[\u{1B}[B", [.down]),
    ]) func `sequences are keys`(_ text: String, _ expected: [Key]) {
        #expect(Self.keys(text) == expected)
    }

    @Test func `what is no UTF-8 is passed over`() {
        var reader = KeyReader()
        #expect(
            reader.keys([0xC3, 0x61, 0xFF, 0xC0, 0xE2, 0x82, 0x62, 0xED, 0xA0, 0x80]) == [
                .character("a"), .character("b"),
            ])
    }

    @Test func `a key that may go on is waited for`() {
        var reader = KeyReader()
        #expect(reader.keys([0x1B]).isEmpty)
        #expect(reader.isWaiting)
        #expect(reader.keys([UInt8(ascii: "["), UInt8(ascii: "A")]) == [.up])
        #expect(!reader.isWaiting)
        #expect(reader.keys([0x1B]).isEmpty)
        #expect(reader.flush() == [.escape])
        #expect(reader.keys([UInt8(ascii: "["), UInt8(ascii: "A")]) == [.character("["), .character("A")])
    }

    @Test func `a paste without end holds a bounded text`() {
        var reader = KeyReader()
        _ = reader.keys("\u{1B}[200~".utf8)
        #expect(reader.keys(Array(repeating: UInt8(ascii: "q"), count: 100_000)).isEmpty)
        guard case .paste(let text)? = reader.keys("\u{1B}[201~".utf8).first else {
            Issue.record("the paste has not ended")
            return
        }
        #expect(text.count <= 4096)
        #expect(reader.keys("x".utf8) == [.character("x")])
    }

    @Test(arguments: 0..<40) func `however octets are split, the keys are the same`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            Array("\u{1B}[A".utf8), Array("\u{1B}[200~".utf8), Array("\u{1B}[201~".utf8), Array("é漢😀".utf8), [0x1B],
            Array("\u{1B}[?2026;1$y".utf8), Array("\u{1B}]x\u{7}".utf8), Array("abc".utf8), [0x9B, 0xFF, 0x00],
        ]
        var octets: [UInt8] = []
        for _ in 0..<60 {
            octets +=
                Bool.random(using: &random)
                ? pieces.randomElement(using: &random) ?? [] : [UInt8.random(in: 0...255, using: &random)]
        }
        var whole = KeyReader()
        var split = KeyReader()
        let expected = whole.keys(octets)
        var keys: [Key] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...3, using: &random)
            keys += split.keys(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(keys == expected)
        #expect(split.flush() == whole.flush())
    }
}
