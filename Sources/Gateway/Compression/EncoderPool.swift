internal import Wire

/// A worker's encoders: made when they are needed, kept for the next answer, never more of them than may be.
///
/// Making one costs as much as compressing some kilobytes, so those that are given back wait; in the steady state none is
/// made. Brotli's cannot be used twice.
@safe
struct EncoderPool: ~Copyable {
    /// The most octets that all of them may hold.
    private let limit: Int
    private var gzip: [Encoder] = []
    private var zstd: [Encoder] = []
    /// Octets that those in use, and those that wait, are counted with.
    private(set) var bytes = 0

    /// An empty pool.
    init(limit: Int) {
        self.limit = limit
    }

    deinit {
        for encoder in gzip { encoder.free() }
        for encoder in zstd { encoder.free() }
    }

    /// An encoder for a body; nil where there is none for the coding, or no memory for one more.
    mutating func take(_ coding: ContentCoding, level: UInt8) -> Encoder? {
        while let kept = takeKept(coding, level: level) {
            if kept.reset() { return kept }
            drop(kept)
        }
        let size = Encoder.memory(coding, level: level)
        // Those that wait for other bodies make room.
        while bytes + size > limit, let idle = gzip.popLast() ?? zstd.popLast() { drop(idle) }
        guard bytes + size <= limit, let encoder = Encoder.make(coding, level: level) else { return nil }
        bytes += size
        return encoder
    }

    /// One that waits for a body of this coding and level.
    private mutating func takeKept(_ coding: ContentCoding, level: UInt8) -> Encoder? {
        switch coding {
        case .gzip: gzip.lastIndex { $0.level == level }.map { gzip.remove(at: $0) }
        case .zstd: zstd.lastIndex { $0.level == level }.map { zstd.remove(at: $0) }
        case .identity, .brotli: nil
        }
    }

    /// Takes an encoder back, whatever has become of its body.
    mutating func give(_ encoder: Encoder) {
        switch encoder.coding {
        case .gzip where gzip.count < Limits.encodersKept: gzip.append(encoder)
        case .zstd where zstd.count < Limits.encodersKept: zstd.append(encoder)
        default: drop(encoder)
        }
    }

    /// Frees an encoder that is of no use any more.
    mutating func drop(_ encoder: Encoder) {
        encoder.free()
        bytes -= encoder.memory
    }
}
