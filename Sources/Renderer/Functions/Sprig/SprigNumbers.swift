internal import FoundationEssentials
internal import Glibc
internal import Template

/// Sprig's functions on numbers.
enum SprigNumbers {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("atoi") { (s: GoString) in (try? NumberText.int(s, nil)).flatMap { Int(exactly: $0) } ?? 0 }
        table.register("int64") { (value: Value) in int(value) }
        table.register("int") { (value: Value) in Int(int(value)) }
        table.register("float64") { (value: Value) in float(value) }
        table.register("toDecimal") { (value: Value) in Int64(value.sprigText.text, radix: 8) ?? 0 }
        addWhole(to: &table)
        addDecimal(to: &table)
        addRanges(to: &table)
        table.register("floor") { (value: Value) in float(value).rounded(.down) }
        table.register("ceil") { (value: Value) in float(value).rounded(.up) }
        table.register("round") { (value: Value, places: Int, limits: Rest<Double>) -> Double in
            let power = pow(10, Double(places))
            let scaled = float(value) * power
            let fraction = scaled - scaled.rounded(.towardZero)
            return scaled.rounded(fraction >= (limits.elements.first ?? 0.5) ? .up : .down) / power
        }
    }

    /// The whole number that a value is or tells.
    static func int(_ value: Value) -> Int64 {
        switch value.core {
        case .integer(let integer): integer.signed
        case .float(let value): clamp(value)
        case .float32(let value): clamp(Double(value))
        case .bool(let value): value ? 1 : 0
        case .string(let octets): int(octets.text)
        default: 0
        }
    }

    private static func clamp(_ value: Double) -> Int64 {
        Int64(exactly: value.rounded(.towardZero)) ?? .min
    }

    private static func int(_ text: String) -> Int64 {
        var digits = text[...]
        if let dot = digits.firstIndex(of: "."), digits[dot...].dropFirst().allSatisfy({ $0 == "0" }),
            digits[dot...].count > 1
        {
            digits = digits[..<dot]
        }
        let sign = digits.hasPrefix("-") ? "-" : ""
        if digits.hasPrefix("-") || digits.hasPrefix("+") { digits = digits.dropFirst() }
        let forms: [(String, Int)] = [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)]
        for (prefix, radix) in forms where digits.hasPrefix(prefix) {
            return Int64(sign + digits.dropFirst(2), radix: radix) ?? 0
        }
        if digits.count > 1, digits.hasPrefix("0") { return Int64(sign + digits.dropFirst(), radix: 8) ?? 0 }
        return Int64(sign + digits) ?? 0
    }

    /// The number that a value is or tells.
    static func float(_ value: Value) -> Double {
        switch value.core {
        case .integer(let integer): integer.kind.isSigned ? Double(integer.signed) : Double(integer.bits)
        case .float(let value): value
        case .float32(let value): Double(value)
        case .bool(let value): value ? 1 : 0
        case .string(let octets): NumberText.float(octets) ?? 0
        default: 0
        }
    }

    private static func addWhole(to table: inout FunctionTable) {
        table.register("add1") { (value: Value) in int(value) &+ 1 }
        table.register("add") { (values: Rest<Value>) in values.elements.reduce(Int64(0)) { $0 &+ int($1) } }
        table.register("sub") { (a: Value, b: Value) in int(a) &- int(b) }
        table.register("mul") { (a: Value, values: Rest<Value>) in values.elements.reduce(int(a)) { $0 &* int($1) } }
        table.register("div") { (a: Value, b: Value) -> Int64 in
            int(a).dividedReportingOverflow(by: try divisor(b)).partialValue
        }
        table.register("mod") { (a: Value, b: Value) -> Int64 in
            int(a).remainderReportingOverflow(dividingBy: try divisor(b)).partialValue
        }
        for name in ["max", "biggest"] {
            table.register(name) { (a: Value, values: Rest<Value>) in
                values.elements.reduce(int(a)) { max($0, int($1)) }
            }
        }
        table.register("min") { (a: Value, values: Rest<Value>) in
            values.elements.reduce(int(a)) { min($0, int($1)) }
        }
        table.register("maxf") { (a: Value, values: Rest<Value>) in
            values.elements.reduce(float(a)) { max($0, float($1)) }
        }
        table.register("minf") { (a: Value, values: Rest<Value>) in
            values.elements.reduce(float(a)) { min($0, float($1)) }
        }
    }

    private static func divisor(_ value: Value) throws(FunctionError) -> Int64 {
        let number = int(value)
        if number == 0 { throw FunctionError("runtime error: integer divide by zero") }
        return number
    }

    private static func addDecimal(to table: inout FunctionTable) {
        table.register("add1f") { (a: Value) in try calculate(a, [.int(1)]) { $0 + $1 } }
        table.register("addf") { (values: Rest<Value>) in try calculate(.float(0), values.elements) { $0 + $1 } }
        table.register("subf") { (a: Value, values: Rest<Value>) in try calculate(a, values.elements) { $0 - $1 } }
        table.register("mulf") { (a: Value, values: Rest<Value>) in try calculate(a, values.elements) { $0 * $1 } }
        table.register("divf") { (a: Value, values: Rest<Value>) in
            try calculate(a, values.elements) { left, right throws(FunctionError) in
                if right.isZero { throw FunctionError("decimal division by 0") }
                return left / right
            }
        }
    }

    /// A calculation in decimal digits, so that 0.1 and 0.2 make 0.3.
    private static func calculate(
        _ first: Value, _ rest: [Value], _ body: (Decimal, Decimal) throws(FunctionError) -> Decimal
    ) throws(FunctionError) -> Double {
        var result = decimal(float(first))
        for value in rest { result = try body(result, decimal(float(value))) }
        return Double(result.description) ?? .nan
    }

    private static func decimal(_ value: Double) -> Decimal { Decimal(string: value.description) ?? 0 }

    private static func addRanges(to table: inout FunctionTable) {
        table.register("until") { (count: Int) in try range(0, count, count < 0 ? -1 : 1) }
        table.register("untilStep") { (start: Int, stop: Int, step: Int) in try range(start, stop, step) }
        table.register("seq") { (bounds: Rest<Int>) -> String in
            let bounds = bounds.elements
            let start = bounds.count > 1 ? bounds[0] : 1
            guard let end = bounds.last, bounds.count < 4 else { return "" }
            let direction = end < start ? -1 : 1
            let step = bounds.count == 3 ? bounds[1] : direction
            if end < start, step > 0 { return "" }
            return try range(start, end.addingReportingOverflow(direction).partialValue, step).map { String($0) }
                .joined(separator: " ")
        }
    }

    private static func range(_ start: Int, _ stop: Int, _ step: Int) throws(FunctionError) -> [Int] {
        if stop < start ? step >= 0 : step <= 0 { return [] }
        let distance =
            (stop.subtractingReportingOverflow(start).overflow ? .max : (stop - start).magnitude) / step.magnitude
        try ResultLimit.check(elements: distance > UInt(Int32.max) ? .max : Int(distance))
        return Array(stride(from: start, to: stop, by: step))
    }
}
