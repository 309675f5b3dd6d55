import Lab
import Template
import Testing

@testable import Renderer

/// Functions called with whatever there is: each call gives a text or an error, and nothing ends the program.
@Suite struct FunctionFuzzTests {
    private static let arguments = [
        "0", "1", "-1", "3", "2.5", "-9223372036854775808", "9223372036854775807", "1e300", "true", "nil", #""""#,
        #""a""#,
        #""a,b,c""#, #""é\xff\n x""#, #""-9""#, #""2006-01-02""#, #""[a-z]+(""#, #""(a|b)*""#, #""{\"a\":[1,{}]}""#,
        #""a: [b, *c]""#,
        "(sprig_list 1 \"a\" nil)", "(sprig_dict \"a\" 1)", "(split \",\" \"a,b\")",
        "(parseJSON `{\"a\":{\"b\":[1,null]}}`)",
        "(parseYAML \"a: 1\")", "(loop 2)", "(ls \"p\")", "(service \"s\")", "scratch",
        "(sprig_toDate \"2006\" \"2024\")", "(sprig_semver \"1.2\")",
        "(sprig_list)", "(splitToMap \",\" \"=\" \"a=1\")", "'x'", "(parseUint \"7\")", "$",
    ]

    @Test func `any function with any arguments`() throws {
        var generator = SeededGenerator(seed: 4)
        let names = FunctionCatalogue.names.names.filter { $0 != "timestamp" }
        var answered = 0
        for _ in 0..<6000 {
            let name = try #require(names.randomElement(using: &generator))
            var call = name
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                call += " " + (Self.arguments.randomElement(using: &generator) ?? "1")
            }
            let text = FunctionTexts.text(of: "{{\(call)}}")
            if !text.hasPrefix("!") { answered += 1 }
            #expect(text.utf8.count < 1 << 20, "\(call)")
        }
        #expect(answered > 500)
    }

    @Test func `expressions of any octets`() {
        var generator = SeededGenerator(seed: 5)
        let parts = Array(#"ab\d\w[]^-(?:P<n>)i*+?{1,3}|.$\p{L}\x{e9}"#.utf8)
        for _ in 0..<5000 {
            let pattern = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                parts.randomElement(using: &generator) ?? 0x61
            }
            guard let regex = try? GoRegex(pattern) else { continue }
            _ = try? regex.replace(Array("aab1 é\n".utf8), template: Array("<$1>".utf8))
        }
    }

    @Test func `texts of other languages with octets changed`() {
        var generator = SeededGenerator(seed: 6)
        let texts = [
            #"{"a":[1,2.5e3,"x\u00e9\n",null,true],"b":{"c":{}}}"#,
            "a: [1, 'x', \"y\\n\"]\nb: &r {c: ~}\nd: *r\ne: |\n  t\nf: !!binary aGk=\na: 2\n",
        ]
        for round in 0..<4000 {
            var octets = Array(texts[round % 2].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                octets[place] =
                    Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator) : octets.randomElement(using: &generator) ?? 0
            }
            _ = try? JSONDecoding.value(octets)
            _ = try? YAMLDecoding.value(String(decoding: octets, as: UTF8.self))
            _ = try? BaseEncoding.base64.decode(octets)
            _ = GoTime.parse(Array("2024-01-02".utf8), layout: octets)
        }
    }
}
