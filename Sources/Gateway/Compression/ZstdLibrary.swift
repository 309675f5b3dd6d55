/// libzstd, where the machine has it: Zstandard (RFC 8878).
///
/// Safety: the functions' types are those of zstd.h, whose streaming interface is stable since version 1.4; a context is
/// what `ZSTD_createCCtx` returned, used until `free`. `ZSTD_inBuffer` and `ZSTD_outBuffer` are a pointer, a size and a
/// position, each a word, which `step` lays out as three words of memory of its own.
@safe
struct ZstdLibrary: Sendable {
    private typealias Create = @convention(c) () -> UnsafeMutableRawPointer?
    private typealias SetParameter = @convention(c) (UnsafeMutableRawPointer, Int32, Int32) -> Int
    private typealias Reset = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int
    private typealias Compress =
        @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer, Int32) -> Int
    private typealias IsError = @convention(c) (Int) -> UInt32
    private typealias Free = @convention(c) (UnsafeMutableRawPointer) -> Int

    /// `ZSTD_c_compressionLevel`, `ZSTD_c_windowLog`.
    private static let (levelParameter, windowParameter): (Int32, Int32) = (100, 101)
    /// 128 KiB of window: the memory of an encoder grows with it, and answers are seldom larger.
    private static let window: Int32 = 17
    /// Level 3, the library's own default: of JSON half the time of zlib's 1, and 15 % fewer octets.
    private static let usualLevel: Int32 = 3

    private let create: Create
    private let setParameter: SetParameter
    private let resetContext: Reset
    private let compress: Compress
    private let isError: IsError
    private let freeContext: Free

    /// The library of this machine.
    static let shared = ZstdLibrary()

    private init?() {
        guard let library = unsafe SharedLibrary.load("libzstd.so.1"),
            let create = unsafe SharedLibrary.function("ZSTD_createCCtx", of: library, as: Create.self),
            let setParameter = unsafe SharedLibrary.function(
                "ZSTD_CCtx_setParameter", of: library, as: SetParameter.self),
            let resetContext = unsafe SharedLibrary.function("ZSTD_CCtx_reset", of: library, as: Reset.self),
            let compress = unsafe SharedLibrary.function("ZSTD_compressStream2", of: library, as: Compress.self),
            let isError = unsafe SharedLibrary.function("ZSTD_isError", of: library, as: IsError.self),
            let freeContext = unsafe SharedLibrary.function("ZSTD_freeCCtx", of: library, as: Free.self)
        else { return nil }
        unsafe self.create = unsafe create
        unsafe self.setParameter = unsafe setParameter
        unsafe self.resetContext = unsafe resetContext
        unsafe self.compress = unsafe compress
        self.isError = isError
        unsafe self.freeContext = unsafe freeContext
    }

    func make(level: UInt8) -> UnsafeMutableRawPointer? {
        guard let context = unsafe create() else { return nil }
        // The memory is taken with the first octets: it is asked for here, where there is another way.
        let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        var room: UInt64 = 0
        let isGood = unsafe withUnsafeMutableBytes(of: &room) { room in
            unsafe set(context, level: level) && !step(context, none, room, .none).hasFailed
        }
        guard isGood, unsafe reset(context) else {
            unsafe free(context)
            return nil
        }
        return unsafe context
    }

    private func set(_ context: UnsafeMutableRawPointer, level: UInt8) -> Bool {
        let level = level == 0 ? Self.usualLevel : Int32(level)
        return unsafe isError(setParameter(context, Self.levelParameter, level)) == 0
            && isError(setParameter(context, Self.windowParameter, Self.window)) == 0
    }

    func step(
        _ context: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ mark: Encoder.Mark
    ) -> EncoderStep {
        var source = (UInt(bitPattern: input.baseAddress), UInt(input.count), UInt(0))
        var target = (UInt(bitPattern: output.baseAddress), UInt(output.count), UInt(0))
        // ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end.
        let directive: Int32 = mark == .none ? 0 : mark == .flush ? 1 : 2
        let left = unsafe withUnsafeMutableBytes(of: &source) { source in
            unsafe withUnsafeMutableBytes(of: &target) { target -> Int in
                guard let source = source.baseAddress, let target = target.baseAddress else { return -1 }
                return unsafe compress(context, target, source, directive)
            }
        }
        guard isError(left) == 0 else { return EncoderStep(hasFailed: true) }
        let isTaken = source.2 == UInt(input.count)
        return EncoderStep(
            consumed: Int(source.2), produced: Int(target.2), isDone: isTaken && (mark == .none || left == 0))
    }

    func reset(_ context: UnsafeMutableRawPointer) -> Bool {
        // ZSTD_reset_session_only: the parameters stay.
        unsafe isError(resetContext(context, 1)) == 0
    }

    func free(_ context: UnsafeMutableRawPointer) {
        _ = unsafe freeContext(context)
    }
}
