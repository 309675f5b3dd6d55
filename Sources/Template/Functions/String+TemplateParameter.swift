extension String: TemplateParameter, TemplateResult {
    /// `string`.
    public static var goType: GoType { .string }

    /// `string`.
    public static var resultType: GoType { .string }

    /// The text; what is not UTF-8 is replaced.
    public init(operand: Operand) { self = operand.value.text ?? "" }

    /// A string.
    public var result: Value { .string(self) }
}
