/// What a function is called with.
///
/// The types have been checked.
public struct Arguments {
    /// The operands.
    public let operands: [Operand]
    /// The value that a method is called on; null for a function.
    public let receiver: Value
    /// The execution that calls.
    public let execution: Execution

    init(_ operands: [Operand], receiver: Value = .null, execution: Execution) {
        self.operands = operands
        self.receiver = receiver
        self.execution = execution
    }

    /// How many there are.
    public var count: Int { operands.count }

    /// The value at `index`; null beyond the last.
    public subscript(index: Int) -> Value { index < operands.count ? operands[index].value : .null }

    /// All values.
    public var values: [Value] { operands.map(\.value) }
}
