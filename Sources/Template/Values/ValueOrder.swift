/// The order in which Go prints and ranges over the keys of a map.
enum ValueOrder {
    /// Negative, zero or positive as `left` comes before, is, or comes after `right`.
    static func compare(_ left: Value, _ right: Value) -> Int {
        switch (left, right) {
        case (.string(let left), .string(let right)): return compare(left, right)
        case (.integer(let left), .integer(let right)) where left.kind == right.kind:
            return left.kind.isSigned ? rank(left.signed, right.signed) : rank(left.bits, right.bits)
        case (.float(let left), .float(let right)): return compare(left, right)
        case (.float32(let left), .float32(let right)): return compare(Double(left), Double(right))
        case (.bool(let left), .bool(let right)): return rank(left ? 1 : 0, right ? 1 : 0)
        case (.complex(let left), .complex(let right)):
            let order = compare(left.real, right.real)
            return order == 0 ? compare(left.imaginary, right.imaginary) : order
        case (.null, .null): return 0
        case (.null, _): return -1
        case (_, .null): return 1
        case (.named(let left), .named(let right)) where left.type == right.type:
            return compare(left.value, right.value)
        case (.structure(let left), .structure(let right)) where left.type == right.type:
            for (left, right) in zip(left.fields, right.fields) {
                let order = compare(left, right)
                if order != 0 { return order }
            }
            return 0
        default: return compare(Array(left.typeName.utf8), Array(right.typeName.utf8))
        }
    }

    /// The order of strings: by octet.
    static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let count = min(left.count, right.count)
        var index = 0
        while index < count {
            let (leftByte, rightByte) = (left[index], right[index])
            if leftByte != rightByte { return leftByte < rightByte ? -1 : 1 }
            index += 1
        }
        return left.count - right.count
    }

    private static func rank<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
        left < right ? -1 : (left > right ? 1 : 0)
    }

    /// The order of floats: what is no number comes first.
    private static func compare(_ left: Double, _ right: Double) -> Int {
        if left.isNaN { return right.isNaN ? 0 : -1 }
        return right.isNaN ? 1 : rank(left, right)
    }
}
