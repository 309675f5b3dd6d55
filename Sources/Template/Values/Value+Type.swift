extension Value {
    /// The Go type; nil for nil without a type.
    public var type: GoType? {
        switch self {
        case .null: nil
        case .bool: .bool
        case .integer(let integer): .integer(integer.kind)
        case .float: .float64
        case .float32: .float32
        case .complex: .complex128
        case .string: .string
        case .bytes: .bytes
        case .list(let list): list.type
        case .map(let map): map.type
        case .structure(let structure): .structure(structure.type)
        case .pointer(let structure): .pointer(structure.type)
        case .nilPointer(let type): .pointer(type)
        case .channel(let channel): .channel(channel.element)
        case .function(let value): .function(value.function.signature)
        case .named(let named): .named(named.type)
        }
    }

    /// The type's name; `<nil>` for nil without a type.
    public var typeName: String { type?.description ?? "<nil>" }

    /// The value without a name of its type.
    public var core: Value {
        if case .named(let named) = self { named.value } else { self }
    }

    /// Whether it counts as true: not zero, not empty, not nil.
    public var isTrue: Bool {
        switch self {
        case .null, .nilPointer: false
        case .bool(let value): value
        case .integer(let integer): integer.bits != 0
        case .float(let value): value != 0
        case .float32(let value): value != 0
        case .complex(let value): value.real != 0 || value.imaginary != 0
        case .string(let octets), .bytes(let octets): !octets.isEmpty
        case .list(let list): list.count > 0
        case .map(let map): map.count > 0
        case .structure, .pointer, .channel, .function: true
        case .named(let named): named.value.isTrue
        }
    }

    /// Whether it is nil, with or without a type.
    public var isNil: Bool {
        switch self {
        case .null, .nilPointer: true
        case .list(let list): list.isNil
        case .map(let map): map.isNil
        default: false
        }
    }

    /// The octets of a string, with or without a name of its type.
    public var octets: [UInt8]? {
        if case .string(let octets) = core { octets } else { nil }
    }

    /// The text of a string; what is not UTF-8 in it is replaced.
    public var text: String? { octets.map { String(decoding: $0, as: UTF8.self) } }

    /// The structure, by value or behind a pointer.
    public var structureValue: Structure? {
        switch self {
        case .structure(let structure), .pointer(let structure): structure
        default: nil
        }
    }

    /// Whether both are one value as Go's `==` of interfaces has it; what cannot be compared is never equal.
    func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.float32(let left), .float32(let right)): left == right
        case (.complex(let left), .complex(let right)): left.real == right.real && left.imaginary == right.imaginary
        case (.string(let left), .string(let right)): left == right
        case (.structure(let left), .structure(let right)):
            left.type === right.type && zip(left.fields, right.fields).allSatisfy { $0.isIdentical(to: $1) }
        case (.pointer(let left), .pointer(let right)): left === right
        case (.nilPointer(let left), .nilPointer(let right)): left === right
        case (.channel(let left), .channel(let right)): left === right
        case (.named(let left), .named(let right)):
            left.type === right.type && left.value.isIdentical(to: right.value)
        default: false
        }
    }
}

extension Value {
    /// How many levels of lists, maps and structures there are; 0 for what has none.
    var depth: Int {
        switch self {
        case .list(let list): list.depth
        case .map(let map): map.depth
        case .structure(let structure), .pointer(let structure): structure.depth
        default: 0
        }
    }
}

extension [Value] {
    /// The depth of the deepest.
    var depth: Int { reduce(0) { Swift.max($0, $1.depth) } }
}
