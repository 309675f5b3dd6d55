/// A value of a structure type.
public final class Structure: Sendable {
    /// The type.
    public let type: StructType
    /// The fields' values, in the type's order.
    public let fields: [Value]
    /// How many levels of lists, maps and structures there are, this one among them.
    let depth: Int

    /// A value whose fields are `fields`; what is not given is zero, what is too much is left out.
    public init(_ type: StructType, _ fields: [Value]) {
        self.type = type
        if fields.count == type.fields.count {
            self.fields = fields
        } else {
            let rest = type.fields.dropFirst(fields.count).map { Value.zero(of: $0.type) }
            self.fields = fields.prefix(type.fields.count) + rest
        }
        depth = self.fields.depth + 1
    }

    /// The field `name`; null when there is none.
    public subscript(name: String) -> Value { type.index(of: Array(name.utf8)).map { fields[$0] } ?? .null }
}
