internal import CZlib

/// zlib's streams, writing gzip (RFC 1952).
///
/// Safety: a context is a `z_stream` on the heap, initialised by `make` and used until `free`; zlib reads and writes the
/// memory that `step` gives it during that call alone.
enum GzipContext {
    /// 15 bits of window, and 16 for gzip's head and trailer.
    private static let window: Int32 = 15 + 16
    /// zlib's usual memory for the codes: 128 KiB, besides as much for the window and its hashes.
    private static let memory: Int32 = 8
    /// Level 1, as nginx and HAProxy do by default: of JSON a quarter of the time of zlib's own default (6), and 30 % more octets.
    private static let usualLevel: Int32 = 1

    private static func level(_ level: UInt8) -> Int32 { level == 0 ? usualLevel : Int32(min(9, level)) }

    static func make(level: UInt8) -> UnsafeMutableRawPointer? {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let result = unsafe deflateInit2_(
            stream, Self.level(level), Z_DEFLATED, window, memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        return UnsafeMutableRawPointer(stream)
    }

    static func step(
        _ context: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ mark: Encoder.Mark
    ) -> EncoderStep {
        let stream = unsafe context.assumingMemoryBound(to: z_stream.self)
        let source = unsafe input.bindMemory(to: UInt8.self)
        let target = unsafe output.bindMemory(to: UInt8.self)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(clamping: target.count)
        let flush = mark == .none ? Z_NO_FLUSH : mark == .flush ? Z_SYNC_FLUSH : Z_FINISH
        let result = unsafe deflate(stream, flush)
        var step = EncoderStep()
        step.consumed = source.count - Int(unsafe stream.pointee.avail_in)
        step.produced = target.count - Int(unsafe stream.pointee.avail_out)
        switch mark {
        case .none: step.isDone = step.consumed == source.count
        // With room left, nothing is left inside (zlib.h).
        case .flush: step.isDone = unsafe step.consumed == source.count && stream.pointee.avail_out > 0
        case .end: step.isDone = result == Z_STREAM_END
        }
        // Nothing to do is no failure.
        step.hasFailed = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR
        return step
    }

    static func reset(_ context: UnsafeMutableRawPointer) -> Bool {
        unsafe deflateReset(context.assumingMemoryBound(to: z_stream.self)) == Z_OK
    }

    static func free(_ context: UnsafeMutableRawPointer) {
        let stream = unsafe context.assumingMemoryBound(to: z_stream.self)
        _ = unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }
}
