extension Value: TemplateParameter, TemplateResult {
    /// `interface {}`.
    public static var goType: GoType { .any }

    /// `interface {}`.
    public static var resultType: GoType { .any }

    /// The value, or nil.
    public init(operand: Operand) { self = operand.value }

    /// The value.
    public var result: Value { self }

    /// The integer, with or without a name of its type.
    public var integer: Integer? {
        if case .integer(let integer) = core { integer } else { nil }
    }
}

extension Operand: TemplateParameter, TemplateResult {
    /// `reflect.Value`.
    public static var goType: GoType { .operand }

    /// `reflect.Value`.
    public static var resultType: GoType { .operand }

    /// The operand itself.
    public init(operand: Operand) { self = operand }

    /// The value, whose type is its own.
    public var result: Value { value }
}
