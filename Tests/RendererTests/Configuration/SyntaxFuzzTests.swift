import Lab
import Testing

@testable import Renderer

/// Whatever octets a configuration has, reading it ends, with a tree or with an error that has a place.
@Suite struct SyntaxFuzzTests {
    static let seeds = [
        """
        consul { address = "127.0.0.1:8500", retry { attempts = 0x10 backoff = "250ms" } } # c
        template {
          contents = <<-EOF
            {{ key "a" }}
            EOF
          destination = "/tmp/\\u00e9${a}\\x41\\101"
          perms = 0600 /* d */ exec { command = ["a", 'b', true,] }
        }
        wait = "5s:10s"
        """,
        #"{"consul": {"address": "a\u0041\ud83d\ude00", "retry": {"attempts": -1.5e3}}, "template": [{"source": null}, {}]}"#,
        "consul: &c {address: 'x', retry: {attempts: 3}}\ntemplate:\n  - source: x\n    contents: |\n      a\n  - *c\nwait: ~\n",
    ]
    static let pieces = [
        "{", "}", "[", "]", "\"", "\\", "<<EOF\n", "EOF\n", "=", ",", "#", "/*", "*/", "${", "\n", "\t", " ", "0x",
        "1e", "- ", "? ", ": ", "&a ", "*a ", "|\n", ">\n", "!!x ", "%YAML 1.1\n",
        "---\n", "template", "consul", "exec", "wait", "true", "null", "\u{0}", "\u{FEFF}", "\u{2028}", "\u{1F600}",
        "'", "\\u", "\\ud800", "-",
    ]

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `mutated files end in a configuration or in errors with places`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            var octets = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...8, using: &generator) { mutate(&octets, using: &generator) }
            for name in ["f.hcl", "f.json", "f.yaml"] { try read(octets, name: name, round: round) }
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `words thrown together end in a configuration or in errors with places`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            let count = Int.random(in: 0...40, using: &generator)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
            for name in ["f.hcl", "f.json", "f.yaml"] { try read(Array(text.utf8), name: name, round: round) }
        }
    }

    private func mutate(_ octets: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0...octets.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: octets.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 1: octets.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
        case 2: octets.removeSubrange(place..<min(octets.count, place + Int.random(in: 0...20, using: &generator)))
        case 3: octets.removeSubrange(place...)
        default:
            let end = min(octets.count, place + Int.random(in: 0...30, using: &generator))
            octets.insert(contentsOf: Array(octets[place..<end]), at: place)
        }
    }

    private func read(_ octets: [UInt8], name: String, round: Int) throws {
        let document: ConfigurationNode
        do {
            document = try ConfigurationSyntax.parse(octets, source: name)
        } catch {
            #expect(
                error.place.source == name && error.place.line >= 1 && error.place.column >= 1, "\(error) \(octets)")
            return
        }
        var errors: [ConfigurationError] = []
        let layer = ConfigurationLayer(document, errors: &errors)
        let reader = ConfigurationReader()
        _ = RenderConfiguration(layer, isOnce: round.isMultiple(of: 2), reader: reader)
        for error in errors + reader.errors {
            #expect(error.place.source == name && error.place.line >= 1, "\(error) \(octets)")
        }
    }

    @Test func `a hundred thousand mistakes cost little and a hundred are told`() throws {
        let text = "template { sorce = 1 }\nunknown_key_number = 2\nconsul { address = true }\n"
        let (_, errors) = try ConfigurationFixture.read(String(repeating: text, count: 20_000))
        #expect(errors.count >= 100 && errors.count <= 200)
    }

    @Test func `many templates are read in reasonable time`() throws {
        let text = String(repeating: "template { source = \"a\" destination = \"b\" }\n", count: 50_000)
        let clock = ContinuousClock()
        var count = 0
        let time = try clock.measure { count = try ConfigurationFixture.configuration(text).templates.count }
        #expect(count == 50_000)
        #expect(time < .seconds(60))
    }
}
