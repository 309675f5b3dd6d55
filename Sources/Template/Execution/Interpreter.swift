/// Runs a template's code.
///
/// Calls of templates and open blocks stand on stacks of its own; only expressions in parentheses deepen the thread's.
struct Interpreter {
    /// A variable: its name by number, and its value.
    struct Variable {
        var name: Int32
        var operand: Operand
    }

    /// A template that called another one and waits for it.
    struct Frame {
        var definition: Int
        var next: Int
        var base: Int
        var dot: Operand
    }

    /// An open block: what holds again after it.
    struct Scope {
        var variableCount: Int
        var dot: Operand
    }

    let execution: Execution
    let tree: SyntaxTree
    let missingKey: MissingKey
    let limits: TemplateLimits
    /// What has been written.
    var output: [UInt8]
    var variables: [Variable] = []
    /// Where the variables of the template at hand begin.
    var base = 0
    var dot = Operand.missing
    var definition = 0
    var frames: [Frame] = []
    var scopes: [Scope] = []
    var iterations: [Iteration] = []
    /// Arguments of calls that are being prepared.
    var arguments: [Operand] = []
    /// What is being evaluated, for messages; -1 for nothing yet.
    var current: NodeIndex = -1
    /// Steps until the budget is asked.
    var stepsLeft = Budget.stepsBetweenLooks
    /// Where each name of a field was found last, by its place among the tree's lists of names.
    var fieldCache: [FieldCache]
    /// What ranges wrote before, and write now.
    var recorder: RangeRecorder?

    /// Where a structure type has a field.
    struct FieldCache {
        var type: ObjectIdentifier?
        var index: Int32 = 0
        var isInterface = false
    }

    init(_ execution: Execution, output: [UInt8]) {
        self.execution = execution
        tree = execution.template.tree
        missingKey = execution.template.options.missingKey
        limits = execution.budget.limits
        self.output = output
        fieldCache = Array(repeating: FieldCache(), count: tree.rows.nameLists.count)
    }

    // MARK: - Errors

    /// What is wrong, at the place that is being evaluated.
    ///
    /// Not inlined, as all that is for failures only: it would make room on the stack that each parenthesis takes again.
    @inline(never)
    func failure(_ reason: String, cause: TemplateError.Cause = .evaluation) -> TemplateError {
        let template = String(decoding: tree.definitions[definition].name, as: UTF8.self)
        let name = String(decoding: tree.name, as: UTF8.self)
        guard current >= 0 else {
            return TemplateError(
                phase: .execution, cause: cause, name: template, line: 1, column: nil, template: template,
                context: "", reason: reason)
        }
        let (line, column) = tree.location(of: Int(tree.rows.positions[Int(current)]))
        return TemplateError(
            phase: .execution, cause: cause, name: name, line: line, column: column, template: template,
            context: String(decoding: tree.text(of: current), as: UTF8.self), reason: reason)
    }

    func failure(_ refusal: Budget.Refusal) -> TemplateError {
        failure(refusal.reason(limits), cause: refusal == .stopped ? .stopped : .limit)
    }

    /// Counts a step.
    mutating func step(_ count: Int = 1) throws(TemplateError) {
        stepsLeft -= count
        guard stepsLeft <= 0 else { return }
        do throws(Budget.Refusal) {
            try execution.budget.spend(steps: Budget.stepsBetweenLooks - stepsLeft)
        } catch {
            throw failure(error)
        }
        stepsLeft = Budget.stepsBetweenLooks
    }

    /// Counts octets of a text that was made on the way.
    func spend(bytes: Int) throws(TemplateError) {
        do throws(Budget.Refusal) {
            try execution.budget.spend(bytes: bytes)
        } catch {
            throw failure(error)
        }
    }

    // MARK: - Variables

    /// Where the variable `name` declared last is.
    mutating func variable(_ name: Int32) throws(TemplateError) -> Int {
        var index = variables.count - 1
        while index >= base {
            if variables[index].name == name {
                // A template with very many variables pays for the search.
                let distance = variables.count - index
                if distance > 64 { try step(distance / 16) }
                return index
            }
            index -= 1
        }
        throw undefined(name)
    }

    @inline(never)
    private func undefined(_ name: Int32) -> TemplateError {
        failure("undefined variable: \(String(decoding: tree.rows.names[Int(name)], as: UTF8.self))")
    }

    mutating func declare(_ name: Int32, _ operand: Operand) {
        variables.append(Variable(name: name, operand: operand))
    }

    mutating func assign(_ name: Int32, _ operand: Operand) throws(TemplateError) {
        let place = try self.variable(name)
        variables[place].operand = operand
    }
}
