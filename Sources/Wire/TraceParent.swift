/// A `traceparent` field's value (W3C Trace Context, level 1, §3.2): the trace that a request is part of, and who asks.
public struct TraceParent: Equatable, Sendable {
    /// The trace's id, sixteen octets; never all zeroes.
    public var traceHigh: UInt64
    /// Its second half.
    public var traceLow: UInt64
    /// The id of the span that made the request; never 0.
    public var parent: UInt64
    /// The caller may have recorded it (§3.2.2.5).
    public var isSampled: Bool

    /// From `00-` 32 digits `-` 16 digits `-01`; nil if it is none.
    ///
    /// Digits are lower-case hexadecimal. A later version is read as far as this one goes (§4.3); `ff` is none.
    public init?(_ text: UnsafeRawBufferPointer) {
        guard let bytes = unsafe Octets(text), bytes.count >= Self.count else { return nil }
        guard let version = Self.number(bytes, at: 0, digits: 2), version != 0xff else { return nil }
        guard bytes.count == Self.count || (version > 0 && bytes[Self.count] == Octet.dash) else { return nil }
        guard bytes[2] == Octet.dash, bytes[35] == Octet.dash, bytes[52] == Octet.dash else { return nil }
        guard let high = Self.number(bytes, at: 3, digits: 16), let low = Self.number(bytes, at: 19, digits: 16),
            let parent = Self.number(bytes, at: 36, digits: 16), let flags = Self.number(bytes, at: 53, digits: 2),
            high | low != 0, parent != 0
        else { return nil }
        traceHigh = high
        traceLow = low
        self.parent = parent
        isSampled = flags & 1 != 0
    }

    /// Octets of version 00.
    private static var count: Int { 55 }

    private static func number(_ bytes: Octets, at start: Int, digits: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in start..<(start + digits) {
            let octet = bytes[index]
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(octet - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(octet - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
