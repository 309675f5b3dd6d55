/// A parsed text: the templates that it defines, and the rows that their nodes refer to.
final class SyntaxTree: Sendable {
    /// One template of the text.
    struct Definition: Sendable {
        var name: [UInt8]
        var code: [Instruction]
    }

    /// A string constant.
    struct Constant: Sendable {
        /// As it stands in the text, with its quotes.
        var quoted: [UInt8]
        /// What it means.
        var value: [UInt8]
    }

    /// The rows while they are being filled.
    struct Rows: Sendable {
        var nodes: [Node] = []
        /// Where each node stands in the source.
        var positions: [Int32] = []
        /// What spans of pipelines and commands refer to.
        var children: [NodeIndex] = []
        /// What spans of fields and variables refer to.
        var nameLists: [Int32] = []
        /// Names of fields and variables.
        var names: [[UInt8]] = []
        var constants: [Constant] = []
        var numbers: [NumberLiteral] = []
        /// Names of the functions that are called.
        var functions: [String] = []
    }

    /// The name that messages begin with.
    let name: [UInt8]
    /// The text.
    let source: [UInt8]
    let rows: Rows
    let definitions: [Definition]
    /// Where each name is in `definitions`.
    let definitionIndices: [[UInt8]: Int]
    /// The definition that each string constant names, -1 for none: what calls of templates go by.
    let targets: [Int32]

    init(name: [UInt8], source: [UInt8], rows: Rows, definitions: [Definition]) {
        self.name = name
        self.source = source
        self.rows = rows
        self.definitions = definitions
        let indices = Dictionary(definitions.enumerated().map { ($1.name, $0) }) { first, _ in first }
        definitionIndices = indices
        targets = rows.constants.map { indices[$0.value].map(Int32.init) ?? -1 }
    }

    /// The line, from 1, and the octet in it, from 0, of a place in the source.
    func location(of position: Int) -> (line: Int, column: Int) {
        var line = 1
        var start = 0
        for index in 0..<min(position, source.count) where source[index] == 0x0A {
            line += 1
            start = index + 1
        }
        return (line, position - start)
    }
}
