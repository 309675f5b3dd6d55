/// A place in a slab: a pointer that is valid for as long as the slab is.
///
/// Invariants: the pointee is initialised, its slab outlives every `Ref`, and only the thread that owns the slab touches
/// it. A slot may be given to another occupant, which its generation tells; a `Ref` is therefore never kept across events,
/// an index and a generation are.
@safe
@frozen
public struct Ref<Value> {
    @usableFromInline
    let pointer: UnsafeMutablePointer<Value>

    /// A reference to what `pointer` points to, which must meet the invariants above.
    @inlinable
    public init(_ pointer: UnsafeMutablePointer<Value>) {
        unsafe self.pointer = pointer
    }

    /// The value in place: reading and writing go straight to the slab, without a copy and without a check.
    @inlinable
    public var value: Value {
        unsafeAddress { unsafe UnsafePointer(pointer) }
        nonmutating unsafeMutableAddress { unsafe pointer }
    }

    /// Whether both are the same place.
    @inlinable
    public static func == (left: Ref, right: Ref) -> Bool {
        unsafe left.pointer == right.pointer
    }
}
