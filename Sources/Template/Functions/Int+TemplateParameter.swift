extension Bool: TemplateParameter, TemplateResult {
    /// `bool`.
    public static var goType: GoType { .bool }

    /// `bool`.
    public static var resultType: GoType { .bool }

    /// The bool.
    public init(operand: Operand) {
        if case .bool(let value) = operand.value.core { self = value } else { self = false }
    }

    /// A bool.
    public var result: Value { .bool(self) }
}

extension Int: TemplateParameter, TemplateResult {
    /// `int`.
    public static var goType: GoType { .int }

    /// `int`.
    public static var resultType: GoType { .int }

    /// The number.
    public init(operand: Operand) { self = operand.value.integer?.exact ?? 0 }

    /// An int.
    public var result: Value { .int(self) }
}

extension Int64: TemplateParameter, TemplateResult {
    /// `int64`.
    public static var goType: GoType { .int64 }

    /// `int64`.
    public static var resultType: GoType { .int64 }

    /// The number.
    public init(operand: Operand) { self = operand.value.integer?.signed ?? 0 }

    /// An int64.
    public var result: Value { .int64(self) }
}

extension UInt: TemplateParameter, TemplateResult {
    /// `uint`.
    public static var goType: GoType { .integer(.uint) }

    /// `uint`.
    public static var resultType: GoType { .integer(.uint) }

    /// The number.
    public init(operand: Operand) { self = UInt(operand.value.integer?.bits ?? 0) }

    /// A uint.
    public var result: Value { .integer(Integer(bits: UInt64(self), kind: .uint)) }
}

extension UInt64: TemplateParameter, TemplateResult {
    /// `uint64`.
    public static var goType: GoType { .uint64 }

    /// `uint64`.
    public static var resultType: GoType { .uint64 }

    /// The number.
    public init(operand: Operand) { self = operand.value.integer?.bits ?? 0 }

    /// A uint64.
    public var result: Value { .uint64(self) }
}

extension Double: TemplateParameter, TemplateResult {
    /// `float64`.
    public static var goType: GoType { .float64 }

    /// `float64`.
    public static var resultType: GoType { .float64 }

    /// The number.
    public init(operand: Operand) {
        if case .float(let value) = operand.value.core { self = value } else { self = 0 }
    }

    /// A float64.
    public var result: Value { .float(self) }
}
