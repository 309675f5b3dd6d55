import Template
import Testing

/// Functions of the host: their types, what is checked, and what they can do.
@Suite struct FunctionTests {
    @Test func `a closure's types are the function's`() {
        let function = Function { (text: String, number: Int, rest: Rest<Value>) in text }
        #expect(function.parameters == [.string, .int])
        #expect(function.variadic == .any)
        #expect(function.result == .string)
        let contextual = Function { (_: Caller, list: [String], float: Double) -> Value in .null }
        #expect(contextual.parameters == [.stringSlice, .float64])
        #expect(contextual.variadic == nil)
        #expect(contextual.result == .any)
    }

    @Test(arguments: [
        ("{{s2 \"a\"}}", "wrong number of args for s2: want 2 got 1"),
        ("{{iv}}", "wrong number of args for iv: want at least 1 got 0"),
        ("{{i1 \"a\"}}", "expected integer; found \"a\""),
        ("{{u1 -1}}", "expected unsigned integer; found -1"),
        ("{{f1 true}}", "expected float; found true"),
        ("{{b1 nil}}", "cannot assign nil to bool"),
        ("{{ls1 1}}", "can't handle 1 for arg of type []string"),
        ("{{i64 (len \"a\")}}", "wrong type for value; expected int64; got int"),
        ("{{s1 nilany}}", "wrong type for value; expected string; got interface {}"),
        ("{{s1 (nilany)}}", "invalid value; expected string"),
        ("{{boom \"x\"}}", "error calling boom: x: helper failed"),
        ("{{nilptr.Key}}", "nil pointer evaluating *dependency.KeyPair.Key"),
        ("{{svc.AddPort}}", "wrong number of args for AddPort: want 1 got 0"),
        ("{{svc.Name 1}}", "Name has arguments but cannot be invoked as function"),
    ])
    func `arguments are checked as Go does`(template: String, reason: String) {
        #expect(render(template).hasSuffix(": " + reason))
    }

    @Test func `constants take the parameter's type, values do not change theirs`() {
        #expect(render("{{i64 5}} {{f1 5}} {{i1 5.0}} {{u1 0x10}} {{any1 'a'}}") == "10 2.5 6 17 int:97")
        #expect(render("{{ls1 (svc).Tags}} {{any1 (svc).Tags}}") == "2 dependency.ServiceTags:[blue prod]")
        #expect(render("{{ls1 nil}} {{ms1 nil}}") == "0 0")
    }

    @Test func `a failure carries the function's error`() throws {
        struct Odd: Error {}
        var functions = FunctionTable()
        functions.register("odd") { () throws -> String in throw Odd() }
        let template = try Template(name: "t", text: "{{odd}}", functions: functions)
        var output: [UInt8] = []
        let error = #expect(throws: TemplateError.self) { try template.execute(data: .null, into: &output) }
        guard case .function(let name, let inner)? = error?.cause else {
            Issue.record("not a function's failure: \(String(describing: error))")
            return
        }
        #expect(name == "odd")
        #expect(inner is Odd)
    }

    @Test func `a function can execute templates of the text`() {
        var functions = FunctionTable()
        functions.register("executeTemplate") { (caller: Caller, name: String, rest: Rest<Value>) throws -> GoString in
            GoString(try caller.execution?.execute(name, data: rest.elements.first ?? .null) ?? [])
        }
        let define = "{{define \"d\"}}<{{.}}>{{end}}"
        #expect(render(define + "{{executeTemplate \"d\" 1 | printf \"%5s|\"}}", functions: functions) == "  <1>|")
        #expect(
            render("{{executeTemplate \"no\"}}", functions: functions).hasSuffix(
                "error calling executeTemplate: template: no template \"no\" associated with template \"t\""))
        #expect(
            render("{{define \"d\"}}{{len 1}}{{end}}{{executeTemplate \"d\"}}", functions: functions).hasSuffix(
                "executeTemplate: template: t:1:16: executing \"d\" at <len 1>: error calling len: len of type int"))
    }

    @Test func `a function of a built-in's name takes its place`() {
        var functions = FunctionTable()
        functions.register("and") { (values: Rest<Value>) in values.elements.count }
        functions.register("len") { (_: Value) in "mine" }
        #expect(render("{{and 0 1 2}} {{len 1}}", functions: functions) == "3 mine")
    }

    @Test func `a function can be a value and be called`() {
        let add = Function { (left: Int, right: Int) in left + right }
        let data: Value = ["add": .function(FunctionValue(add))]
        #expect(render("{{call .add 1 2}}", data) == "3")
        #expect(
            render("{{call .add 1}}", data).hasSuffix("error calling call: wrong number of args for .add: got 1 want 2")
        )
        #expect(render("{{call .add 1 \"x\"}}", data).hasSuffix("arg 1: value has type string; should be int"))
        #expect(render("{{.add}}", data).hasSuffix("can't print {{.add}} of type func(int, int) int"))
    }

    @Test func `methods are found on pointers and values as they are declared`() {
        let type = StructType(
            "p.T", fields: [.init("Name", .string), .init("hidden", .int)],
            methods: [
                Method("OnValue") { (receiver: Receiver) in receiver.value.structureValue?["Name"].text ?? "" },
                Method("OnPointer", needsPointer: true) { (_: Receiver, number: Int) in number * 2 },
            ])
        let structure = Structure(type, ["n"])
        let data: Value = ["p": .pointer(structure), "v": .structure(structure), "nil": .nilPointer(type)]
        #expect(render("{{.p.OnValue}} {{.v.OnValue}} {{.p.OnPointer 4}} {{4 | .p.OnPointer}}", data) == "n n 8 8")
        #expect(render("{{.v.OnPointer 4}}", data).hasSuffix("can't evaluate field OnPointer in type interface {}"))
        #expect(render("{{.p.hidden}}", data).hasSuffix("hidden is an unexported field of struct type interface {}"))
        #expect(render("{{printf \"%+v %v\" .v .p}}", data) == "{Name:n hidden:0} &{n 0}")
        #expect(render("{{.nil.OnPointer 4}}", data).contains("error calling OnPointer"))
    }

    @Test func `types with a name and a text of their own print it`() {
        let number = NamedType("json.Number", underlying: .string) { $0.octets ?? [] }
        let duration = NamedType("time.Duration", underlying: .int64) { value in
            Array("\(value.integer?.signed ?? 0)ns".utf8)
        }
        let data: Value = ["n": .named(Named(number, "12")), "d": .named(Named(duration, .int64(5)))]
        #expect(
            render("{{.n}} {{.d}} {{printf \"%d %s %T %v\" .d .d .d .}}", data)
                == "12 5ns 5 5ns time.Duration map[d:5ns n:12]")
        #expect(render("{{eq .d 5}} {{lt .n \"2\"}} {{len .n}} {{if .d}}y{{end}}", data) == "true true 2 y")
    }
}
