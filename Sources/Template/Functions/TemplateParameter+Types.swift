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

extension Array: TemplateParameter where Element: TemplateParameter {
    /// A slice.
    public static var goType: GoType { .slice(Element.goType) }

    /// The elements; none of nil.
    public init(operand: Operand) {
        if case .list(let list) = operand.value {
            self = (0..<list.count).map { Element(operand: Operand(list[$0])) }
        } else {
            self = []
        }
    }
}

extension Array: TemplateResult where Element: TemplateResult {
    /// A slice.
    public static var resultType: GoType { .slice(Element.resultType) }

    /// A slice.
    public var result: Value { .list(List(map(\.result), type: Self.resultType)) }
}

extension List: TemplateParameter, TemplateResult {
    /// `[]interface {}`.
    public static var goType: GoType { .anySlice }

    /// A slice, of whatever type.
    public static var resultType: GoType { .operand }

    /// The list; an empty one of anything else.
    public convenience init(operand: Operand) {
        if case .list(let list) = operand.value {
            self.init(list.items, type: list.type)
        } else {
            self.init(nilOf: .anySlice)
        }
    }

    /// The list.
    public var result: Value { .list(self) }
}
