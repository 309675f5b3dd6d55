import Template
import Testing

/// Templates that would take the program with them end with an error instead.
@Suite struct LimitTests {
    private static func options(_ change: (inout TemplateLimits) -> Void) -> TemplateOptions {
        var options = TemplateOptions()
        change(&options.limits)
        return options
    }

    private static let functions: FunctionTable = {
        var functions = FunctionTable()
        functions.register("executeTemplate") { (caller: Caller, name: String) throws -> GoString in
            GoString(try caller.execution?.execute(name, data: .null) ?? [])
        }
        functions.register("list") { (values: Rest<Value>) in Value.list(values.elements) }
        functions.register("append") { (list: Value, value: Value) -> Value in
            if case .list(let list) = list { .list(list.items + [value]) } else { .null }
        }
        functions.register("text") { () in String(repeating: "x", count: 100) }
        functions.register("dict") { () in Value.map(Map([], isMutable: true)) }
        functions.register("set") { (target: Value, key: Value, value: Value) -> Value in
            if case .map(let map) = target { map.set(key, to: value) }
            return target
        }
        return functions
    }()

    private static func failure(_ template: String, _ options: TemplateOptions = TemplateOptions()) -> TemplateError? {
        var output: [UInt8] = []
        do throws(TemplateError) {
            let template = try Template(name: "t", text: template, functions: functions, options: options)
            try template.execute(data: .null, into: &output)
            return nil
        } catch {
            return error
        }
    }

    private static func isLimit(_ error: TemplateError?) -> Bool {
        if case .limit? = error?.cause { true } else { false }
    }

    @Test func `a loop without end runs out of steps`() {
        let options = Self.options { $0.steps = 100_000 }
        #expect(Self.isLimit(Self.failure("{{range 1000000000000}}{{end}}", options)))
        #expect(Self.isLimit(Self.failure("{{range 1000000}}{{range 1000000}}{{$x := 1}}{{end}}{{end}}", options)))
        #expect(Self.failure("{{range 1000}}{{end}}", options) == nil)
    }

    @Test func `a template that calls itself ends where Go's does`() {
        #expect(
            Self.failure("{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}")?.description
                == "template: t:1:25: executing \"r\" at <{{template \"r\"}}>: exceeded maximum template depth (100000)"
        )
    }

    @Test func `templates that execute one another over a function end`() {
        let error = Self.failure("{{define \"r\"}}{{executeTemplate \"r\"}}{{end}}{{template \"r\"}}")
        #expect(Self.isLimit(error) || error?.reason.contains("exceeded maximum depth of executions (20)") == true)
        let nested =
            String(repeating: "(print ", count: 50) + "(executeTemplate \"r\")" + String(repeating: ")", count: 50)
        #expect(Self.isLimit(Self.failure("{{define \"r\"}}{{\(nested)}}{{end}}{{template \"r\"}}")))
    }

    @Test func `parentheses are counted, blocks are not`() {
        func nest(_ open: String, _ inner: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + inner + String(repeating: close, count: count)
        }
        #expect(Self.failure("{{" + nest("(print ", "1", ")", 100) + "}}") == nil)
        #expect(Self.failure("{{" + nest("(print ", "1", ")", 101) + "}}")?.reason == "max expression depth exceeded")
        #expect(Self.failure(nest("{{if true}}{{with 1}}", "x", "{{end}}{{end}}", 20_000)) == nil)
        #expect(Self.failure(nest("{{range 1}}", "x", "{{end}}", 10_000)) == nil)
        #expect(Self.failure("{{if false}}" + nest("{{else if false}}", "x", "", 20_000) + "{{end}}") == nil)
    }

    @Test func `output and texts on the way are bounded`() {
        let small = Self.options { $0.outputBytes = 10_000 }
        #expect(Self.isLimit(Self.failure("{{range 100000}}0123456789{{end}}", small)))
        #expect(Self.isLimit(Self.failure("{{printf \"%900000d\" 1}}", small)))
        #expect(Self.isLimit(Self.failure("{{$x := \"ab\"}}{{range 64}}{{$x = print $x $x}}{{end}}", small)))
        let total = Self.options { $0.totalBytes = 1_000_000 }
        #expect(Self.isLimit(Self.failure("{{range 100000}}{{$x := printf \"%1000d\" 1}}{{end}}", total)))
    }

    @Test func `lists in lists in lists are let go of, and printed to a depth`() {
        #expect(Self.failure("{{$x := 1}}{{range 200000}}{{$x = list $x}}{{end}}") == nil)
        #expect(Self.isLimit(Self.failure("{{$x := 1}}{{range 1000}}{{$x = list $x}}{{end}}{{$x}}")))
        #expect(Self.failure("{{$x := 1}}{{range 100}}{{$x = list $x}}{{end}}{{$x}}") == nil)
    }

    @Test func `a map that holds itself is printed to a depth and let go of`() {
        #expect(Self.isLimit(Self.failure("{{$d := dict}}{{$d = set $d \"self\" $d}}{{$d}}")))
    }

    @Test func `maps that hold one another in a long row are let go of`() {
        let text = "{{$d := dict}}{{range 100000}}{{$n := dict}}{{$x := set $d \"n\" $n}}{{$d = $n}}{{end}}"
        #expect(Self.failure(text) == nil)
    }

    @Test func `a list that grows by copies leaves none behind`() {
        // Kept, the copies would be hundreds of MB.
        #expect(Self.failure("{{$l := list}}{{range 4000}}{{$l = append $l .}}{{end}}") == nil)
    }

    @Test func `texts of functions are counted`() {
        let total = Self.options { $0.totalBytes = 1_000_000 }
        #expect(Self.isLimit(Self.failure("{{range 100000}}{{$x := text}}{{end}}", total)))
        let nested = "{{define \"d\"}}{{text}}{{end}}{{range 100000}}{{$x := executeTemplate \"d\"}}{{end}}"
        #expect(Self.isLimit(Self.failure(nested, total)))
    }

    @Test func `very many variables are paid for`() {
        let options = Self.options { $0.steps = 1_000_000 }
        let text = "{{$first := 1}}" + (0..<20_000).map { "{{$v\($0) := 1}}" }.joined()
        #expect(Self.failure(text, options) == nil)
        #expect(Self.isLimit(Self.failure(text + "{{range 20000}}{{$x := $first}}{{end}}", options)))
    }

    @Test func `the caller can stop it`() throws {
        let template = try Template(name: "t", text: "{{range 1000000000}}{{end}}")
        var output: [UInt8] = []
        var looks = 0
        let error = #expect(throws: TemplateError.self) {
            try template.execute(
                data: .null,
                shouldStop: {
                    looks += 1
                    return looks == 5
                }, into: &output)
        }
        guard case .stopped? = error?.cause else {
            Issue.record("not stopped: \(String(describing: error))")
            return
        }
        #expect(looks == 5)
    }

    @Test func `a text that is too long is refused`() {
        let options = Self.options { $0.sourceBytes = 10 }
        #expect(Self.isLimit(Self.failure("01234567890", options)))
    }
}
