import Template
import Testing

/// What executing a template does, and what it says when it cannot.
@Suite struct ExecutionTests {
    private let data: Value = ["name": "web", "port": 8080, "tags": .list(["a", "b"]), "nul": .null]

    @Test func `what was written before an error stays`() throws {
        let template = try Template(name: "t", text: "a{{.name}}{{.name.x}}b")
        var output = Array("before ".utf8)
        let error = #expect(throws: TemplateError.self) { try template.execute(data: data, into: &output) }
        #expect(String(decoding: output, as: UTF8.self) == "before aweb")
        #expect(error?.line == 1)
        #expect(error?.column == 17)
        #expect(error?.context == ".name.x")
        #expect(error?.reason == "can't evaluate field x in type interface {}")
        #expect(error?.phase == .execution)
    }

    @Test(arguments: [
        (
            "\n é{{.port.x}}",
            "template: t:2:10: executing \"t\" at <.port.x>: can't evaluate field x in type interface {}"
        ),
        (
            "{{define \"d\"}}{{len .}}{{end}}{{template \"d\" 1}}",
            "template: t:1:16: executing \"d\" at <len .>: error calling len: len of type int"
        ),
        (
            "{{template \"no\"  .name}}",
            "template: t:1:11: executing \"t\" at <{{template \"no\" .name}}>: template \"no\" not defined"
        ),
        (
            "{{if (s1   .port|print)}}{{end}}",
            "template: t:1:11: executing \"t\" at <.port>: wrong type for value; expected string; got int"
        ),
        (
            "{{and false ($x := 1)}}{{$x}}",
            "template: t:1:25: executing \"t\" at <$x>: undefined variable: $x"
        ),
        ("{{range .name}}{{end}}", "template: t:1:8: executing \"t\" at <.name>: range can't iterate over web"),
        (
            "{{range $i, $e := 3}}{{end}}",
            "template: t:1:18: executing \"t\" at <3>: can't use 3 to iterate over more than one variable"
        ),
    ])
    func `an error tells its place as Go does`(template: String, expected: String) {
        #expect(render(template, data) == expected)
    }

    @Test func `a key that is missing is nothing, zero or an error`() {
        let zero = TemplateOptions(missingKey: .zero)
        let error = TemplateOptions(missingKey: .error)
        #expect(render("{{.no}}|{{.no.more}}", data) == "<no value>|<no value>")
        #expect(render("{{.no}}|{{(msi).no}}|{{(mss).no}}", data, options: zero) == "<no value>|0|")
        #expect(render("{{.no}}", data, options: error).hasSuffix("at <.no>: map has no entry for key \"no\""))
        #expect(render("{{.no}}", .null, options: error).hasSuffix("at <.no>: nil data; no entry for key \"no\""))
    }

    @Test func `a range goes over maps in order, channels once, and numbers`() {
        #expect(render("{{range $k, $v := .}}{{$k}}={{$v}} {{end}}", ["b": 1, "a": 2, "10": 3]) == "10=3 a=2 b=1 ")
        #expect(render("{{$c := count 2}}{{range $c}}{{.}}{{end}}{{range $c}}x{{else}}empty{{end}}") == "01empty")
        #expect(render("{{range $i := 3}}{{$i}}{{end}}{{range -1}}x{{else}}none{{end}}") == "012none")
    }

    @Test func `variables end with their block`() {
        #expect(render("{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{$x}}{{end}}{{$x}}") == "32")
        #expect(render("{{with $y := 5}}{{$y}}{{.}}{{end}}{{range $y := 2}}{{$y}}{{end}}") == "5501")
    }

    @Test func `a template of the text can be executed by its name`() throws {
        let template = try Template(name: "t", text: "outer{{define \"d\"}}<{{.}}>{{end}}")
        var output: [UInt8] = []
        try template.execute("d", data: 7, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "<7>")
        #expect(throws: TemplateError.self) { try template.execute("no", data: .null, into: &output) }
    }

    @Test func `each execution can have functions of its own`() throws {
        var first = FunctionTable()
        first.register("who") { () in "first" }
        var second = FunctionTable()
        second.register("who") { () in "second" }
        let template = try Template(name: "t", text: "{{who}} ", functions: first)
        var output: [UInt8] = []
        try template.execute(data: .null, into: &output)
        try template.execute(data: .null, functions: second, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "first second ")
        let error = #expect(throws: TemplateError.self) {
            try template.execute(data: .null, functions: FunctionTable(), into: &output)
        }
        #expect(error?.reason == "\"who\" is not a defined function")
    }

    @Test func `an empty definition gives way to a full one, and two full ones are refused`() {
        #expect(render("{{define \"a\"}} {{end}}{{define \"a\"}}x{{end}}{{template \"a\"}}") == "x")
        #expect(render("{{define \"t\"}}own{{end}} \n ") == "own")
        #expect(
            render("{{define \"a\"}}x{{end}}\n{{define \"a\"}}y{{end}}")
                == "template: t:2: template: multiple definition of template \"a\"")
    }
}
