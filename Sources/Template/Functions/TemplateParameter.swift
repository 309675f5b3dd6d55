/// A type that a parameter of a function can have.
///
/// The type's Go name is what messages tell, and arguments are checked against it before the function is called.
public protocol TemplateParameter: SendableMetatype {
    /// The type in Go.
    static var goType: GoType { get }
    /// What it stands for in the list of parameters.
    static var role: ParameterRole { get }
    /// Takes what belongs to the parameter, beginning at `index`, and moves on.
    static func take(from arguments: Arguments, at index: inout Int) -> Self
    /// The parameter's value of an operand that was found to be of its type.
    init(operand: Operand)
}

/// What a parameter stands for in the list of parameters.
public enum ParameterRole: Sendable {
    /// One argument.
    case value
    /// All further arguments; only the last parameter can be that.
    case rest
    /// No argument: something of the call itself.
    case context
}

extension TemplateParameter {
    /// One argument.
    public static var role: ParameterRole { .value }

    /// The argument at `index`.
    @inlinable
    public static func take(from arguments: Arguments, at index: inout Int) -> Self {
        defer { index += 1 }
        return Self(operand: index < arguments.operands.count ? arguments.operands[index] : .missing)
    }
}

/// A type that a function can return.
public protocol TemplateResult: SendableMetatype {
    /// The type in Go; `.any` has an interface around the value.
    static var resultType: GoType { get }
    /// The value.
    var result: Value { get }
}

/// A Go string, which need not be UTF-8.
public struct GoString: TemplateParameter, TemplateResult, Sendable, Hashable {
    /// The octets.
    public var octets: [UInt8]

    /// A string of `octets`.
    public init(_ octets: [UInt8]) { self.octets = octets }

    /// A string of text.
    public init(_ text: String) { octets = Array(text.utf8) }

    /// The text; what is not UTF-8 is replaced.
    public var text: String { String(decoding: octets, as: UTF8.self) }

    /// `string`.
    public static var goType: GoType { .string }

    /// `string`.
    public static var resultType: GoType { .string }

    /// The octets of a string.
    public init(operand: Operand) { octets = operand.value.octets ?? [] }

    /// A string.
    public var result: Value { .string(octets) }
}

/// All further arguments of a function, each of type `Element`: Go's `...T`.
public struct Rest<Element: TemplateParameter>: TemplateParameter {
    /// The arguments.
    public let elements: [Element]

    /// The type of each.
    public static var goType: GoType { Element.goType }

    /// All further arguments.
    public static var role: ParameterRole { .rest }

    /// The arguments from `index` on.
    public static func take(from arguments: Arguments, at index: inout Int) -> Self {
        defer { index = arguments.operands.count }
        return Self(elements: arguments.operands.dropFirst(index).map { Element(operand: $0) })
    }

    /// A single argument.
    public init(operand: Operand) { elements = [Element(operand: operand)] }

    private init(elements: [Element]) { self.elements = elements }
}

/// The value that a method is called on.
public struct Receiver: TemplateParameter {
    /// The value.
    public let value: Value

    /// Not checked.
    public static var goType: GoType { .any }

    /// No argument.
    public static var role: ParameterRole { .context }

    /// The call's receiver.
    public static func take(from arguments: Arguments, at index: inout Int) -> Self {
        Self(operand: Operand(arguments.receiver))
    }

    /// A receiver.
    public init(operand: Operand) { value = operand.value }
}

/// The execution that calls the function, which can execute other templates.
public struct Caller: TemplateParameter {
    /// The execution; nil outside of a call.
    public let execution: Execution?

    /// Not checked.
    public static var goType: GoType { .any }

    /// No argument.
    public static var role: ParameterRole { .context }

    /// The call's execution.
    public static func take(from arguments: Arguments, at index: inout Int) -> Self {
        Self(execution: arguments.execution)
    }

    /// No execution.
    public init(operand: Operand) { execution = nil }

    private init(execution: Execution) { self.execution = execution }
}
