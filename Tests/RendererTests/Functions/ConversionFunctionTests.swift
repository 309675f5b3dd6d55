import Testing

@testable import Renderer

/// Numbers, JSON, YAML, TOML and other letters.
@Suite struct ConversionFunctionTests {
    @Test(
        arguments: [
            ("1_0", nil), ("1e400", Double.infinity), ("0x1p4", 16), ("0x10", nil), (".5", 0.5), ("5.", 5), (".", nil),
            ("-Inf", -.infinity), ("+nan", nil), ("1e", nil), ("", nil), ("1 ", nil),
        ] as [(String, Double?)])
    func `floats are read by Go's rules`(text: String, value: Double?) {
        #expect(NumberText.float(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        ("{", "unexpected end of JSON input"), ("nope", "invalid character 'o' in literal null (expecting 'u')"),
        ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
        ("[1 2]", "invalid character '2' after array element"), ("1 2", "invalid character '2' after top-level value"),
        (#"{"a" 1}"#, "invalid character '1' after object key"),
        (#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
        (#""\x""#, "invalid character 'x' in string escape code"), ("-", "unexpected end of JSON input"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("'a'", #"invalid character '\'' looking for beginning of value"#),
        ("1e999", "json: cannot unmarshal number 1e999 into Go value of type float64"),
    ])
    func `JSON is refused in Go's words`(text: String, reason: String) {
        #expect {
            try JSONDecoding.value(Array(text.utf8))
        } throws: {
            "\($0)" == reason
        }
    }

    @Test(arguments: [
        (
            #"{{parseYAML "a: [1, 0o17, 017, 1e3, .5, 1_000, 0b11, +5, 1.0, .inf]"}}"#,
            "map[a:[1 15 15 1000 0.5 1000 3 5 1 +Inf]]"
        ),
        (#"{{parseYAML "a: 1\nb: 2\na: 3\n'b': 4\n\"b\": 5"}}"#, "map[a:3 b:5]"),
        (#"{{parseYAML "{a: 1, a: {b: 1, b: 2}}"}}"#, "map[a:map[b:2]]"),
        (#"{{parseYAML "x: &d {k: 1, j: 2}\nz:\n  <<: *d\n  k: 3"}}"#, "map[x:map[j:2 k:1] z:map[j:2 k:3]]"),
        (#"{{parseYAML "a: !!binary aGk="}}{{parseYAML "!!str 5" | printf "%T"}}"#, "map[a:hi]string"),
        (
            #"{{toYAML (parseJSON `{"k10":[],"k9":{},"a":"yes","b":"x\ny","c":" p"}`)}}"#,
            "a: \"yes\"\nb: |-\n  x\n  \"y\"\nc: ' p'\nk9: {}\nk10: []".replacing("\"y\"", with: "y")
        ),
        (
            #"{{toTOML (parseJSON `{"b":{"c":{"d":1}},"a":[1],"t":[{"x":"q\""}]}`)}}"#,
            "a = [1.0]\n\n[b]\n  [b.c]\n    d = 1.0\n\n[[t]]\n  x = \"q\\\"\""
        ),
        (#"{{toJSON (parseJSON `{"b":1e21,"a":[1e-7,"<\u2028"]}`)}}"#, #"{"a":[1e-7,"\u003c\u2028"],"b":1e+21}"#),
        (#"{{base64Encode "??>>"}}{{base64URLEncode "??>>"}}{{base64Decode "Pz8\n+Pg=="}}"#, "Pz8+Pg==Pz8-Pg==??>>"),
        (#"{{sha1Hex "a"}}"#, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
    ])
    func `values in other languages`(template: String, text: String) {
        #expect(FunctionTexts.text(of: template) == text)
    }

    @Test(arguments: [
        (#"parseYAML "a: b: c""#, "yaml: mapping values are not allowed in this context"),
        (#"parseYAML "x: 1\na: b: c""#, "yaml: line 2: mapping values are not allowed in this context"),
        (#"parseYAML "a: *zz""#, "yaml: unknown anchor 'zz' referenced"),
        (#"toTOML (parseYAML "a: 1")"#, "toTOML: toml: cannot encode a map with non-string key type"),
        (#"toYAML (loop 1)"#, "cannot marshal type: <-chan int64"),
        (#"base64Decode "a===""#, "base64Decode: illegal base64 data at input byte 1"),
    ])
    func `what cannot be is refused`(call: String, reason: String) {
        #expect(FunctionTexts.reason(of: "{{\(call)}}") == reason)
    }

    @Test func `texts that expand without end are refused`() {
        let laughs = (1...12).map {
            "a\($0): &a\($0) [\(Array(repeating: $0 == 1 ? "x" : "*a\($0 - 1)", count: 9).joined(separator: ","))]"
        }
        for text in [
            laughs.joined(separator: "\n"), laughs.joined(separator: "\n") + "\n? *a12\n: x",
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 5000),
        ] {
            #expect(throws: (any Error).self) { try YAMLDecoding.value(text) }
        }
        #expect(throws: (any Error).self) { try JSONDecoding.value([UInt8](repeating: 0x5B, count: 100_000)) }
    }

    @Test(arguments: [
        ("2006-01-02T15:04:05.000Z", "2024-02-29T13:04:05.123Z"), ("Jan _2 3:04PM", "Feb 29 1:04PM"),
        ("Mon Monday January 002 __2", "Thu Thursday February 060  60"), (".999999 ,00", ".123456 ,12"),
        ("Z07:00 -0700 MST", "Z +0000 UTC"), ("Janet Month", "Janet Month"), ("_2006 06", "_2024 24"),
    ])
    func `times are written by Go's layouts`(layout: String, text: String) {
        #expect(GoTime(RecordedCase.now).format(layout) == text)
    }

    @Test func `times are read by Go's layouts`() throws {
        let time = try GoTime.read(
            Array("2024-02-29T13:04:05.5+02:00".utf8), layout: Array("2006-01-02T15:04:05Z07:00".utf8))
        #expect(time.seconds == 1_709_204_645 && time.nanoseconds == 500_000_000 && time.offset == 7200)
        for text in ["2023-02-29", "2024-13-01", "x", "2024-01-011"] {
            #expect(GoTime.parse(Array(text.utf8), layout: Array("2006-01-02".utf8)) == nil)
        }
        for day in stride(from: -1_000_000, through: 1_000_000, by: 377) {
            let date = GoTime.date(ofDay: day)
            #expect(GoTime.day(year: date.year, month: date.month, day: date.day) == day)
        }
    }

    @Test(arguments: [(0, "0s"), (1500, "1.5µs"), (7_805_000_000_000, "2h10m5s"), (-90_000_000_000, "-1m30s")])
    func `spans are written as Go does`(nanoseconds: Int, text: String) {
        #expect(GoDuration.text(of: Int64(nanoseconds)) == text)
        #expect(GoDuration.parse(text) == Int64(nanoseconds))
    }
}
