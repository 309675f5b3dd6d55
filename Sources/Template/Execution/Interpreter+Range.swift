extension Interpreter {
    /// Evaluates what is to be ranged over and goes to its first element that has to be looked at.
    ///
    /// - `open`: where the range's instruction is.
    /// - `otherwise`: where it goes on when there is no element.
    /// - Returns: where it goes on.
    mutating func openRange(
        _ pipeline: NodeIndex, at open: Int, otherwise: Int
    ) throws(TemplateError) -> Int {
        let operand = try evaluate(pipeline: pipeline)
        guard case .pipeline(_, let names, let isAssignment) = tree.rows.nodes[Int(pipeline)] else { return otherwise }
        guard let source = try source(of: operand.value, variableCount: Int(names.count)) else { return otherwise }
        var iteration = Iteration(
            source, names: names, isAssignment: isAssignment, variableCount: variables.count)
        iteration.run = record(iteration, at: RangePlace(definition: definition, open: open))
        guard try advance(&iteration) else {
            guard iteration.next > 0, let run = iteration.run else { return otherwise }
            return run.track.facts.next + 1
        }
        iterations.append(iteration)
        return open + 1
    }

    /// Goes to the next element whose round is not known from the execution before; false when there is none.
    private mutating func advance(_ iteration: inout Iteration) throws(TemplateError) -> Bool {
        while let (index, element) = iteration.advance() {
            if let run = iteration.run {
                if try replay(run, index: index, element: element) { continue }
                note(run, index: index, element: element)
            }
            try enter(iteration, index: index, element: element)
            return true
        }
        return false
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
        if let run = iterations[last].run { noteEnd(run) }
        var iteration = iterations[last]
        let isEntered = try advance(&iteration)
        iterations[last].next = iteration.next
        if !isEntered { leaveIteration() }
        return isEntered
    }

    /// Leaves the innermost range's elements.
    mutating func leaveIteration() {
        iterations.removeLast()
        if let scope = scopes.last { dot = scope.dot }
    }
}
