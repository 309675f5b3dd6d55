/// A function as a value, for `call`.
public final class FunctionValue: Sendable {
    /// What is called.
    public let function: Function

    /// `function` as a value.
    public init(_ function: Function) { self.function = function }
}
