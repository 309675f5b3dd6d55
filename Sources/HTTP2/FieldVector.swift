internal import CNghttp2

/// The fields of a head to be sent, in nghttp2's form: an array that an engine owns and every head reuses.
///
/// Invariant: `base` points to `capacity` entries, of which the first `count` are initialised; what they point to is good
/// until the head has been handed in.
@safe
struct FieldVector {
    private(set) var base: UnsafeMutablePointer<nghttp2_nv>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        unsafe base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    func deallocate() {
        unsafe base.deallocate()
    }

    mutating func removeAll() { count = 0 }

    mutating func append(_ name: UnsafeMutableRawBufferPointer, _ value: UnsafeMutableRawBufferPointer) {
        if count == capacity { grow() }
        unsafe (base + count).initialize(
            to: nghttp2_nv(
                name: name.baseAddress?.assumingMemoryBound(to: UInt8.self),
                value: value.baseAddress?.assumingMemoryBound(to: UInt8.self), namelen: name.count,
                valuelen: value.count, flags: 0))
        count += 1
    }

    /// Adds a field whose name is known at build time: nghttp2 copies it and changes nothing.
    mutating func append(_ name: StaticString, _ value: UnsafeMutableRawBufferPointer) {
        let start = unsafe UnsafeMutableRawPointer(mutating: name.utf8Start)
        unsafe append(UnsafeMutableRawBufferPointer(start: start, count: name.utf8CodeUnitCount), value)
    }

    /// Adds a field that is known at build time.
    mutating func append(_ name: StaticString, _ value: StaticString) {
        let start = unsafe UnsafeMutableRawPointer(mutating: value.utf8Start)
        unsafe append(name, UnsafeMutableRawBufferPointer(start: start, count: value.utf8CodeUnitCount))
    }

    /// A head has more fields than any before it.
    private mutating func grow() {
        let larger = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = unsafe larger
        capacity *= 2
    }
}
