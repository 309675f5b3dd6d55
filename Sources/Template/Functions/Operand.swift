/// A value as an expression gives it, which may also be no value at all: Go's `reflect.Value`.
public struct Operand: Sendable {
    /// The value.
    public var value: Value
    /// Whether it was taken from where Go has an `interface {}`, which messages about types tell.
    public var isInterface: Bool

    /// `value`, taken from a place of its own type, or of `interface {}`.
    public init(_ value: Value, isInterface: Bool = false) {
        self.value = value
        self.isInterface = isInterface
    }

    /// No value: what a key that a map lacks gives.
    public static let missing = Operand(.null)

    /// Whether there is no value.
    public var isMissing: Bool {
        if case .null = value { !isInterface } else { false }
    }

    /// The value without the interface around it.
    var unwrapped: Operand { Operand(value) }

    /// The type's name as messages tell it.
    var typeName: String { isInterface ? "interface {}" : value.typeName }
}
