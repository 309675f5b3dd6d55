extension SyntaxTree {
    /// The node written back in its normal form, as messages show it.
    func text(of node: NodeIndex) -> [UInt8] {
        var text: [UInt8] = []
        append(node, to: &text)
        return text
    }

    private func append(_ index: NodeIndex, to text: inout [UInt8]) {
        switch rows.nodes[Int(index)] {
        case .action(let pipeline):
            text += [0x7B, 0x7B]
            append(pipeline, to: &text)
            text += [0x7D, 0x7D]
        case .template(let name, let pipeline):
            text += "{{template ".utf8
            text += Quoting.quote(rows.constants[Int(name)].value)
            if pipeline >= 0 {
                text.append(0x20)
                append(pipeline, to: &text)
            }
            text += [0x7D, 0x7D]
        case .pipeline(let commands, let variables, _):
            for (offset, variable) in variables.indices.enumerated() {
                if offset > 0 { text += ", ".utf8 }
                text += rows.names[Int(rows.nameLists[variable])]
            }
            if variables.count > 0 { text += " := ".utf8 }
            for (offset, command) in commands.indices.enumerated() {
                if offset > 0 { text += " | ".utf8 }
                append(rows.children[command], to: &text)
            }
        case .command(let operands):
            for (offset, operand) in operands.indices.enumerated() {
                if offset > 0 { text.append(0x20) }
                appendOperand(rows.children[operand], to: &text)
            }
        case .dot: text.append(0x2E)
        case .null: text += "nil".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .number(let number): text += rows.numbers[Int(number)].text
        case .string(let constant): text += rows.constants[Int(constant)].quoted
        case .field(let names): append(names, to: &text)
        case .variable(let name, let fields):
            text += rows.names[Int(name)]
            append(fields, to: &text)
        case .chain(let base, let names):
            appendOperand(base, to: &text)
            append(names, to: &text)
        case .function(let function): text += rows.functions[Int(function)].utf8
        }
    }

    private func append(_ names: Span32, to text: inout [UInt8]) {
        for index in names.indices {
            text.append(0x2E)
            text += rows.names[Int(rows.nameLists[index])]
        }
    }

    /// A pipeline that is an operand stands in parentheses.
    private func appendOperand(_ index: NodeIndex, to text: inout [UInt8]) {
        guard case .pipeline = rows.nodes[Int(index)] else { return append(index, to: &text) }
        text.append(0x28)
        append(index, to: &text)
        text.append(0x29)
    }
}
