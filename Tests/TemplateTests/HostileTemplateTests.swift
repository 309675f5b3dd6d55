import Lab
import Template
import Testing

/// Anything at all may be in a template: it comes out, or there is an error, in bounded time.
@Suite struct HostileTemplateTests {
    private static let pieces = [
        "{{", "}}", "{{-", "-}}", " - ", "(", ")", "|", ":=", "=", ",", ".", "$", "\"", "`", "'", "\\", "/*", "*/",
        "\n", " ", "if ", "else", "end", "range ", "with ", "nil", "true", "1", "0x", "1e9", "'a'", "break", "continue",
        "define ", "template ", "block ", ".a", ".a.b", "$x", "$x := ", "index ", "slice ", "printf ", "\"%d\"",
        "\"%*[3]v\"", "print ", "len ", "eq ", "and ", "or ", "call ", "svc", ".Tags.First", "count 3", "anys", "mis",
        "nilptr", "é", "\u{0}", "\u{A0}", "9223372036854775808", "2i", "{{end}}", "{{else}}", "{{if .a}}",
        "{{range .l}}", "{{range $i, $e := .m}}", "{{template \"d\" .}}", "{{define \"d\"}}", "{{/* c */}}",
    ]

    private static let data: Value = [
        "a": 1, "s": "text", "l": .list([1, "two", .null, .list([])]), "m": ["k": "v", "n": .null], "nul": .null,
    ]

    private static let options: TemplateOptions = {
        var options = TemplateOptions()
        options.limits.steps = 20_000
        options.limits.outputBytes = 100_000
        options.limits.totalBytes = 1_000_000
        return options
    }()

    /// Whether `text` was read and executed to its end.
    @discardableResult
    private static func run(_ text: [UInt8]) -> Bool {
        var output: [UInt8] = []
        do throws(TemplateError) {
            let template = try Template(name: "t", text: text, functions: RecorderFunctions.table, options: options)
            try template.execute(data: data, into: &output)
            return true
        } catch {
            #expect(!error.reason.isEmpty)
            #expect(output.count <= options.limits.outputBytes + 10_000)
            return false
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `pieces in any order`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
            Self.run(Array(text.utf8))
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `actions of grammatical pieces`(seed: UInt64) {
        var generator = SeededGenerator(seed: 100 + seed)
        var completed = 0
        for _ in 0..<2_000 {
            var writer = GrammarWriter(generator: generator)
            let text = writer.template()
            generator = writer.generator
            if Self.run(Array(text.utf8)) { completed += 1 }
        }
        #expect(completed > 100, "nearly nothing of what the grammar makes is a template")
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `octets changed at random`(seed: UInt64) {
        var generator = SeededGenerator(seed: 200 + seed)
        for _ in 0..<2_000 {
            var writer = GrammarWriter(generator: generator)
            var text = Array(writer.template().utf8)
            generator = writer.generator
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !text.isEmpty {
                let place = text.indices.randomElement(using: &generator) ?? 0
                switch UInt8.random(in: 0..<3, using: &generator) {
                case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: text.remove(at: place)
                default: text.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            Self.run(text)
        }
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func `formats of any flags and verbs`(seed: UInt64) {
        var generator = SeededGenerator(seed: 300 + seed)
        let alphabet = Array("%%%%+-# 0123456789.*[]vdsqxXtTpbceEfFgGoOUwzé".unicodeScalars)
        let values: [Value] = [
            1, -7, "text", .float(1.5), .null, .bool(true), .list([1, "a"]), ["k": "v"], .bytes([0, 255]),
            .complex(Complex(real: 1, imaginary: -2)), .nilPointer(RecorderFunctions.keyPair), .float32(0.1),
            RecorderFunctions.pair(GoString("a"), GoString("b")), .float(.infinity),
        ]
        for _ in 0..<5_000 {
            var format = ""
            for _ in 0..<Int.random(in: 1...10, using: &generator) {
                format.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "%")
            }
            let count = Int.random(in: 0...3, using: &generator)
            let operands = (0..<count).map { _ in values.randomElement(using: &generator) ?? .null }
            // A width or precision has at most seven digits, and ten characters have room for one such.
            #expect(GoFormat.format(Array(format.utf8), operands).count < 24_000_000)
        }
    }
}
