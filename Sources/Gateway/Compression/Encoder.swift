internal import Wire

/// What one step of an encoder did.
struct EncoderStep {
    /// Octets of the input that were used.
    var consumed = 0
    /// Octets that were written.
    var produced = 0
    /// All of the input was taken and, where that was asked for, all of it has come out again.
    var isDone = false
    /// The encoder is of no use any more: it ran out of memory.
    var hasFailed = false
}

/// One body on its way into a content coding: octets in, octets out.
///
/// Invariants: `context` is the library's own state for `coding`, which nobody else holds; it lives until ``free()``, which
/// is called once. A trivial value, so that what holds it stays trivial. Used by one thread.
@safe
struct Encoder {
    /// What is to be the case when a step is done.
    enum Mark {
        /// The input was taken.
        case none
        /// All that was put in can be read from what came out.
        case flush
        /// Nothing follows.
        case end
    }

    /// The coding of what comes out.
    let coding: ContentCoding
    /// How hard it tries.
    let level: UInt8
    private let context: UnsafeMutableRawPointer

    /// Owns `context`.
    private init(_ coding: ContentCoding, level: UInt8, _ context: UnsafeMutableRawPointer) {
        self.coding = coding
        self.level = level
        unsafe self.context = context
    }

    /// An encoder that is ready for a body; nil where there is no library for `coding`, or no memory.
    ///
    /// - Parameter level: 1 to 9, or 0 for what is cheap.
    static func make(_ coding: ContentCoding, level: UInt8) -> Encoder? {
        let context: UnsafeMutableRawPointer?
        switch coding {
        case .identity: return nil
        case .gzip: unsafe context = unsafe GzipContext.make(level: level)
        case .brotli: unsafe context = unsafe BrotliLibrary.shared?.make(level: level)
        case .zstd: unsafe context = unsafe ZstdLibrary.shared?.make(level: level)
        }
        guard let context = unsafe context else { return nil }
        return unsafe Encoder(coding, level: level, context)
    }

    /// Whether there is a library for `coding` on this machine.
    static func isAvailable(_ coding: ContentCoding) -> Bool {
        switch coding {
        case .identity: false
        case .gzip: true
        case .brotli: BrotliLibrary.shared != nil
        case .zstd: ZstdLibrary.shared != nil
        }
    }

    /// Octets that an encoder of `coding` holds, at most, with the windows that are set here.
    ///
    /// zlib's is what zconf.h says. The others' were measured (zstd 1.5.4, by `ZSTD_sizeof_CCtx`; brotli 1.0.9, by what it
    /// allocates for 5 MB in pieces of 128 KiB), and rounded up: those who try hard remember much.
    static func memory(_ coding: ContentCoding, level: UInt8) -> Int {
        switch (coding, level) {
        case (.identity, _): 0
        case (.gzip, _): 272 << 10
        case (.zstd, 0...3): 2 << 20
        case (.zstd, 4): 3 << 20
        case (.zstd, 5...6): 4 << 20
        case (.zstd, 7...8): 7 << 20
        case (.zstd, _): 14 << 20
        case (.brotli, 0...4): 3 << 20
        case (.brotli, 5): 4 << 20
        case (.brotli, 6): 5 << 20
        case (.brotli, 7): 11 << 20
        case (.brotli, 8): 20 << 20
        case (.brotli, _): 40 << 20
        }
    }

    /// See ``memory(_:level:)``.
    var memory: Int { Self.memory(coding, level: level) }

    /// Takes from `input` and writes to `output` as far as that goes, towards `mark`.
    ///
    /// To be called again with what is left of the input, and room, until it is done.
    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, _ mark: Mark) -> EncoderStep {
        switch coding {
        case .identity: EncoderStep(hasFailed: true)
        case .gzip: unsafe GzipContext.step(context, input, output, mark)
        case .brotli: unsafe BrotliLibrary.shared?.step(context, input, output, mark) ?? EncoderStep(hasFailed: true)
        case .zstd: unsafe ZstdLibrary.shared?.step(context, input, output, mark) ?? EncoderStep(hasFailed: true)
        }
    }

    /// Makes it ready for another body; false where it cannot be used again.
    func reset() -> Bool {
        switch coding {
        case .gzip: unsafe GzipContext.reset(context)
        case .zstd: unsafe ZstdLibrary.shared?.reset(context) ?? false
        // The library knows no way back.
        case .identity, .brotli: false
        }
    }

    /// Gives the memory back.
    func free() {
        switch coding {
        case .identity: break
        case .gzip: unsafe GzipContext.free(context)
        case .brotli: unsafe BrotliLibrary.shared?.free(context)
        case .zstd: unsafe ZstdLibrary.shared?.free(context)
        }
    }
}
