/// A value as a Go program would have it: what data is made of, and what functions take and give.
///
/// Strings are octets, since what a store holds need not be UTF-8.
public enum Value: Sendable {
    /// Nil without a type.
    case null
    /// A bool.
    case bool(Bool)
    /// An integer of any of Go's types.
    case integer(Integer)
    /// A float64.
    case float(Double)
    /// A float32.
    case float32(Float)
    /// A complex128.
    case complex(Complex)
    /// A string.
    case string([UInt8])
    /// A `[]byte`.
    case bytes([UInt8])
    /// A slice.
    case list(List)
    /// A map.
    case map(Map)
    /// A structure by value.
    case structure(Structure)
    /// A pointer to a structure.
    case pointer(Structure)
    /// The nil pointer of a structure type.
    case nilPointer(StructType)
    /// A channel.
    case channel(Channel)
    /// A function.
    case function(FunctionValue)
    /// A basic value whose type has a name of its own.
    case named(Named)

    /// An int.
    public static func int(_ value: Int) -> Value {
        .integer(Integer(bits: UInt64(bitPattern: Int64(value)), kind: .int))
    }

    /// An int64.
    public static func int64(_ value: Int64) -> Value {
        .integer(Integer(bits: UInt64(bitPattern: value), kind: .int64))
    }

    /// A uint64.
    public static func uint64(_ value: UInt64) -> Value { .integer(Integer(bits: value, kind: .uint64)) }

    /// A string of text.
    public static func string(_ text: String) -> Value { .string(Array(text.utf8)) }

    /// A string of text.
    public static func string(_ text: Substring) -> Value { .string(Array(text.utf8)) }

    /// A `[]interface {}`.
    public static func list(_ items: [Value]) -> Value { .list(List(items)) }

    /// A `[]string`.
    public static func strings(_ items: [String]) -> Value {
        .list(List(items.map { .string($0) }, type: .stringSlice))
    }

    /// A `map[string]interface {}`.
    public static func map(_ entries: [String: Value]) -> Value { .map(Map(entries)) }

    /// A `map[string]string`.
    public static func strings(_ entries: [String: String]) -> Value {
        .map(Map(entries.mapValues { .string($0) }, type: .map(key: .string, element: .string)))
    }

    /// The zero value of `type`.
    public static func zero(of type: GoType) -> Value {
        switch type {
        case .bool: .bool(false)
        case .integer(let kind): .integer(Integer(bits: 0, kind: kind))
        case .float32: .float32(0)
        case .float64: .float(0)
        case .complex128: .complex(Complex(real: 0, imaginary: 0))
        case .string: .string([])
        case .any, .operand, .function, .channel: .null
        case .slice, .map: zeroContainer(of: type)
        case .pointer(let type): .nilPointer(type)
        case .structure(let type): .structure(Structure(type, []))
        case .named(let name):
            switch name.underlying {
            case .slice, .map: zeroContainer(of: type)
            default: .named(Named(name, zero(of: name.underlying)))
            }
        }
    }

    private static func zeroContainer(of type: GoType) -> Value {
        if case .map = type.underlying { .map(Map(nilOf: type)) } else { .list(List(nilOf: type)) }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An int.
    public init(integerLiteral value: Int) { self = .int(value) }

    /// A bool.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// A float64.
    public init(floatLiteral value: Double) { self = .float(value) }

    /// A `[]interface {}`.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }

    /// A `map[string]interface {}`.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(Map(elements.map { (.string($0), $1) }))
    }
}
