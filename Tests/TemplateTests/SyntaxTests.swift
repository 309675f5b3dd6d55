import Template
import Testing

/// How texts are cut into tokens and read.
@Suite struct SyntaxTests {
    @Test(arguments: [
        ("x \n {{- 1 -}} \t\r\n y", "x1y"),
        ("a {{-3}} b", "a -3 b"),
        ("a\u{A0}{{- 1}}", "a\u{A0}1"),
        ("{{/* a }} b */}}c", "c"),
        ("a {{- /* c */ -}} b", "ab"),
        ("{{\n1\n}}", "1"),
        ("{{print `a\r\nb` \"\\t\\x41\\u00e9\\101\"}}", "a\nb\tAéA"),
        ("{{'\\n'}} {{'é'}} {{017}} {{0b11}} {{0x_1F}} {{1_000}}", "10 233 15 3 31 1000"),
        ("{{if false}}a{{else if false}}b{{else}}c{{end}}", "c"),
        ("{{with 0}}a{{else with 2}}b{{.}}{{else}}c{{end}}", "b2"),
        ("{{define \"a\"}}{{.}}{{end}}{{template \"a\" 1}}{{block \"b\" 2}}-{{.}}{{end}}", "1-2"),
        (
            "{{range $i, $e := .}}{{if eq $e 2}}{{continue}}{{end}}{{$i}}{{$e}}{{if eq $e 3}}{{break}}{{end}}{{end}}",
            "0123"
        ),
        ("{{1 | print 2 |}}", "2 1"),
    ])
    func `a text means what it means in Go`(template: String, expected: String) {
        #expect(render(template, .list([1, 2, 3, 4])) == expected)
    }

    @Test(arguments: [
        ("a\n{{.a", "template: t:2: unclosed action"),
        ("a\n{{.a\n", "template: t:3: unclosed action started at t:2"),
        ("{{.a\n\"", "template: t:2: unterminated quoted string in action started at t:1"),
        ("{{if true}}", "template: t:1: unexpected EOF"),
        ("{{end}}", "template: t:1: unexpected {{end}}"),
        ("{{block \"b\" .}}\n{{else}}", "template: t:1: unexpected {{else}} in block clause"),
        ("{{define \"d\"}}\n{{else}}", "template: t:2: unexpected {{else}} in define clause"),
        ("{{\"abcdefghijklm\" \"x\" := 1}}", "template: t:1: unexpected \":=\" in operand"),
        ("{{.a abcdefghijklm}}", "template: t:1: function \"abcdefghijklm\" not defined"),
        ("{{define \"abcdefghijklm}}", "template: t:1: unterminated quoted string"),
        ("{{template abcdefghijklm}}", "template: t:1: unexpected \"abcdefghij\"... in template clause"),
        ("{{$x := 1}}{{define \"d\"}}{{$x}}{{end}}", "template: t:1: undefined variable \"$x\""),
        ("{{range .}}{{else}}{{break}}{{end}}", "template: t:1: {{break}} outside {{range}}"),
        ("{{1 | 2}}", "template: t:1: non executable command in pipeline stage 2"),
        ("{{\u{7}}}", "template: t:1: unrecognized character in action: U+0007"),
    ])
    func `a text that is none is refused as in Go`(template: String, expected: String) {
        #expect(render(template) == expected)
    }

    @Test func `delimiters may be anything`() {
        #expect(render("<%.%> {{.}}", 1, delimiters: Delimiters(left: "<%", right: "%>")) == "1 {{.}}")
        #expect(render("a |- . -| b", 1, delimiters: Delimiters(left: "|", right: "|")) == "a1b")
        #expect(render("{{.>>", 1, delimiters: Delimiters(right: ">>")) == "1")
        #expect(Delimiters(left: "") == .standard)
    }

    @Test func `break and continue are words unless functions have the names`() {
        var functions = FunctionTable()
        functions.register("break") { () in "called" }
        #expect(render("{{break}}", functions: functions) == "called")
        #expect(render("{{continue}}", functions: functions) == "template: t:1: {{continue}} outside {{range}}")
    }

    @Test func `octets that are no text pass through`() throws {
        let template = try Template(name: "t", text: [0xFF, 0x0D, 0x0A] + Array("{{\"\\xfe\"}}".utf8) + [0xC3])
        var output: [UInt8] = []
        try template.execute(data: .null, into: &output)
        #expect(output == [0xFF, 0x0D, 0x0A, 0xFE, 0xC3])
    }

    @Test func `names and calls are known without executing`() throws {
        let text = "{{define \"d\"}}{{s1 \"a\" | s2 .x}}{{end}}\n{{if echo}}{{s2 `b` (s1 .)}}{{end}}"
        let template = try Template(name: "t", text: text, functions: RecorderFunctions.table)
        #expect(template.templateNames == ["d", "t"])
        #expect(template.calledFunctions == ["echo", "s1", "s2"])
        #expect(
            template.calls == [
                Template.Call(function: "s1", line: 1, arguments: ["a"]),
                Template.Call(function: "s2", line: 1, arguments: [nil]),
                Template.Call(function: "echo", line: 2, arguments: []),
                Template.Call(function: "s2", line: 2, arguments: ["b", nil]),
                Template.Call(function: "s1", line: 2, arguments: [nil]),
            ])
    }
}
