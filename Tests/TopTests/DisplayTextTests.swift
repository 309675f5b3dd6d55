import Lab
import Testing

@testable import Top

/// What of a name reaches the terminal.
@Suite struct DisplayTextTests {
    private static func shown(_ text: String, isUTF8: Bool = true) -> String {
        DisplayText(text, isUTF8: isUTF8).glyphs.map(\.text).joined()
    }

    @Test(arguments: [
        ("web-80", "web-80"), ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb\t", "a\\nb\\t"), ("\u{9B}31m", "\\u{9b}31m"),
        ("\u{202E}x", "\\u{202e}x"), ("\u{200B}", "\\u{200b}"), ("漢字", "漢字"), ("é", "é"), ("e\u{301}", "e\u{301}"),
        ("\u{301}", "\\u{301}"), ("\u{A0}", "\\u{a0}"), ("\u{7F}", "\\u{7f}"),
    ]) func `what would steer the terminal is escaped`(_ text: String, _ expected: String) {
        #expect(Self.shown(text) == expected)
    }

    @Test func `of many marks on one letter few are shown`() {
        let text = DisplayText("e" + String(repeating: "\u{301}", count: 5))
        #expect(text.glyphs.first?.text.unicodeScalars.count == 4)
        #expect(text.glyphs.dropFirst().map(\.text).joined() == "\\u{301}\\u{301}")
    }

    @Test func `where only ASCII is taken, only ASCII is shown`() {
        #expect(Self.shown("é漢", isUTF8: false) == "\\u{e9}\\u{6f22}")
    }

    @Test func `no control character is ever left`() {
        for value in Array(UInt32(0)...0x3000) + Array(stride(from: 0x3001, through: 0x10_FFFF, by: 61)) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for glyph in DisplayText("a\(scalar)").glyphs {
                for left in glyph.text.unicodeScalars where left.value < 0x20 || (0x7F..<0xA0).contains(left.value) {
                    Issue.record("U+\(String(value, radix: 16)) leaves U+\(String(left.value, radix: 16))")
                }
            }
        }
    }

    /// What the C library says of each character, as runs `from to width`.
    private static let script = """
        import ctypes, ctypes.util, locale
        locale.setlocale(locale.LC_CTYPE, 'C.UTF-8')
        wcwidth = ctypes.CDLL(ctypes.util.find_library('c')).wcwidth
        first, former = 32, wcwidth(32)
        for value in range(33, 0x30001):
            width = wcwidth(value) if value < 0x30000 else None
            if width != former:
                print(first, value - 1, former)
                first, former = value, width
        """

    /// Terminals follow one version of Unicode or another.
    @Test func `widths are the C library's, but for what only one of both versions knows`() throws {
        let outcome = try Command.script(Self.script)
        let runs = outcome.lines.map { $0.split(separator: " ").compactMap { Int($0) } }
        #expect(runs.count > 200, "\(outcome.text)")
        var differing: [String] = []
        var compared = 0
        for run in runs where run.count == 3 && run[2] >= 0 {
            for value in run[0]...run[1] {
                guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
                let shown = DisplayText("a\(scalar)")
                guard !shown.glyphs.dropFirst().contains(where: { $0.text == "\\" }) || scalar == "\\" else { continue }
                compared += 1
                if shown.columns - 1 != run[2] { differing.append(String(value, radix: 16)) }
            }
        }
        #expect(compared > 100_000)
        #expect(differing.count < compared / 1000, "\(differing)")
    }
}
