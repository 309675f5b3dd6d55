/// What the body of a range does with the world around it.
struct RangeFacts {
    /// A variable that it may take from outside, and the fields that it asks of it.
    struct Capture: Hashable {
        var name: Int32
        var fields: [Int32]
    }

    /// Where its instruction `next` is.
    var next: Int
    /// What it reads; names that it declares itself may be among them.
    var captures: [Capture]
    /// The names that it assigns to.
    var assigned: [Int32]
}

/// Finds the ranges whose rounds depend on nothing but their element and variables, and do nothing but write and set
/// variables.
struct RangeReader {
    /// A longer body is left alone: looking at nested ones again and again has to end.
    private static let instructionsMax = 1_000
    private static let capturesMax = 64

    /// What a run of instructions does.
    private struct Findings {
        var isPure = true
        var callees: Set<Int> = []
        var captures: Set<RangeFacts.Capture> = []
        var assigned: Set<Int32> = []
    }

    private let tree: SyntaxTree
    private let callables: [Callable]
    private var definitions: [Int: Findings] = [:]

    init(_ tree: SyntaxTree, _ callables: [Callable]) {
        self.tree = tree
        self.callables = callables
    }

    /// The facts of the range at `place`; nil if it is none of these.
    mutating func facts(of place: RangePlace) -> RangeFacts? {
        let code = tree.definitions[place.definition].code
        let body = place.open + 1
        let end = code[body..<min(body + Self.instructionsMax, code.count)].firstIndex { instruction in
            if case .next(let target) = instruction { Int(target) == body } else { false }
        }
        guard let end else { return nil }
        let findings = findings(in: code, body..<end)
        guard findings.isPure, findings.captures.count <= Self.capturesMax, areCalleesPure(findings) else { return nil }
        // In the same order in each execution, since their values are compared.
        let captures = findings.captures.sorted {
            $0.name == $1.name ? $0.fields.lexicographicallyPrecedes($1.fields) : $0.name < $1.name
        }
        return RangeFacts(next: end, captures: captures, assigned: findings.assigned.sorted())
    }

    private mutating func areCalleesPure(_ findings: Findings) -> Bool {
        var pending = Array(findings.callees)
        var known = findings.callees
        while let callee = pending.popLast() {
            if definitions[callee] == nil {
                let code = tree.definitions[callee].code
                definitions[callee] = self.findings(in: code, code.indices)
            }
            guard let own = definitions[callee], own.isPure else { return false }
            for next in own.callees where known.insert(next).inserted { pending.append(next) }
        }
        return true
    }

    private func findings(in code: [Instruction], _ range: Range<Int>) -> Findings {
        var findings = Findings()
        for index in range {
            switch code[index] {
            case .text, .next, .close, .jump, .finish, .nextInRange: break
            case .show(_, let pipeline), .evaluate(let pipeline), .openIf(let pipeline, _),
                .openWith(let pipeline, _), .openRange(let pipeline, _):
                look(at: pipeline, &findings)
            case .leaveRange(_, let target):
                // A break of the range itself: what is not reached is part of what came of it.
                if Int(target) > range.upperBound { findings.isPure = false }
            case .call(let node):
                guard case .template(let name, let pipeline) = tree.rows.nodes[Int(node)] else { break }
                let target = tree.targets[Int(name)]
                if target < 0 { findings.isPure = false } else { findings.callees.insert(Int(target)) }
                if pipeline >= 0 { look(at: pipeline, &findings) }
            }
            if !findings.isPure { break }
        }
        return findings
    }

    /// Looks at all that is within a pipeline.
    private func look(at pipeline: NodeIndex, _ findings: inout Findings) {
        var pending = [pipeline]
        while let node = pending.popLast() {
            switch tree.rows.nodes[Int(node)] {
            case .pipeline(let commands, let variables, let isAssignment):
                pending += tree.rows.children[commands.indices]
                if isAssignment { findings.assigned.formUnion(tree.rows.nameLists[variables.indices]) }
            case .command(let operands): pending += tree.rows.children[operands.indices]
            case .chain(let base, _): pending.append(base)
            case .variable(let name, let fields):
                findings.captures.insert(.init(name: name, fields: Array(tree.rows.nameLists[fields.indices])))
            case .function(let function): if !isPure(callables[Int(function)]) { findings.isPure = false }
            case .action, .template, .dot, .null, .bool, .number, .string, .field: break
            }
        }
    }

    private func isPure(_ callable: Callable) -> Bool {
        switch callable {
        case .builtin(let builtin): builtin != .call
        case .function(let function): function.isPure
        case .undefined: false
        }
    }
}
