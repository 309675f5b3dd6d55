/// A Go type with a name of its own over a basic type, a slice or a map, such as `dependency.ServiceTags`.
public final class NamedType: Sendable {
    /// The name with its package, as `%T` prints it.
    public let name: String
    /// What it is made of.
    public let underlying: GoType
    /// What templates can call on its values.
    public let methods: MethodTable
    /// Go's `String` or `Error` method, which printing asks for the text.
    public let text: (@Sendable (Value) -> [UInt8])?

    /// A type called `name` over `underlying`.
    public init(
        _ name: String, underlying: GoType, methods: [Method] = [], text: (@Sendable (Value) -> [UInt8])? = nil
    ) {
        self.name = name
        self.underlying = underlying.underlying
        self.methods = MethodTable(methods)
        self.text = text
    }
}

extension NamedType: Hashable {
    /// Types are told apart by who they are, as in Go.
    public static func == (left: NamedType, right: NamedType) -> Bool { left === right }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
