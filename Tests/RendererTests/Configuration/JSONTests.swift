import Testing

@testable import Renderer

@Suite struct JSONTests {
    @Test(arguments: [
        ("{}", "{}"), (" { } \n", "{}"), (#"{"a": 1}"#, "{a:1}"),
        (#"{"a":{"b":[1,-2.5e3,true,false,null,"x"]}}"#, #"{a:{b:[1,-2.5e3,true,false,null,"x"]}}"#),
        (#"{"a":1,"a":2}"#, "{a:1,a:2}"), (#"{"a":[]}"#, "{a:[]}"), (#"{"a":[[],{}]}"#, "{a:[[],{}]}"),
        (#"{"a":0}"#, "{a:0}"),
        (#"{"a":-0.0}"#, "{a:-0.0}"),
    ])
    func `values`(text: String, outline: String) throws {
        #expect(try ConfigurationFixture.outline(text, name: "a.json") == outline)
    }

    @Test(arguments: [
        (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{08}\u{0C}\n\r\t"), (#""\u0041\u00e9""#, "A\u{E9}"),
        (#""\ud83d\ude00""#, "\u{1F600}"), (#""${a}""#, "${a}"), ("\"\u{1F600}\u{7F}\"", "\u{1F600}\u{7F}"),
    ])
    func `texts and their escapes`(text: String, meant: String) throws {
        let node = try ConfigurationSyntax.parse(Array("{\"a\": \(text)}".utf8), source: "a.json")
        #expect(node["a"]?.content == .text(meant))
    }

    @Test(arguments: [
        ("", "j.json:1:1: a configuration in JSON is an object: { ... }"),
        ("[]", "j.json:1:1: a configuration in JSON is an object: { ... }"),
        ("{", "j.json:1:1: the { is not closed: add }"), ("{\"a\":1", "j.json:1:1: the { is not closed: add }"),
        ("{} x", "j.json:1:4: something follows the object: there is one in a file"),
        ("{\"a\" 1}", "j.json:1:6: a : is missing after \"a\""),
        ("{a:1}", "j.json:1:2: a key in double quotes is missing here"),
        ("{\"a\":1,}", "j.json:1:8: a key in double quotes is missing here"),
        ("{\"a\":1 \"b\":2}", "j.json:1:8: a comma or } is missing here"),
        ("{\"a\":[1 2]}", "j.json:1:9: a comma or ] is missing here"),
        ("{\"a\":[1,]}", "j.json:1:9: a value is missing here"),
        ("{\"a\":[1", "j.json:1:6: the [ is not closed: add ]"), ("{\"a\":}", "j.json:1:6: a value is missing here"),
        ("{\"a\":yes}", "j.json:1:6: yes is no value in JSON: texts stand in double quotes"),
        ("{\"a\":True}", "j.json:1:6: True is no value in JSON: texts stand in double quotes"),
        ("{\"a\":01}", "j.json:1:6: 01 is no number in JSON"),
        ("{\"a\":0600}", "j.json:1:6: 0600 is no number in JSON"),
        ("{\"a\":1.}", "j.json:1:6: 1. is no number in JSON"), ("{\"a\":-}", "j.json:1:6: - is no number in JSON"),
        ("{\"a\":1.e3}", "j.json:1:6: 1.e3 is no number in JSON"),
        ("{\"a\":1e}", "j.json:1:6: 1e is no number in JSON"),
        ("{\"a\":\"x", "j.json:1:6: the text is not ended: add \""),
        ("{\"a\":\"x\n\"}", "j.json:1:8: a line end or control character in a text: write it as \\n or \\u000a"),
        ("{\"a\":\"\\x\"}", "j.json:1:7: \\x is no escape in JSON"),
        ("{\"a\":\"\\u12\"}", "j.json:1:7: \\u needs four hexadecimal digits"),
        ("{\"a\":\"\\ud83d\"}", "j.json:1:7: \\ud83d is half of a pair: the other half is missing"),
        ("{\"a\":\"\\ude00\"}", "j.json:1:7: \\ude00 is half of a pair: the other half is missing"),
        ("{\"a\":\"\\ud83d\\u0041\"}", "j.json:1:7: \\u41 is not the other half of a pair"),
        ("{\"a\":\"\\", "j.json:1:7: the text ends in a backslash"),
        ("{\"a\":1 // c\n}", "j.json:1:8: a comma or } is missing here"),
    ])
    func `mistakes are told with their place`(text: String, message: String) {
        #expect(ConfigurationFixture.failure(text, name: "j.json") == message)
    }

    @Test func `depth and size have limits`() {
        for opener in ["{\"a\":", "[", "{\"a\":["] {
            let text = "{\"a\":" + String(repeating: opener, count: 100_000)
            #expect(ConfigurationFixture.failure(text, name: "j.json")?.hasSuffix("at most 32 levels are read") == true)
        }
        let many = "{\"a\":[" + String(repeating: "1,", count: ConfigurationLimits.values) + "1]}"
        #expect(ConfigurationFixture.failure(many, name: "j.json")?.hasSuffix("at most 200000 values are read") == true)
    }

    @Test(arguments: [
        ("a.json", "", ConfigurationSyntax.json), ("a.JSON", "a = 1", .json), ("a.yml", "{}", .yaml),
        ("a.yaml", "a = 1", .yaml),
        ("a.hcl", " \n{}", .json), ("a", "{", .json), ("a.conf", "a {}", .hcl), ("a.hcl", "# {", .hcl),
        ("CT_LOCAL_CONFIG", "", .hcl),
    ])
    func `the language is told by the name, else by the first character`(
        name: String, text: String, syntax: ConfigurationSyntax
    ) {
        #expect(ConfigurationSyntax(name: name, text: text) == syntax)
    }
}
