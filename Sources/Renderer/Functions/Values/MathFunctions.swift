internal import Template

/// The functions that calculate, where the piped number comes last: `subtract 2 5` is 3.
enum MathFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        add("add", to: &table, { $0 &+ $1 }, { $0 &+ $1 }, { $0 + $1 })
        add("subtract", to: &table, { $0 &- $1 }, { $0 &- $1 }, { $0 - $1 })
        add("multiply", to: &table, { $0 &* $1 }, { $0 &* $1 }, { $0 * $1 })
        add(
            "divide", to: &table, { left, right throws(FunctionError) in try whole(left, right).quotient },
            { left, right throws(FunctionError) in try whole(left, right).quotient }, { $0 / $1 })
        add(
            "modulo", to: &table, { left, right throws(FunctionError) in try whole(left, right).remainder },
            { left, right throws(FunctionError) in try whole(left, right).remainder }, nil)
        table.register("minimum") { (b: Value, a: Value) -> Value in
            let (left, right) = try operands("minimum", b, a)
            return (left.isLess(than: right) ? left : right).value
        }
        table.register("maximum") { (b: Value, a: Value) -> Value in
            let (left, right) = try operands("maximum", b, a)
            return (right.isLess(than: left) ? left : right).value
        }
    }

    private static func add(
        _ name: String, to table: inout FunctionTable,
        _ signed: @escaping @Sendable (Int64, Int64) throws(FunctionError) -> Int64,
        _ unsigned: @escaping @Sendable (UInt64, UInt64) throws(FunctionError) -> UInt64,
        _ float: (@Sendable (Double, Double) -> Double)?
    ) {
        table.register(name) { (b: Value, a: Value) -> Value in
            let (left, right) = try operands(name, b, a, takesFloats: float != nil)
            switch (left, right) {
            case (.unsigned(let left), .unsigned(let right)): return .uint64(try unsigned(left, right))
            case (.float, _), (_, .float): return .float(float?(left.float, right.float) ?? .nan)
            default: return .int64(try signed(left.signed, right.signed))
            }
        }
    }

    private static func whole<Number: FixedWidthInteger>(
        _ left: Number, _ right: Number
    ) throws(FunctionError) -> (quotient: Number, remainder: Number) {
        guard right != 0 else { throw FunctionError("runtime error: integer divide by zero") }
        return (
            left.dividedReportingOverflow(by: right).partialValue,
            left.remainderReportingOverflow(dividingBy: right).partialValue
        )
    }

    private static func operands(
        _ name: String, _ b: Value, _ a: Value, takesFloats: Bool = true
    ) throws(FunctionError) -> (left: Number, right: Number) {
        (try number(name, a, takesFloats), try number(name, b, takesFloats))
    }

    private static func number(_ name: String, _ value: Value, _ takesFloats: Bool) throws(FunctionError) -> Number {
        guard let number = Number(value), takesFloats || !number.isFloat else {
            let text =
                if case .null = value { "<invalid reflect.Value>" } else { GoFormat.format("%q", value) }
            throw FunctionError("\(name): unknown type for \(text) (\(value.typeName))")
        }
        return number
    }

    private enum Number {
        case signed(Int64)
        case unsigned(UInt64)
        case float(Double)

        init?(_ value: Value) {
            switch value.core {
            case .integer(let integer):
                self = integer.kind.isSigned ? .signed(integer.signed) : .unsigned(integer.bits)
            case .float(let value): self = .float(value)
            case .float32(let value): self = .float(Double(value))
            default: return nil
            }
        }

        var isFloat: Bool {
            if case .float = self { true } else { false }
        }

        var float: Double {
            switch self {
            case .signed(let value): Double(value)
            case .unsigned(let value): Double(value)
            case .float(let value): value
            }
        }

        /// As Go converts unsigned numbers, which wraps.
        var signed: Int64 {
            switch self {
            case .signed(let value): value
            case .unsigned(let value): Int64(bitPattern: value)
            case .float: 0
            }
        }

        var value: Value {
            switch self {
            case .signed(let value): .int64(value)
            case .unsigned(let value): .uint64(value)
            case .float(let value): .float(value)
            }
        }

        func isLess(than other: Number) -> Bool {
            switch (self, other) {
            case (.unsigned(let left), .unsigned(let right)): left < right
            case (.float, _), (_, .float): float < other.float
            default: signed < other.signed
            }
        }
    }
}
