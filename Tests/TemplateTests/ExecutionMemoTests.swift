import Lab
import Synchronization
import Template
import Testing

/// What is kept from execution to execution changes nothing but the time that it takes.
@Suite struct ExecutionMemoTests {
    private static let node = StructType(
        "test.Node",
        fields: [
            .init("Name", .string), .init("Port", .int), .init("Tags", .stringSlice),
            .init("Kids", .anySlice),
        ])

    /// Functions of one execution; `counter` counts the calls of the one that is to be seen.
    private static func functions(_ counter: Counter = Counter()) -> FunctionTable {
        var table = FunctionTable()
        table.register("add") { (left: Int, right: Int) in left &+ right }
        table.register("bang") { (text: String) in
            counter.count()
            return text + "!"
        }
        table.register("list") { (values: Rest<Value>) in Value.list(values.elements) }
        table.register("dict") { () in Value.map(Map([], isMutable: true)) }
        table.register("put") { (map: Value, key: String, value: Value) -> String in
            if case .map(let map) = map { map.set(.string(key), to: value) }
            return ""
        }
        for name in table.names { table[name]?.isPure = true }
        let ticks = Counter()
        table.register("tick") { () in
            counter.count()
            ticks.count()
            return ticks.value
        }
        return table
    }

    final class Counter: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }

        func count() { number.withLock { $0 += 1 } }
    }

    private static func leaf(_ name: String, _ port: Int, tags: [String] = [], kids: [Value] = []) -> Value {
        .pointer(Structure(node, [.string(name), .int(port), .strings(tags), .list(kids)]))
    }

    private static func execute(
        _ template: Template, _ data: Value, _ memo: ExecutionMemo?, _ counter: Counter = Counter()
    ) -> String {
        var output: [UInt8] = []
        do throws(TemplateError) {
            try template.execute(data: data, functions: functions(counter), memo: memo, into: &output)
            return String(decoding: output, as: UTF8.self)
        } catch {
            return String(decoding: output, as: UTF8.self) + error.description
        }
    }

    private static func template(_ text: String) throws -> Template {
        try Template(name: "t", text: text, functions: functions())
    }

    /// How many calls of `bang` and `tick` each execution of `text` for each of `data` makes, with one memo.
    private func calls(_ text: String, _ data: [Value]) throws -> [Int] {
        let template = try Self.template(text)
        let memo = ExecutionMemo()
        return data.map { data in
            let counter = Counter()
            #expect(Self.execute(template, data, memo, counter) == Self.execute(template, data, nil))
            return counter.value
        }
    }

    // MARK: - What is saved

    @Test func `only what changed is executed`() throws {
        var items = (0..<100).map { Self.leaf("n\($0)", $0) }
        let before = Value.list(items)
        items[50] = Self.leaf("new", 7)
        items.remove(at: 20)
        items.removeSubrange(60..<80)
        items.insert(Self.leaf("more", 8), at: 3)
        let after = Value.list(items)
        let counts = try calls("{{range $i := .}}{{.Name | bang}}:{{$i.Port}} {{end}}", [before, after, after, before])
        // Where many are gone, some are executed before it is noticed.
        #expect(counts[0] == 100 && 2...6 ~= counts[1] && counts[2] == 0 && 22...26 ~= counts[3], "\(counts)")
    }

    @Test func `variables from outside count`() throws {
        let items = Value.list((0..<10).map { Self.leaf("n\($0)", $0) })
        let text = "{{$x := .X}}{{$unused := .Y}}{{range .L}}{{$y := print $x .Name}}{{bang $y}}{{end}}"
        let counts = try calls(
            text,
            [
                ["X": "a", "Y": 1, "L": items], ["X": "a", "Y": 2, "L": items], ["X": "b", "Y": 2, "L": items],
                ["X": .list([1]), "Y": 2, "L": items],
            ])
        #expect(counts == [10, 0, 10, 10])
    }

    @Test func `a field of a variable counts, not all of it`() throws {
        let tags = Value.strings(["a", "b"])
        func data(_ name: String) -> Value {
            .list([.pointer(Structure(Self.node, [.string(name), .int(1), tags, .list(Self.items)]))])
        }
        let text =
            "{{range .}}{{$top := .}}{{range .Kids}}{{tick}}{{end}}{{range .Kids}}{{len $top.Tags}}{{bang .Name}}{{end}}{{end}}"
        #expect(try calls(text, [data("a"), data("b")]) == [20, 10])
    }

    private static let items = (0..<10).map { leaf("n\($0)", $0) }

    @Test func `variables that a round sets are set`() throws {
        var items = Self.items
        let before = Value.list(items)
        items[4] = Self.leaf("n4", 40)
        let text =
            "{{$last := 0}}{{range .}}{{if ne .Port $last}}{{bang .Name}}{{end}}{{$last = add .Port 1}}{{end}}{{$last}}"
        // The one after the new one finds another value in the variable, and what it sets is the same again.
        #expect(try calls(text, [before, .list(items), .list(items)]) == [0, 2, 0])
    }

    @Test func `an index counts only where it is looked at`() throws {
        let fewer = Value.list(Array(Self.items.dropFirst()))
        #expect(try calls("{{range $i, $x := .}}{{bang $x.Name}}{{end}}", [.list(Self.items), fewer]) == [10, 0])
        #expect(
            try calls("{{range $i, $x := .}}{{$i}}{{bang $x.Name}}{{end}}", [.list(Self.items), fewer]) == [10, 9])
    }

    @Test func `what follows a range of known rounds is reached`() throws {
        let data: Value = ["L": .list(Self.items), "E": .list([])]
        let text = "{{range .L}}{{bang .Name}}{{else}}none{{end}}|{{range .E}}x{{else}}none{{end}}|{{.E}}"
        #expect(try calls(text, [data, data]) == [10, 0])
    }

    // MARK: - What is left alone

    @Test(arguments: [
        "{{range .}}{{tick}}{{end}}", "{{range .}}{{template \"d\" .}}{{end}}{{define \"d\"}}{{tick}}{{end}}",
        "{{$m := dict}}{{range .}}{{put $m .Name tick}}{{end}}{{range $k, $v := $m}}{{$k}}{{$v}}{{end}}",
    ])
    func `what is not pure is called each time`(text: String) throws {
        #expect(try calls(text, [.list(Self.items), .list(Self.items)]) == [10, 10])
    }

    @Test func `a map that is written to is another each time`() throws {
        let text = "{{$m := dict}}{{range .}}{{put $m .Name .Port}}{{bang .Name}}{{end}}{{$m}}"
        #expect(try calls(text, [.list(Self.items), .list(Self.items)]) == [10, 10])
    }

    @Test func `a map that a round makes is not kept for the next execution`() throws {
        let text = "{{$m := 0}}{{range .}}{{$m = dict}}{{put $m .Name .Port}}{{end}}{{$m}}"
        _ = try calls(text, [.list(Self.items), .list(Self.items), .list(Self.items)])
    }

    @Test func `a range that breaks off`() throws {
        let text = "{{range .}}{{if eq .Port 5}}{{break}}{{end}}{{bang .Name}}{{end}}"
        #expect(try calls(text, [.list(Self.items), .list(Self.items)]) == [5, 5])
    }

    @Test func `after a failure what was known before is known`() throws {
        let bad = Value.list(Self.items + [.string("no node")])
        let counts = try calls("{{range .}}{{bang .Name}}{{end}}", [.list(Self.items), bad, .list(Self.items)])
        #expect(counts == [10, 0, 0])
    }

    @Test func `another template begins anew`() throws {
        let memo = ExecutionMemo()
        let (first, second) = (
            try Self.template("{{range .}}a{{.Name}}{{end}}"), try Self.template("{{range .}}b{{.Name}}{{end}}")
        )
        for template in [first, second, first, second] {
            #expect(Self.execute(template, .list(Self.items), memo) == Self.execute(template, .list(Self.items), nil))
        }
    }

    @Test func `limits hold as without it`() throws {
        var options = TemplateOptions()
        options.limits.steps = 20_000
        let few = Value.list((0..<1_000).map { Self.leaf("n\($0)", $0) })
        guard case .list(let list) = few else { return }
        let many = Value.list(list.items + list.items + list.items)
        let template = try Template(
            name: "t", text: "{{range .}}{{.Name}}{{.Port}}{{end}}", functions: Self.functions(), options: options)
        let memo = ExecutionMemo()
        #expect(!Self.execute(template, few, memo).contains("limit"))
        #expect(!Self.execute(template, few, memo).contains("limit"))
        let wide = Value.list(
            (0..<4).flatMap { _ in [many] }.flatMap { value -> [Value] in
                if case .list(let list) = value { list.items } else { [] }
            })
        #expect(Self.execute(template, wide, nil).contains("the limit of 20000 steps is reached"))
        #expect(Self.execute(template, wide, memo).contains("the limit of 20000 steps is reached"))
    }

    // MARK: - Any template

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `any template writes the same`(seed: UInt64) throws {
        var world = World(generator: SeededGenerator(seed: 400 + seed))
        var saved = 0
        for _ in 0..<200 {
            let text = world.template()
            let template = try Self.template(text)
            let memo = ExecutionMemo()
            world.refill()
            for _ in 0..<4 {
                let data = world.data
                let (with, without) = (Counter(), Counter())
                let expected = Self.execute(template, data, nil, without)
                let found = Self.execute(template, data, memo, with)
                #expect(found == expected, "\(text)")
                if with.value < without.value { saved += 1 }
                world.change()
            }
        }
        #expect(saved > 100, "hardly anything was saved")
    }

    /// Templates of ranges and variables, and data for them of which a part stays from execution to execution.
    private struct World {
        var generator: SeededGenerator
        private var items: [Value] = []
        private var settings: Value = 0

        init(generator: SeededGenerator) { self.generator = generator }

        var data: Value { ["L": .list(items), "X": settings, "M": ["a": settings, "b": "q"]] }

        private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

        private mutating func choose(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

        private mutating func item(depth: Int) -> Value {
            let number = Int.random(in: 0..<6, using: &generator)
            let kids =
                depth > 0 ? (0..<Int.random(in: 0...3, using: &generator)).map { _ in item(depth: depth - 1) } : []
            return leaf("n\(number)", number, tags: ["t\(number)", "u"], kids: kids)
        }

        mutating func refill() {
            items = (0..<Int.random(in: 0...12, using: &generator)).map { _ in item(depth: 2) }
            settings = .int(Int.random(in: 0..<3, using: &generator))
        }

        mutating func change() {
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0...items.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where place < items.count: items[place] = item(depth: 2)
                case 1 where place < items.count: items.remove(at: place)
                case 2 where place < items.count: items.swapAt(0, place)
                case 3: settings = .int(Int.random(in: 0..<3, using: &generator))
                default: items.insert(place > 0 && chance(30) ? items[0] : item(depth: 2), at: place)
                }
            }
        }

        mutating func template() -> String {
            "{{$top := .}}{{$a := 0}}{{$b := .X}}{{range $i, $e := .L}}\(body(depth: 3)){{end}}{{$a}}{{$b}}"
                + "{{range $k, $e := .M}}\(choose(["{{$k}}", "{{bang $k}}", ""])){{$e}}{{end}}"
                + "{{range .L}}\(body(depth: 2)){{else}}none{{end}}{{$a}}"
                + "{{define \"d\"}}{{bang .Name}}\(choose(["", "", "", "{{tick}}"])){{range .Kids}}{{template \"d\" .}}{{end}}{{end}}"
        }

        private mutating func body(depth: Int) -> String {
            (0..<Int.random(in: 1...4, using: &generator)).map { _ in action(depth: depth) }.joined()
        }

        private mutating func action(depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 16 : 9), using: &generator) {
            case 0, 1: "{{bang .Name}}"
            case 2: "{{.Port}} "
            case 3: choose(["{{$a = add $a .Port}}", "{{$b = .Name}}", "{{$b = .Tags}}", "{{$a = add $a 1}}"])
            case 4: choose(["{{$a}}", "{{$b}}", "{{$top.X}}", "{{len $top.L}}", "{{$.X}}"])
            case 5: choose(["{{$c := .Port}}{{$c = add $c 1}}{{$c}}", "{{$a := .Name}}{{$a}}"])
            case 6: choose(["{{index .Tags 0}}", "{{.Tags}}", "{{print $b .Name}}"])
            case 7: choose(["{{tick}}", "x", "x", "x", "{{$m := dict}}{{put $m \"k\" $a}}{{$m}}"])
            case 8: choose(["{{if eq .Port 2}}{{continue}}{{end}}", "{{if gt $a 40}}{{break}}{{end}}", "y"])
            case 9, 10: "{{range .Kids}}\(body(depth: depth - 1)){{end}}"
            case 11: "{{range $i, $e := .Kids}}{{$i}}\(body(depth: depth - 1)){{else}}-{{end}}"
            case 12: "{{if gt .Port 2}}\(body(depth: depth - 1)){{else}}\(body(depth: depth - 1)){{end}}"
            case 13: "{{with .}}\(body(depth: depth - 1)){{end}}"
            case 14: "{{template \"d\" .}}"
            default: "{{range $t := .Tags}}{{$t}}\(choose(["", "{{$a = add $a 1}}", "{{$b = $t}}"])){{end}}"
            }
        }
    }
}
