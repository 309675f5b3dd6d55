internal import Reactor
internal import Wire

/// What a worker compresses answers by: its encoders, and the bodies that are under way in them.
struct Compressor: ~Copyable {
    var encoders = EncoderPool(limit: Limits.encoderBytes)
    var encodings = Slab<Encoding>(limit: Limits.encoderBytes / Encoder.memory(.gzip, level: 0)) { _ in Encoding() }
    /// Encodings that hold octets back, and those of the turn under way.
    var held: [Int32] = []
    var heldTurn: [Int32] = []
    /// When what they hold is to leave; 0: none of them holds anything.
    var heldUntil: UInt64 = 0
    /// Of the answer whose head is at hand.
    var answer = AnswerCoding()

    /// Whether octets have been held back for as long as they may be.
    @inline(__always)
    func isDue(_ now: UInt64) -> Bool { heldUntil > 0 && now >= heldUntil }

    /// Milliseconds until then, at most `wait` (-1: as long as one likes).
    func patience(now: UInt64, atMost wait: Int32) -> Int32 {
        let rest = heldUntil > now ? Int32(clamping: (heldUntil - now) / 1_000_000 + 1) : 0
        return wait < 0 ? rest : min(wait, rest)
    }

    deinit {
        // What a drain has cut.
        for index in 0..<Int32(encodings.capacity) { encodings[index].value.encoder?.free() }
    }
}
