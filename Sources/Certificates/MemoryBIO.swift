internal import COpenSSL

/// Memory that OpenSSL writes text into.
///
/// Invariants: `pointer` is a live memory BIO that this object alone owns. Used by one thread.
@safe
final class MemoryBIO {
    let pointer: OpaquePointer

    /// An empty one; nil without memory.
    init?() {
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe BIO_free_all(pointer) }

    /// What has been written.
    var octets: [UInt8] {
        var start: UnsafePointer<UInt8>?
        let count = unsafe portico_bio_memory(pointer, &start)
        guard count > 0, let start = unsafe start else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }
}
