extension Template {
    /// A call of a function as it stands in the text.
    public struct Call: Sendable, Hashable {
        /// The function's name.
        public let function: String
        /// The line of the name, from 1.
        public let line: Int
        /// The arguments that stand behind the name; nil where one is no string constant.
        public let arguments: [String?]

        /// A call of `function` in `line`.
        public init(function: String, line: Int, arguments: [String?]) {
            self.function = function
            self.line = line
            self.arguments = arguments
        }
    }

    /// All calls of functions in the text, whether they will be reached or not, in the order of the text.
    ///
    /// What comes over a pipe is not among the arguments.
    public var calls: [Call] {
        var found: [(position: Int32, function: Int32, operands: Span32)] = []
        // A function that begins a command has its arguments; any other stands for a call without.
        var isCommand: Set<NodeIndex> = []
        for node in tree.rows.nodes {
            guard case .command(let operands) = node, operands.count > 0 else { continue }
            let first = tree.rows.children[Int(operands.start)]
            guard case .function(let function) = tree.rows.nodes[Int(first)] else { continue }
            isCommand.insert(first)
            found.append((tree.rows.positions[Int(first)], function, operands))
        }
        for (index, node) in tree.rows.nodes.enumerated() {
            guard case .function(let function) = node, !isCommand.contains(NodeIndex(index)) else { continue }
            found.append((tree.rows.positions[index], function, .empty))
        }
        found.sort { $0.position < $1.position }
        var line = 1
        var position = 0
        return found.map { call in
            while position < Int(call.position) {
                if tree.source[position] == 0x0A { line += 1 }
                position += 1
            }
            let arguments = call.operands.indices.dropFirst().map { text(of: tree.rows.children[$0]) }
            return Call(function: tree.rows.functions[Int(call.function)], line: line, arguments: Array(arguments))
        }
    }

    private func text(of node: NodeIndex) -> String? {
        guard case .string(let constant) = tree.rows.nodes[Int(node)] else { return nil }
        return String(decoding: tree.rows.constants[Int(constant)].value, as: UTF8.self)
    }
}
