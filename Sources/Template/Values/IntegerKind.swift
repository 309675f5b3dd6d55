/// Go's integer types.
public enum IntegerKind: UInt8, Sendable, Hashable {
    /// The signed types.
    case int, int8, int16, int32, int64
    /// The unsigned types.
    case uint, uint8, uint16, uint32, uint64, uintptr

    /// Whether values of the type can be negative.
    public var isSigned: Bool { rawValue <= Self.int64.rawValue }

    /// The type's name in Go.
    public var name: String {
        switch self {
        case .int: "int"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint: "uint"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .uintptr: "uintptr"
        }
    }

    /// `bits` cut to the type's width, as Go's conversions do.
    func truncate(_ bits: UInt64) -> UInt64 {
        switch self {
        case .int, .int64, .uint, .uint64, .uintptr: bits
        case .int8: UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: bits)))
        case .int16: UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: bits)))
        case .int32: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits)))
        case .uint8: UInt64(UInt8(truncatingIfNeeded: bits))
        case .uint16: UInt64(UInt16(truncatingIfNeeded: bits))
        case .uint32: UInt64(UInt32(truncatingIfNeeded: bits))
        }
    }
}
