internal import Reactor

/// Reads the heads of the frames that a peer sends, before nghttp2 acts on any of them (RFC 9113 §4.1).
///
/// nghttp2 tells nothing of frames that it passes over, and of others only when their work is done: what is to be counted
/// is counted here. The scanner keeps step by lengths alone, whatever the octets are cut into.
struct FrameScanner {
    /// A frame's head.
    struct Head {
        var length: UInt32
        var type: UInt8
        var flags: UInt8
        var stream: Int32
    }

    /// Octets to be passed over: of a payload, and first of all of the client's preface.
    private var left: UInt32
    /// Octets of a head that was cut.
    private var held = 0
    private var high: UInt64 = 0

    /// The last head's type and flags.
    private var type: UInt8?
    private var flags: UInt8 = 0

    private static let headBytes = 9
    private static let prefaceBytes: UInt32 = 24

    init(isServer: Bool) {
        left = isServer ? Self.prefaceBytes : 0
    }

    /// Whether the preface, or a field section that has begun, is not yet whole (RFC 9113 §3.4, §6.10).
    var isWithinFields: Bool {
        guard let type else { return left > 0 }
        let hasEnd = flags & Self.endHeaders != 0
        return (type == Self.headers || type == Self.continuation) && (left > 0 || !hasEnd)
    }

    private static let headers: UInt8 = 1
    private static let continuation: UInt8 = 9
    private static let endHeaders: UInt8 = 4

    /// Moves `index` behind the next head in `bytes`; nil when they end before it is whole.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Head? {
        let passed = min(Int(left), bytes.count - index)
        left -= UInt32(passed)
        index += passed
        // The first eight octets fit a word; the ninth completes the head.
        while index < bytes.count {
            let octet = unsafe bytes[index]
            index += 1
            held += 1
            guard held == Self.headBytes else {
                high = high << 8 | UInt64(octet)
                continue
            }
            let stream = UInt32(truncatingIfNeeded: high) << 8 | UInt32(octet)
            let head = Head(
                length: UInt32(high >> 40), type: UInt8(truncatingIfNeeded: high >> 32),
                flags: UInt8(truncatingIfNeeded: high >> 24), stream: Int32(stream & 0x7fff_ffff))
            left = head.length
            type = head.type
            flags = head.flags
            held = 0
            high = 0
            return head
        }
        return nil
    }
}
