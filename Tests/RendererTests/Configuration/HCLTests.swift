import Testing

@testable import Renderer

@Suite struct HCLTests {
    @Test(arguments: [
        ("", "{}"), ("  \n\t\r\n", "{}"), ("a = 1", "{a:1}"), ("a = 1 b = 2", "{a:1,b:2}"),
        ("a = 1, b = 2,", "{a:1,b:2}"), ("a {}", "{a:{}}"), ("a = {}", "{a:{}}"), ("a { b = 1 }", "{a:{b:1}}"),
        ("a { b = 1, c = 2, }", "{a:{b:1,c:2}}"), ("a { b { c = true } }", "{a:{b:{c:true}}}"),
        ("a {} a {}", "{a:{},a:{}}"), ("a \"x\" { b = 1 }", "{a:{x:{b:1}}}"), ("a x y {}", "{a:{x:{y:{}}}}"),
        ("\"a b\" = 1", "{a b:1}"), ("a-b.c_d9 = 1", "{a-b.c_d9:1}"), ("\u{E9}t\u{E9} = 1", "{\u{E9}t\u{E9}:1}"),
        ("a = []", "{a:[]}"), ("a = [1, \"b\", true,]", "{a:[1,\"b\",true]}"),
        ("a = [[1], {b = 2}]", "{a:[[1],{b:2}]}"),
        ("a = [\n  \"x\", # one\n  \"y\" // two\n]", "{a:[\"x\",\"y\"]}"),
        ("# c\na = 1 // d\n/* e\n * f */ b = /* g */ 2", "{a:1,b:2}"), ("/***/a=1/**/", "{a:1}"), ("a = 1 #", "{a:1}"),
        ("truely = 1", "{truely:1}"),
    ])
    func `blocks, assignments, lists and comments`(text: String, outline: String) throws {
        #expect(try ConfigurationFixture.outline(text) == outline)
    }

    @Test(arguments: [
        "0", "-0", "42", "-42", "0600", "0x1F", "-0x1f", "1.5", "-0.25", ".5", "1e3", "1E3", "1e-3", "1.5e+3", "0.1",
        "00", "09.5",
    ])
    func `numbers stay as they were written`(text: String) throws {
        let outline = try ConfigurationFixture.outline("a = \(text)")
        #expect(outline.lowercased() == "{a:\(text)}".lowercased())
    }

