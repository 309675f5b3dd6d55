/// The comparisons of eq, ne, lt, le, gt and ge.
enum Comparison {
    /// The kinds of values that can be compared.
    private enum Basic {
        case bool(Bool), complex(Complex), signed(Int64), float(Double), string([UInt8]), unsigned(UInt64)

        init?(_ value: Value) {
            switch value {
            case .bool(let value): self = .bool(value)
            case .complex(let value): self = .complex(value)
            case .integer(let integer):
                self = integer.kind.isSigned ? .signed(integer.signed) : .unsigned(integer.bits)
            case .float(let value): self = .float(value)
            case .float32(let value): self = .float(Double(value))
            case .string(let octets): self = .string(octets)
            case .named(let named): self.init(named.value)
            default: return nil
            }
        }
    }

    private static let badType = FunctionError("invalid type for comparison")

    private static func incompatible(_ left: Value, _ right: Value) -> FunctionError {
        FunctionError("incompatible types for comparison: \(left.typeName) and \(right.typeName)")
    }

    /// Whether `value` equals any of `others`.
    static func equal(_ value: Value, _ others: some Collection<Operand>) throws(FunctionError) -> Bool {
        if others.isEmpty { throw FunctionError("missing argument for comparison") }
        for other in others where try equal(value, other.value) { return true }
        return false
    }

    /// Whether both are equal.
    static func equal(_ left: Value, _ right: Value) throws(FunctionError) -> Bool {
        switch (Basic(left), Basic(right)) {
        case (.string(let left), .string(let right)): return left == right
        case (.signed(let left), .signed(let right)): return left == right
        case (.unsigned(let left), .unsigned(let right)): return left == right
        case (.signed(let left), .unsigned(let right)): return left >= 0 && UInt64(left) == right
        case (.unsigned(let left), .signed(let right)): return right >= 0 && left == UInt64(right)
        case (.bool(let left), .bool(let right)): return left == right
        case (.float(let left), .float(let right)): return left == right
        case (.complex(let left), .complex(let right)):
            return left.real == right.real && left.imaginary == right.imaginary
        case (nil, nil): return try equalCompound(left, right)
        default:
            if case .null = left { return false }
            if case .null = right { return false }
            throw incompatible(left, right)
        }
    }

    private static func equalCompound(_ left: Value, _ right: Value) throws(FunctionError) -> Bool {
        let (leftKind, rightKind) = (kind(left), kind(right))
        if leftKind != rightKind && leftKind != 0 && rightKind != 0 {
            throw FunctionError(
                "non-comparable types \(show(left, "%s")): \(left.typeName), \(right.typeName): \(show(right, "%v"))")
        }
        if left.isNil || right.isNil { return left.isNil == right.isNil }
        if let type = right.type, !type.isComparable {
            throw FunctionError("non-comparable type \(show(right, "%s")): \(type)")
        }
        return left.isIdentical(to: right)
    }

    /// Go's kind of what is no basic value; 0 for nil without a type.
    private static func kind(_ value: Value) -> Int {
        switch value {
        case .list, .bytes: 1
        case .map: 2
        case .structure: 3
        case .pointer, .nilPointer: 4
        case .channel: 5
        case .function: 6
        default: 0
        }
    }

    private static func show(_ value: Value, _ format: String) -> String { GoFormat.format(format, value) }

    /// Whether `left` is less than `right`.
    static func less(_ left: Value, _ right: Value) throws(FunctionError) -> Bool {
        guard let leftBasic = Basic(left), let rightBasic = Basic(right) else { throw badType }
        switch (leftBasic, rightBasic) {
        case (.signed(let left), .signed(let right)): return left < right
        case (.unsigned(let left), .unsigned(let right)): return left < right
        case (.signed(let left), .unsigned(let right)): return left < 0 || UInt64(left) < right
        case (.unsigned(let left), .signed(let right)): return right >= 0 && left < UInt64(right)
        case (.float(let left), .float(let right)): return left < right
        case (.string(let left), .string(let right)): return ValueOrder.compare(left, right) < 0
        case (.bool, .bool), (.complex, .complex): throw badType
        default: throw incompatible(left, right)
        }
    }

    /// Whether `left` is less than `right` or equal to it.
    static func lessOrEqual(_ left: Value, _ right: Value) throws(FunctionError) -> Bool {
        if try less(left, right) { return true }
        return try equal(left, right)
    }
}
