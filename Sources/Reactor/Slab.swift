/// Values of one kind at stable addresses, found by small integers, reused last freed first.
///
/// It grows by chunks and never shrinks, so an address stays good as long as the slab. Owned by one thread.
@safe
public struct Slab<Value>: ~Copyable {
    /// Slots a chunk; a power of two.
    @usableFromInline
    static var chunkSlots: Int { 512 }

    @usableFromInline
    var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Value>>
    @usableFromInline
    var chunkCount = 0
    @usableFromInline
    let chunkLimit: Int
    @usableFromInline
    var free: UnsafeMutablePointer<Int32>
    @usableFromInline
    var freeCount = 0
    @usableFromInline
    let make: (Int32) -> Value

    /// Slots that are taken.
    public internal(set) var count = 0

    /// A slab of at most `limit` values (rounded up to whole chunks); `make` gives a slot's first content.
    public init(limit: Int, make: @escaping (Int32) -> Value) {
        chunkLimit = (limit + Self.chunkSlots - 1) / Self.chunkSlots
        unsafe chunks = .allocate(capacity: chunkLimit)
        unsafe free = .allocate(capacity: chunkLimit * Self.chunkSlots)
        self.make = make
    }

    deinit {
        for chunk in 0..<chunkCount {
            unsafe chunks[chunk].deinitialize(count: Self.chunkSlots)
            unsafe chunks[chunk].deallocate()
        }
        unsafe chunks.deallocate()
        unsafe free.deallocate()
    }

    /// Takes a slot, or returns -1 when the limit is reached.
    ///
    /// The slot's content is as its last occupant left it.
    public mutating func take() -> Int32 {
        if freeCount == 0, !grow() { return -1 }
        freeCount -= 1
        count += 1
        return unsafe free[freeCount]
    }

    /// Gives a slot back.
    public mutating func give(_ index: Int32) {
        unsafe free[freeCount] = index
        freeCount += 1
        count -= 1
    }

    /// The value at `index`, which must be one that ``take()`` has returned.
    @inlinable
    public subscript(index: Int32) -> Ref<Value> {
        let index = Int(index)
        precondition(index >= 0 && index < chunkCount &* Self.chunkSlots)
        return unsafe Ref(chunks[index / Self.chunkSlots] + index % Self.chunkSlots)
    }

    /// Slots that were ever made: every index is below it.
    @inlinable
    public var capacity: Int { chunkCount &* Self.chunkSlots }

    private mutating func grow() -> Bool {
        guard chunkCount < chunkLimit else { return false }
        let chunk = UnsafeMutablePointer<Value>.allocate(capacity: Self.chunkSlots)
        let first = chunkCount * Self.chunkSlots
        for slot in 0..<Self.chunkSlots {
            unsafe (chunk + slot).initialize(to: make(Int32(first + slot)))
        }
        unsafe chunks[chunkCount] = unsafe chunk
        chunkCount += 1
        // Filled from the top so that the lowest index is taken first: neighbours in use are neighbours in memory.
        for slot in stride(from: Self.chunkSlots - 1, through: 0, by: -1) {
            unsafe free[freeCount] = Int32(first + slot)
            freeCount += 1
        }
        return true
    }
}
