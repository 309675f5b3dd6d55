/// libbrotlienc, where the machine has it: brotli (RFC 7932).
///
/// Safety: the functions' types are those of brotli/encode.h, which has kept them since version 1.0; a context is what
/// `BrotliEncoderCreateInstance` returned, used until `free`.
@safe
struct BrotliLibrary: Sendable {
    private typealias Create =
        @convention(c) (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
    private typealias SetParameter = @convention(c) (UnsafeMutableRawPointer, Int32, UInt32) -> Int32
    private typealias Compress =
        @convention(c) (
            UnsafeMutableRawPointer, Int32, UnsafeMutablePointer<Int>, UnsafeMutablePointer<UnsafePointer<UInt8>?>,
            UnsafeMutablePointer<Int>, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>?
        ) -> Int32
    private typealias Ask = @convention(c) (UnsafeMutableRawPointer) -> Int32
    private typealias Destroy = @convention(c) (UnsafeMutableRawPointer) -> Void

    /// `BROTLI_PARAM_QUALITY`, `BROTLI_PARAM_LGWIN`.
    private static let (quality, windowBits): (Int32, Int32) = (1, 2)
    /// 256 KiB of window, as Envoy's: answers are seldom larger, and an encoder's memory grows with it.
    private static let window: UInt32 = 18
    /// Level 2: of JSON the time of zlib's 1, and an eighth fewer octets; 4 takes twice as long for another twentieth.
    private static let usualLevel: UInt32 = 2

    private let create: Create
    private let setParameter: SetParameter
    private let compress: Compress
    private let hasMore: Ask
    private let isFinished: Ask
    private let destroy: Destroy

    /// The library of this machine.
    static let shared = BrotliLibrary()

    private init?() {
        guard let library = unsafe SharedLibrary.load("libbrotlienc.so.1"),
            let create = unsafe SharedLibrary.function("BrotliEncoderCreateInstance", of: library, as: Create.self),
            let setParameter = unsafe SharedLibrary.function(
                "BrotliEncoderSetParameter", of: library, as: SetParameter.self),
            let compress = unsafe SharedLibrary.function(
                "BrotliEncoderCompressStream", of: library, as: Compress.self),
            let hasMore = unsafe SharedLibrary.function("BrotliEncoderHasMoreOutput", of: library, as: Ask.self),
            let isFinished = unsafe SharedLibrary.function("BrotliEncoderIsFinished", of: library, as: Ask.self),
            let destroy = unsafe SharedLibrary.function(
                "BrotliEncoderDestroyInstance", of: library, as: Destroy.self)
        else { return nil }
        unsafe self.create = unsafe create
        unsafe self.setParameter = unsafe setParameter
        unsafe self.compress = unsafe compress
        unsafe self.hasMore = unsafe hasMore
        unsafe self.isFinished = unsafe isFinished
        unsafe self.destroy = unsafe destroy
    }

    func make(level: UInt8) -> UnsafeMutableRawPointer? {
        guard let context = unsafe create(nil, nil, nil) else { return nil }
        _ = unsafe setParameter(context, Self.quality, level == 0 ? Self.usualLevel : UInt32(min(11, level)))
        _ = unsafe setParameter(context, Self.windowBits, Self.window)
        return unsafe context
    }

    func step(
        _ context: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ mark: Encoder.Mark
    ) -> EncoderStep {
        var next = unsafe input.bindMemory(to: UInt8.self).baseAddress
        var left = input.count
        var target = unsafe output.bindMemory(to: UInt8.self).baseAddress
        var room = output.count
        let operation: Int32 = mark == .none ? 0 : mark == .flush ? 1 : 2
        let isGood = unsafe compress(context, operation, &left, &next, &room, &target, nil) != 0
        var step = EncoderStep(consumed: input.count - left, produced: output.count - room, hasFailed: !isGood)
        switch mark {
        case .none: step.isDone = left == 0
        case .flush: step.isDone = unsafe left == 0 && hasMore(context) == 0
        case .end: step.isDone = unsafe isFinished(context) != 0
        }
        return step
    }

    func free(_ context: UnsafeMutableRawPointer) {
        unsafe destroy(context)
    }
}
