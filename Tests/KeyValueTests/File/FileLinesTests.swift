import Lab
import Testing

@testable import KeyValue

/// Files of plain lines mean what they mean to YAML's parser, and nothing else is taken for one.
@Suite struct FileLinesTests {
    private static func pairs(_ lines: FileLines?) -> [String: String]? {
        lines.map { lines in
            Dictionary(
                lines.lines.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) }, uniquingKeysWith: { $1 })
        }
    }

    private static func slowly(_ text: String) -> [String: String]? {
        (try? FileReader.read(Array(text.utf8), path: "x.yaml"))?.mapValues {
            String(decoding: $0.octets, as: UTF8.self)
        }
    }

    @Test(arguments: [
        "services/web-80/h1:c1:80: 10.0.0.5:80\n", "a: b", "# by hand\n\nb: x y  z\na: \"\"\n",
        "\"a b\": \"c: d # e\"\nb:   7\n", "a:b: c:d\n", "{\n  \"a\": \"b\",\n  \"c/d\": \"{x}\"\n}\n",
        "{\n\"a\": \"b\"\n}",
        "no: node\nyes: nulls\n",
    ])
    func `plain lines`(text: String) throws {
        let found = try #require(Self.pairs(FileLines(Array(text.utf8))))
        #expect(found == Self.slowly(text))
    }

    @Test(arguments: [
        "", "\n", "# a: b\n", "a:\n  b: c\n", "a: b\n c\n", "a: b # c\n", "a: b: c\n", "a: null\n", "a: ~\n", "a:\n",
        "a: b\na: c\n", "a: [b]\n", "a: 'b'\n", "a: \"b\\n\"\n", "a: \"b\n", "a: é\n", "é: a\n", "a: b\r\n", "a:\tb\n",
        "---\na: b\n", "a: &x b\n", "/a: b\n", "\"/a\": b\n", "\"\": b\n", "1: b\n", "a: b\n\u{0}", "{}\n", "{\n}\n",
        "{\n  \"a\": \"b\",\n}\n", "{\n  \"a\": \"b\"\n  \"c\": \"d\"\n}\n", "{\n  \"a\": 1\n}\n",
        "{\n  \"a\": \"b\"\n}\nc: d\n",
        "{\n  \"a\": \"b\"\n", "{\n", "a: b \n", "a: b:\n", "a : b\n", "a\n", "\u{FEFF}a: b\n",
        "{\n  a: \"b\",\n  b: c\n}\n",
        "\(String(repeating: "k", count: 2_000)): a\n",
    ])
    func `all else is left to the parser`(text: String) {
        #expect(Self.pairs(FileLines(Array(text.utf8))) == nil)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `whatever is taken is what YAML says, whatever came before`(seed: UInt64) {
        var generator = SeededGenerator(seed: 700 + seed)
        let pieces = [
            "a", "b-1", "services/web-80/h:c:80", "k", ": ", ": ", ": ", ":", " ", "\n", "\n", "\n", "\"", "\"x y\"",
            "#",
            "10.0.0.1:80", "weight=5", "null", "{\n", "\n}", ",\n", "'", "-", "- ", "  ", "[", "é", "\\", "~", "&a",
            "true",
        ]
        var memory = FileLines()
        var taken = 0
        for _ in 0..<4_000 {
            var text = Int.random(in: 0..<5, using: &generator) == 0 ? "{\n" : ""
            let isJSON = !text.isEmpty
            for number in 0..<Int.random(in: 1...5, using: &generator) {
                let key = "k\(Int.random(in: 0..<9, using: &generator))"
                let value = ["v", "10.0.0.1:80 weight=\(number)", "x"].randomElement(using: &generator) ?? ""
                text += isJSON ? "  \"\(key)\": \"\(value)\",\n" : "\(key): \(value)\n"
            }
            if isJSON { text = text.dropLast(2) + "\n}\n" }
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = text.unicodeScalars.indices.randomElement(using: &generator) ?? text.startIndex
                text.insert(contentsOf: pieces.randomElement(using: &generator) ?? "", at: place)
            }
            guard let lines = FileLines(Array(text.utf8), after: memory) else { continue }
            taken += 1
            #expect(Self.pairs(lines) == Self.slowly(text), "\(text.debugDescription)")
            #expect(Self.pairs(lines) == Self.pairs(FileLines(Array(text.utf8))))
            memory = lines
        }
        #expect(taken > 500)
    }
}
