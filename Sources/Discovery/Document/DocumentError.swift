/// Something wrong in a YAML or JSON document, and where.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file or key.
    public var source: String
    /// From 1; 0 where the whole document is meant.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// What is wrong, then what would be right.
    public var message: String

    /// An error at a place.
    public init(source: String, line: Int, column: Int, message: String) {
        self.source = source
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: message`.
    public var description: String {
        line == 0 ? "\(source): \(message)" : "\(source):\(line):\(column): \(message)"
    }
}
