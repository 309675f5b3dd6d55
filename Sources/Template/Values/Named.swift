/// A basic value whose type has a name of its own, such as `json.Number` or `time.Duration`.
public final class Named: Sendable {
    /// The type.
    public let type: NamedType
    /// The value without its name: a bool, number or string.
    public let value: Value

    /// `value`, called `type`.
    public init(_ type: NamedType, _ value: Value) {
        self.type = type
        self.value = value.core
    }
}