    @Test(arguments: [
        (#""""#, ""), (#""a b""#, "a b"), (#""\a\b\f\n\r\t\v\\\"""#, "\u{07}\u{08}\u{0C}\n\r\t\u{0B}\\\""),
        (#""\101\x41\u0041\U00000041""#, "AAAA"), (#""\u00e9\U0001F600""#, "\u{E9}\u{1F600}"),
        (#""\xc3\xa9""#, "\u{E9}"), (#""'#//=""#, "'#//="), (#""${a "b" \n c}""#, #"${a "b" \n c}"#),
        ("\"${a\nb}\"", "${a\nb}"), (#""${a{b}c}\t""#, "${a{b}c}\t"), (#""$a $ {""#, "$a $ {"),
        (#""{{ key \"a\" }}""#, #"{{ key "a" }}"#), ("\"\u{1F600}e\u{301}\"", "\u{1F600}e\u{301}"),
    ])
    func `texts and their escapes`(text: String, meant: String) throws {
        let node = try ConfigurationSyntax.parse(Array("a = \(text)".utf8), source: "a.hcl")
        #expect(node["a"]?.content == .text(meant))
    }

    @Test(arguments: [
        ("<<EOF\nx\ny\nEOF\n", "x\ny\n"), ("<<EOF\nEOF\n", ""), ("<<EOF\n\nEOF\n", "\n"), ("<<EOF\nx\nEOF", "x\n"),
        ("<<EOF\n  x \\n \"y\" # z\nEOF\n", "  x \\n \"y\" # z\n"), ("<<E_1\nEOF\n E_12\nE_1\n", "EOF\n E_12\n"),
        // The blanks before the closing name are the text's end, as HCL has it.
        ("<<EOF\n    x\n  EOF\n", "    x\n  "),
        ("<<-EOF\n    x\n      y\n    EOF\n", "x\n  y\n"), ("<<-EOF\n\tx\n\tEOF\n", "x\n"),
        ("<<-EOF\n  x\n y\n  EOF\n", "  x\n y\n"), ("<<-EOF\n  x\n\n  EOF\n", "  x\n\n"),
        ("<<-EOF\n  x\nEOF\n", "  x\n"),
        ("<<EOF\r\nx\r\nEOF\r\n", "x\r\n"),
    ])
    func `heredocs`(text: String, meant: String) throws {
        let node = try ConfigurationSyntax.parse(Array("a = \(text)".utf8), source: "a.hcl")
        #expect(node["a"]?.content == .text(meant))
    }

    @Test func `what follows a heredoc is read`() throws {
        #expect(
            try ConfigurationFixture.outline("t {\n  a = <<X\n}\nX\n  b = 1\n}\nc = 2") == "{t:{a:\"}\\n\",b:1},c:2}")
    }

    @Test func `keys and values have their places`() throws {
        let node = try ConfigurationSyntax.parse(Array("\u{FEFF}a = 1\nb {\n  \"c\" = [\n  true]\n}".utf8), source: "f")
        let fields = try #require(node.fields)
        #expect(fields.map(\.place.description) == ["f:1:1", "f:2:1"])
        #expect(fields[0].value.place.description == "f:1:5")
        let inner = try #require(fields[1].value.fields?.first)
        #expect(inner.place.description == "f:3:3")
        #expect(inner.value.place.description == "f:3:9")
        guard case .list(let items) = inner.value.content else {
            Issue.record("no list")
            return
        }
        #expect(items[0].place.description == "f:4:3")
    }

    @Test(arguments: [
        ("a", "a.hcl:1:2: a is followed by the end of the file: write = and a value, or {"),
        ("a = ", "a.hcl:1:5: the end of the file is no value: a text in double quotes, a number, true or false is"),
        ("a = b", "a.hcl:1:5: b is no value: texts stand in double quotes: \"b\""),
        ("a = }", "a.hcl:1:5: } is no value: a text in double quotes, a number, true or false is"),
        ("a b = 1", "a.hcl:1:5: a block with a label is followed by { and not by ="),
        ("= 1", "a.hcl:1:1: = is no key: keys are words, or in double quotes"),
        ("1 = 1", "a.hcl:1:1: 1 is no key: keys are words, or in double quotes"),
        ("true = 1", "a.hcl:1:1: true is no key: keys are words, or in double quotes"),
        ("a 1", "a.hcl:1:3: a is followed by 1: write = and a value, or {"),
        ("a {\n b = 1", "a.hcl:1:3: the { is not closed: add }"),
        ("a = 1\n}", "a.hcl:2:1: } closes nothing here"),
        ("a = [1", "a.hcl:1:5: the [ is not closed: add ]"),
        ("a = [1 2]", "a.hcl:1:8: 2 after an item of a list: a comma or ] is missing"),
        ("a = [1,,2]", "a.hcl:1:8: a comma is no value: a text in double quotes, a number, true or false is"),
        ("a = \"x", "a.hcl:1:5: the text is not ended: add \""),
        ("a = \"x\ny\"", "a.hcl:1:5: the text is not ended on its line: add \", or use <<EOF"),
        ("a = \"${x\"", "a.hcl:1:5: the ${ in the text is not ended: add }"),
        ("a = \"\\q\"", "a.hcl:1:6: \\q is no escape: \\n, \\t, \\\", \\\\ and others are; a backslash itself is \\\\"),
        ("a = \"\\", "a.hcl:1:6: the text ends in a backslash"),
        ("a = \"\\u12g4\"", "a.hcl:1:6: the escape needs 4 digits of base 16"),
        ("a = \"\\x\u{FF11}1\"", "a.hcl:1:6: the escape needs 2 digits of base 16"),
        ("a = \"\\U00110000\"", "a.hcl:1:6: \\U110000 is no character of Unicode"),
        ("a = \"\\ud800\"", "a.hcl:1:6: \\ud800 is no character of Unicode"),
        ("a = \"\\18\"", "a.hcl:1:6: the escape needs 3 digits of base 8"),
        ("a = \"\\777\"", "a.hcl:1:6: \\777 is more than \\377"),
        ("a = <EOF\nEOF\n", "a.hcl:1:5: a heredoc begins with <<NAME"),
        ("a = <<\nEOF\n", "a.hcl:1:5: a heredoc begins with << and a name that ends its line, such as <<EOF"),
        ("a = <<EOF x\nEOF\n", "a.hcl:1:5: a heredoc begins with << and a name that ends its line, such as <<EOF"),
        ("a = <<EOF\nx\nEOF2\n", "a.hcl:1:5: the heredoc is not ended: add a line that holds EOF alone"),
        ("a = <<EOF", "a.hcl:1:5: the heredoc is not ended: add a line that holds EOF alone"),
        ("/* a", "a.hcl:1:1: the comment is not ended: add */"), ("/*/", "a.hcl:1:1: the comment is not ended: add */"),
        ("/ a", "a.hcl:1:1: a comment begins with //, # or /*"),
        ("a = 5s", "a.hcl:1:5: 5s begins no number: texts stand in double quotes, such as \"5s\""),
        ("a = 1.2.3", "a.hcl:1:5: 1.2. begins no number: texts stand in double quotes, such as \"5s\""),
        ("a = 0x", "a.hcl:1:5: 0x begins no number: texts stand in double quotes, such as \"5s\""),
        ("a = -", "a.hcl:1:5: - begins no number: texts stand in double quotes, such as \"5s\""),
        ("a = 1e", "a.hcl:1:5: 1e begins no number: texts stand in double quotes, such as \"5s\""),
        ("a = 0780", "a.hcl:1:5: 0780 is no octal number, as the 0 before it says: take the 0 away"),
        ("a = 'x'", "a.hcl:1:5: ' begins nothing in HCL: texts stand in double quotes"),
        ("a = \u{00}", "a.hcl:1:5: U+0 begins nothing in HCL: texts stand in double quotes"),
        ("a: 1", "a.hcl:1:2: : begins nothing in HCL: texts stand in double quotes"),
    ])
    func `mistakes are told with their place and what would be right`(text: String, message: String) {
        #expect(ConfigurationFixture.failure(text) == message)
    }

    @Test func `depth and size have limits`() {
        let depth = ConfigurationLimits.depth
        #expect(
            ConfigurationFixture.failure(String(repeating: "a {", count: depth) + String(repeating: "}", count: depth))
                == nil)
        for opener in ["a {", "a x {", "a = {"] {
            let text = String(repeating: opener, count: 100_000)
            #expect(
                ConfigurationFixture.failure(text)?.hasSuffix("nested too deeply: at most 32 levels are read") == true)
        }
        #expect(
            ConfigurationFixture.failure("a = " + String(repeating: "[", count: 100_000))
                == "a.hcl:1:37: nested too deeply: at most 32 levels are read")
        #expect(
            ConfigurationFixture.failure("a " + String(repeating: "x ", count: 100_000) + "{}")?.hasSuffix(
                "32 levels are read")
                == true)
        let many = "a = [" + String(repeating: "1,", count: ConfigurationLimits.values) + "]"
        #expect(ConfigurationFixture.failure(many)?.hasSuffix("too large: at most 200000 values are read") == true)
        let octets = String(repeating: "#", count: ConfigurationLimits.fileOctets + 1)
        #expect(ConfigurationFixture.failure(octets) == "a.hcl: too large: at most 4194304 octets are read")
    }

    @Test func `what is not UTF-8 is refused where it begins`() {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationSyntax.parse(Array("a = 1\nb = \"".utf8) + [0xC3, 0x28], source: "f")
        }
        #expect(error?.description == "f:2:6: not UTF-8")
    }
}
