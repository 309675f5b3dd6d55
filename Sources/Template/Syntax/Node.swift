/// A part of an action, by its place among a tree's nodes.
typealias NodeIndex = Int32

/// A run of entries of one of a tree's rows.
struct Span32 {
    var start: Int32
    var count: Int32

    static let empty = Span32(start: 0, count: 0)

    var indices: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// A part of an action.
///
/// Nodes are plain numbers into a tree's rows, so that walking over them counts no references.
enum Node {
    /// A whole action, for messages about what it prints.
    case action(pipeline: NodeIndex)
    /// The call of a template: a string constant, and a pipeline unless it is -1.
    case template(name: Int32, pipeline: NodeIndex)
    /// Commands, each of which takes the value of the one before; names of variables that get the last one's.
    case pipeline(commands: Span32, variables: Span32, isAssignment: Bool)
    /// An operand with arguments.
    case command(operands: Span32)
    /// `.`
    case dot
    /// `nil`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number, by its place among the tree's.
    case number(Int32)
    /// A string, by its place among the tree's.
    case string(Int32)
    /// `.Name.Name`
    case field(names: Span32)
    /// `$name.Name.Name`
    case variable(name: Int32, fields: Span32)
    /// `(pipeline).Name`, or `function.Name`
    case chain(base: NodeIndex, names: Span32)
    /// The name of a function, by its place among those that the tree calls.
    case function(Int32)
}

/// What a template does, one step after the other.
enum Instruction {
    /// Writes a part of the source.
    case text(start: Int32, end: Int32)
    /// Evaluates a pipeline and prints its value.
    case show(action: NodeIndex, pipeline: NodeIndex)
    /// Evaluates a pipeline that sets variables.
    case evaluate(pipeline: NodeIndex)
    /// Opens the scope of `if`; goes to `otherwise` when the pipeline is false.
    case openIf(pipeline: NodeIndex, otherwise: Int32)
    /// Opens the scope of `with`, as above.
    case openWith(pipeline: NodeIndex, otherwise: Int32)
    /// Opens the scope of `range`; goes to `otherwise` when there is nothing to range over.
    case openRange(pipeline: NodeIndex, otherwise: Int32)
    /// Goes to `body` with the next element, or on when there is none.
    case next(body: Int32)
    /// Leaves the scope opened last.
    case close
    /// Goes elsewhere.
    case jump(Int32)
    /// Leaves `scopes` scopes and the innermost range's elements, and goes to its end.
    case leaveRange(scopes: Int32, target: Int32)
    /// Leaves `scopes` scopes, and goes to the innermost range's `next`.
    case nextInRange(scopes: Int32, target: Int32)
    /// Calls a template.
    case call(node: NodeIndex)
    /// Returns from the template.
    case finish
}
