import Lab

/// Writes templates of grammatical pieces, most of which can be read.
struct GrammarWriter {
    var generator: SeededGenerator
    private var variables: [String] = []

    init(generator: SeededGenerator) { self.generator = generator }

    private mutating func choose(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func template() -> String {
        variables = []
        var text = body(depth: 3)
        if chance(30) {
            variables = []
            text += "{{define \"d\"}}\(body(depth: 1)){{end}}"
        }
        return text
    }

    private mutating func body(depth: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &generator) { text += action(depth: depth) }
        return text
    }

    private mutating func action(depth: Int) -> String {
        let open = choose(["{{", "{{", "{{- "])
        let close = choose(["}}", "}}", " -}}"])
        switch Int.random(in: 0..<(depth > 0 ? 9 : 4), using: &generator) {
        case 0: return choose(["text", " \n ", "é", "{", "}"])
        case 1, 2: return open + pipeline(depth: 2) + close
        case 3:
            let name = choose(["$x", "$y"])
            let value = pipeline(depth: 1)
            variables.append(name)
            return "\(open)\(name) \(choose([":=", "="])) \(value)\(close)"
        case 4, 5:
            let word = choose(["if", "with"])
            let first = "\(open)\(word) \(pipeline(depth: 1))\(close)\(body(depth: depth - 1))"
            let second = chance(50) ? "{{else}}\(body(depth: depth - 1))" : ""
            return "\(first)\(second){{end}}"
        case 6, 7:
            let source = choose([".l", ".m", "anys", "mis", "count 3", "5", ".nul", "svcs", "100000000"])
            let names = choose(["", "$x := ", "$x, $y := "])
            if !names.isEmpty { variables += ["$x"] }
            let inner = body(depth: depth - 1) + choose(["", "{{break}}", "{{continue}}"])
            return "\(open)range \(names)\(source)\(close)\(inner){{end}}"
        default: return "{{template \"\(choose(["d", "no"]))\" \(pipeline(depth: 1))}}"
        }
    }

    private mutating func pipeline(depth: Int) -> String {
        var text = command(depth: depth)
        while chance(20) {
            text += " | " + choose(["print", "printf \"%v\"", "len", "not", "any1", "html", "index .l"])
        }
        return text
    }

    private mutating func command(depth: Int) -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: return operand(depth: depth)
        case 2: return "\(choose(["len", "not", "any1", "print", "echo", "html"])) \(operand(depth: depth))"
        case 3:
            return
                "\(choose(["eq", "lt", "and", "or", "index", "print"])) \(operand(depth: depth)) \(operand(depth: depth))"
        case 4: return "printf \"%\(choose(["v", "d", "s", "q", "5v", "#v", "T"]))\" \(operand(depth: depth))"
        default: return "slice \(operand(depth: depth)) 1"
        }
    }

    private mutating func operand(depth: Int) -> String {
        if depth > 0 && chance(20) { return "(\(pipeline(depth: depth - 1)))" }
        if let variable = variables.randomElement(using: &generator), chance(20) { return variable }
        return choose([
            ".", "$", ".a", ".s", ".l", ".m", ".m.k", ".nul", ".no", "1", "-1", "2.5", "'x'", "\"t\"", "`r`", "true",
            "nil", "svc", "svc.Name", "svc.Tags.First", "mss.k", "anys", "nilptr", "bytes3", "2i",
        ])
    }
}
