internal import Synchronization

extension Atomic where Value == UInt64 {
    /// Adds to a counter that only the calling thread writes: no other can lose what it adds, so nothing is locked.
    @inline(__always)
    borrowing func addAlone(_ amount: UInt64) {
        store(load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
}
