/// A type as Go would name it: what messages, `%T` and the checks of arguments speak of.
public indirect enum GoType: Sendable, Hashable {
    /// `bool`.
    case bool
    /// One of the integer types.
    case integer(IntegerKind)
    /// `float32`.
    case float32
    /// `float64`.
    case float64
    /// `complex128`.
    case complex128
    /// `string`.
    case string
    /// `interface {}`: takes anything.
    case any
    /// `reflect.Value`: takes anything, even the lack of a value, and is not unwrapped.
    case operand
    /// A slice without a name.
    case slice(GoType)
    /// A map without a name.
    case map(key: GoType, element: GoType)
    /// A pointer to a structure.
    case pointer(StructType)
    /// A structure.
    case structure(StructType)
    /// A type with a name of its own over another one.
    case named(NamedType)
    /// A channel that can be received from.
    case channel(GoType)
    /// A function, by its signature.
    case function(String)

    /// `int`.
    public static let int = GoType.integer(.int)
    /// `int64`.
    public static let int64 = GoType.integer(.int64)
    /// `uint64`.
    public static let uint64 = GoType.integer(.uint64)
    /// `[]interface {}`.
    public static let anySlice = GoType.slice(.any)
    /// `[]string`.
    public static let stringSlice = GoType.slice(.string)
    /// `[]uint8`.
    public static let bytes = GoType.slice(.integer(.uint8))
    /// `map[string]interface {}`.
    public static let stringMap = GoType.map(key: .string, element: .any)

    /// The type below a name; the type itself when it has none of its own.
    public var underlying: GoType {
        if case .named(let type) = self { type.underlying } else { self }
    }

    /// Whether the type has a name, be it Go's own.
    ///
    /// Between two of these nothing is assigned, but for equal ones.
    var isDefined: Bool {
        switch self {
        case .slice, .map, .pointer, .channel, .function, .any: false
        default: true
        }
    }

    /// Whether nil is a value of the type.
    public var canBeNil: Bool {
        switch underlying {
        case .any, .operand, .slice, .map, .pointer, .channel, .function: true
        default: false
        }
    }

    /// Whether values of the type can be compared with `==`.
    public var isComparable: Bool {
        switch underlying {
        case .slice, .map, .function: false
        case .structure(let type): type.fields.allSatisfy(\.type.isComparable)
        default: true
        }
    }

    /// Whether a value of this type goes where `target` is wanted, by Go's rules for assignment.
    public func isAssignable(to target: GoType) -> Bool {
        switch (self, target) {
        case (.string, .string): return true
        case (_, .any): return true
        default: break
        }
        if self == target { return true }
        if isDefined && target.isDefined { return false }
        return underlying == target.underlying
    }
}

extension GoType: CustomStringConvertible {
    /// The type as Go's reflect package writes it.
    public var description: String {
        switch self {
        case .bool: "bool"
        case .integer(let kind): kind.name
        case .float32: "float32"
        case .float64: "float64"
        case .complex128: "complex128"
        case .string: "string"
        case .any: "interface {}"
        case .operand: "reflect.Value"
        case .slice(let element): "[]\(element)"
        case .map(let key, let element): "map[\(key)]\(element)"
        case .pointer(let type): "*\(type.name)"
        case .structure(let type): type.name
        case .named(let type): type.name
        case .channel(let element): "<-chan \(element)"
        case .function(let signature): signature
        }
    }
}
