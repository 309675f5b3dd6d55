import Testing

@testable import Renderer

/// Regular expressions of Go's syntax, matched by PCRE2.
@Suite struct RegexFunctionTests {
    @Test(arguments: [
        ("a|b", "xb", true), ("^a$", "a\n", false), ("(?m)^a$", "b\na\n", true), (".", "\n", false),
        ("(?s).", "\n", true),
        (#"\bfoo\b"#, "a foo", true), (#"[[:alpha:]_]+"#, "é", false), (#"\pL"#, "é", true), (#"[^\pL]"#, "é", false),
        (#"\Qa.b\E"#, "a.b", true), (#"\x{e9}"#, "é", true), ("(?i)É", "é", true), ("x{,5}", "x{,5}", true),
        ("[]a]", "]", true), (#"\S"#, "\u{B}", true), ("(?U)a+", "aa", true), ("", "", true), (#"\z"#, "", true),
        ("[a-]", "-", true), ("(?:a(?i)b)c", "aBc", true), ("(?:a(?i)b)c", "aBC", false),
    ])
    func `matches as Go does`(pattern: String, text: String, isMatch: Bool) throws {
        let regex = try GoRegex.compiled(Array(pattern.utf8))
        #expect(try (regex.match(.init(Array(text.utf8))) != nil) == isMatch)
    }

    @Test(arguments: [
        ("[", "missing closing ]: `[`"), ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"),
        ("*", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
        ("a{1001}", "invalid repeat count: `{1001}`"), ("(a{100}){11}", "invalid repeat count: `{11}`"),
        (#"\1"#, #"invalid escape sequence: `\1`"#), (#"\C"#, #"invalid escape sequence: `\C`"#),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"), ("(?<!a)", "invalid named capture: `(?<!a)`"),
        (#"a\"#, "trailing backslash at end of expression: ``"), ("[b-a]", "invalid character class range: `b-a`"),
        (#"\p{No}"# + #"\p{Nowhere}"#, #"invalid character class range: `\p{Nowhere}`"#),
        ("(?i", "missing closing ): `(?i`"), ("(?P<a b>c)", "invalid named capture: `(?P<a b>`"),
    ])
    func `refuses in Go's words`(pattern: String, reason: String) {
        #expect {
            try GoRegex.compiled(Array(pattern.utf8))
        } throws: {
            "\($0)" == "error parsing regexp: \(reason)"
        }
    }

    @Test(arguments: [
        ("a(x*)b", "${1}W", "-ab-axxb-", "-W-xxW-"), ("a(x*)b", "$1W", "-ab-axxb-", "--xx-".replacing("xx", with: "")),
        ("", "-", "abc", "-a-b-c-"), ("b*", "-", "abc", "-a-c-"), ("(?P<x>a)|(?P<x>b)", "<$x>", "ab", "<a><b>"),
        ("a", "$$", "a", "$"), ("a", "$", "a", "$"), ("é*", "x", "aéé", "xax"),
    ])
    func `replaces as Go does`(pattern: String, template: String, text: String, result: String) throws {
        let regex = try GoRegex.compiled(Array(pattern.utf8))
        let replaced = try regex.replace(Array(text.utf8), template: Array(template.utf8))
        #expect(String(decoding: replaced, as: UTF8.self) == result)
    }

    @Test func `a pattern that goes back without end fails instead`() throws {
        let regex = try GoRegex.compiled(Array("(x+x+)+(y|z)".utf8))
        #expect(throws: (any Error).self) { try regex.match(.init([UInt8](repeating: 0x78, count: 200) + [0x77])) }
    }

    @Test func `octets that are not UTF-8 are one code point each`() throws {
        let regex = try GoRegex.compiled(Array("^..$".utf8))
        #expect(try regex.match(.init([0xFF, 0xFE])) != nil)
    }
}
