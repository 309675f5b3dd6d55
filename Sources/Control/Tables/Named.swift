/// A value with its name behind a reference: one that stays the same from table to table is told by its identity, and costs
/// nothing to carry along.
final class Named<Value: Sendable>: Sendable {
    /// By which values are sorted.
    let name: String
    /// The value.
    let value: Value

    init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
