extension Interpreter {
    /// Evaluates what is to be ranged over and goes to its first element.
    ///
    /// False when there is none.
    mutating func openRange(_ pipeline: NodeIndex) throws(TemplateError) -> Bool {
        let operand = try evaluate(pipeline: pipeline)
        guard case .pipeline(_, let names, let isAssignment) = tree.rows.nodes[Int(pipeline)] else { return false }
        guard let source = try source(of: operand.value, variableCount: Int(names.count)) else { return false }
        var iteration = Iteration(
            source, names: names, isAssignment: isAssignment, variableCount: variables.count)
        guard let (index, element) = iteration.advance() else { return false }
        try enter(iteration, index: index, element: element)
        iterations.append(iteration)
        return true
    }

    private func source(of value: Value, variableCount: Int) throws(TemplateError) -> Iteration.Source? {
        switch value {
        case .null: return nil
        case .list(let list): return .list(list, isInterface: list.element == .any)
        case .bytes(let octets): return .bytes(octets)
        case .map(let map):
            return .map(map.entries, keyIsInterface: map.key == .any, isInterface: map.element == .any)
        case .channel(let channel): return .channel(channel, first: channel.receive())
        default: break
        }
        guard let integer = value.integer else {
            var shown = value
            if case .pointer(let structure) = value { shown = .structure(structure) }
            throw failure("range can't iterate over \(GoFormat.format("%v", shown))")
        }
        if variableCount > 1 {
            throw failure("can't use \(GoFormat.format("%v", value)) to iterate over more than one variable")
        }
        let isNegative = integer.kind.isSigned && integer.signed < 0
        return .integer(integer.kind, end: isNegative ? 0 : min(integer.bits, UInt64(Int.max)))
    }

    private mutating func enter(
        _ iteration: Iteration, index: Operand, element: Operand
    ) throws(TemplateError) {
        let names = iteration.names
        if names.count > 0 {
            let last = Int(names.start + names.count) - 1
            if iteration.isAssignment {
                if names.count > 1 {
                    try assign(tree.rows.nameLists[last - 1], index)
                }
                try assign(tree.rows.nameLists[last], element)
            } else {
                variables[iteration.variableCount - 1].operand = element
                if names.count > 1 { variables[iteration.variableCount - 2].operand = index }
            }
        }
        dot = element
    }

    /// Goes to the next element of the innermost range.
    ///
    /// False, and the range is left, when there is none.
    mutating func nextElement() throws(TemplateError) -> Bool {
        let last = iterations.count - 1
        variables.removeSubrange(iterations[last].variableCount...)
        guard let (index, element) = iterations[last].advance() else {
            leaveIteration()
            return false
        }
        try enter(iterations[last], index: index, element: element)
        return true
    }

    /// Leaves the innermost range's elements.
    mutating func leaveIteration() {
        iterations.removeLast()
        if let scope = scopes.last { dot = scope.dot }
    }
}
