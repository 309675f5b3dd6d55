/// An integer of one of Go's types.
public struct Integer: Sendable, Hashable {
    /// The value in two's complement, extended to 64 bits.
    public let bits: UInt64
    /// The type.
    public let kind: IntegerKind

    /// `bits`, cut to the width of `kind`.
    public init(bits: UInt64, kind: IntegerKind) {
        self.bits = kind.truncate(bits)
        self.kind = kind
    }

    /// The value as a signed number; meaningful when the kind is signed.
    public var signed: Int64 { Int64(bitPattern: bits) }

    /// The value as Swift's `Int`; nil when it is unsigned and beyond.
    public var exact: Int? { kind.isSigned ? Int(signed) : Int(exactly: bits) }
}
