/// The fields of the head being parsed: a fixed table that a worker owns and every parse reuses.
///
/// Invariants: `base` points to `capacity` initialised fields that outlive the table; `count <= capacity`; only the thread
/// that owns it touches it.
@safe
@frozen
public struct FieldTable {
    /// The first field.
    public let base: UnsafeMutablePointer<HeaderField>
    /// The most fields that one head may have.
    public let capacity: Int

    /// Allocates a table; ``deallocate()`` gives it back.
    public init(capacity: Int) {
        unsafe base = .allocate(capacity: capacity)
        unsafe base.initialize(
            repeating: HeaderField(nameStart: 0, nameCount: 0, valueStart: 0, valueCount: 0, lineEnd: 0, name: .other),
            count: capacity)
        self.capacity = capacity
    }

    /// Gives the memory back; the table must not be used afterwards.
    public func deallocate() {
        unsafe base.deallocate()
    }

    /// The field at `index`, which must be below `capacity`.
    @inlinable
    public subscript(index: Int) -> HeaderField {
        get {
            precondition(index >= 0 && index < capacity)
            return unsafe base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < capacity)
            unsafe base[index] = newValue
        }
    }
}
