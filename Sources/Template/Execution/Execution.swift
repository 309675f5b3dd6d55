/// A template while it is executed: what functions that execute templates themselves are given.
public final class Execution {
    /// The template, with all that its text defines.
    public let template: Template
    let callables: [Callable]
    let budget: Budget
    /// How many executions this one is within.
    let depth: Int
    /// How many expressions are open, those around the execution among them.
    var nesting = 0

    init(template: Template, callables: [Callable], budget: Budget, depth: Int) {
        self.template = template
        self.callables = callables
        self.budget = budget
        self.depth = depth
    }

    /// The output of the template `name` for `data`, within this execution and on its account.
    public func execute(_ name: String, data: Value) throws -> [UInt8] {
        guard depth < budget.limits.executionDepth else {
            throw FunctionError("exceeded maximum depth of executions (\(budget.limits.executionDepth))")
        }
        guard let definition = template.tree.definitionIndices[Array(name.utf8)] else {
            throw FunctionError(
                "template: no template \(GoFormat.quote(name)) associated with template \(GoFormat.quote(template.name))"
            )
        }
        let inner = Execution(template: template, callables: callables, budget: budget, depth: depth + 1)
        inner.nesting = nesting
        var interpreter = Interpreter(inner, output: [])
        try interpreter.run(definition, data: Operand(data))
        try interpreter.spend(bytes: interpreter.output.count)
        return interpreter.output
    }
}
