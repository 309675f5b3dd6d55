/// A function that templates can call, with Go types for its parameters and its result.
///
/// The evaluator checks arguments against the types as Go does, so the body only sees what fits. What the body throws ends
/// the execution with `error calling NAME: TEXT`.
public struct Function: Sendable {
    /// What is done.
    public typealias Body = @Sendable (Arguments) throws -> Value

    /// The types of the fixed parameters.
    public let parameters: [GoType]
    /// The type of all further arguments; nil when there may be none.
    public let variadic: GoType?
    /// The type of the result.
    ///
    /// `.any` has an interface around the value; `.operand` leaves the value its own type.
    public let result: GoType
    /// Whether it gives the same for the same arguments each time, and does nothing else.
    ///
    /// What it gives may then be kept from execution to execution.
    public var isPure = false
    /// What is done.
    let body: Body

    /// A function with the types written out.
    public init(
        parameters: [GoType], variadic: GoType? = nil, result: GoType = .any, body: @escaping Body
    ) {
        self.parameters = parameters
        self.variadic = variadic
        self.result = result
        self.body = body
    }

    /// A function whose types are those of a closure, such as `{ (text: String, count: Int) in ... }`.
    @inlinable
    public init<each Input: TemplateParameter, Output: TemplateResult>(
        _ body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        var parameters: [GoType] = []
        var variadic: GoType?
        for input in repeat (each Input).self {
            switch input.role {
            case .value: parameters.append(input.goType)
            case .rest: variadic = input.goType
            case .context: break
            }
        }
        self.init(parameters: parameters, variadic: variadic, result: Output.resultType) { arguments in
            var index = 0
            return try body(repeat (each Input).take(from: arguments, at: &index)).result
        }
    }

    /// The function's type as Go writes it.
    var signature: String {
        var inputs = parameters.map(\.description)
        if let variadic { inputs.append("...\(variadic)") }
        return "func(\(inputs.joined(separator: ", "))) \(result)"
    }
}
