/// Memory that a worker keeps for its whole life.
///
/// Invariants: `bytes` is initialised and valid until ``deallocate()``; only the owning thread touches it.
@safe
struct ScratchMemory {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        unsafe bytes = .allocate(byteCount: count, alignment: 64)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    func deallocate() {
        unsafe bytes.deallocate()
    }

    /// The part from `start` to the end.
    func from(_ start: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
    }

    /// The first `count` octets.
    func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
    }
}

/// An array of trivial values that the hot path reads and writes in place, without uniqueness checks.
///
/// Invariant: `capacity` initialised elements at `base`. It grows when a table is installed, never on the request path.
@safe
struct GrowingArray<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    private let blank: Element

    init(repeating blank: Element) {
        self.blank = blank
        capacity = 64
        unsafe base = .allocate(capacity: 64)
        unsafe base.initialize(repeating: blank, count: 64)
    }

    deinit {
        unsafe base.deallocate()
    }

    mutating func reserve(_ count: Int) {
        guard count > capacity else { return }
        let larger = max(count, capacity * 2)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        unsafe fresh.moveInitialize(from: base, count: capacity)
        unsafe (fresh + capacity).initialize(repeating: blank, count: larger - capacity)
        unsafe base.deallocate()
        unsafe base = fresh
        capacity = larger
    }

    subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(index >= 0 && index < capacity)
            return unsafe UnsafePointer(base + index)
        }
        unsafeMutableAddress {
            precondition(index >= 0 && index < capacity)
            return unsafe base + index
        }
    }
}

/// Random numbers for balancing and request names (xoshiro256**): not for secrets.
struct RandomSource {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(seed: UInt64) {
        var system = SystemRandomNumberGenerator()
        state = (system.next() ^ seed, system.next(), system.next(), system.next() | 1)
    }

    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }
}
