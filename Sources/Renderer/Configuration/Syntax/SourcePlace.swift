/// Where something was said: a file with line and column, a flag or an environment variable.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
    /// The file's path, `-flag`, or the variable's name.
    public var source: String
    /// From 1; 0 where the whole source is meant.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    /// A place in `source`, or all of it.
    public init(source: String, line: Int = 0, column: Int = 0) {
        self.source = source
        self.line = line
        self.column = column
    }

    /// `file:line:column`, or `-flag`.
    public var description: String { line == 0 ? source : "\(source):\(line):\(column)" }
}
