/// The members of a request's `tracestate` fields as they go on (W3C Trace Context, level 1, §3.3).
///
/// All fields are one list. Whole members are kept as long as they fit; a list that breaks the rules says nothing and is
/// dropped whole.
public struct TraceState: Sendable {
    /// Octets that are kept: as many as the specification asks for (§3.3.1.5).
    public static let octetLimit = 512
    /// Members that a list may have (§3.3.1.1).
    private static let memberLimit = 32

    /// Octets that have been written.
    public private(set) var count = 0
    private var members = 0
    private var isFull = false
    private var isBroken = false

    /// An empty list.
    public init() {}

    /// Whether there is a list to pass on.
    public var isKept: Bool { !isBroken && count > 0 }

    /// Adds the members of one field's value, written behind the former ones in `output`, which has ``octetLimit`` octets.
    public mutating func add(_ value: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        guard let bytes = unsafe Octets(value) else { return }
        var start = 0
        while start < bytes.count, !isBroken {
            var end = start
            while end < bytes.count, bytes[end] != Octet.comma { end += 1 }
            let next = end + 1
            while start < end, Octet.isBlank(bytes[start]) { start += 1 }
            while end > start, Octet.isBlank(bytes[end - 1]) { end -= 1 }
            // Empty members are allowed, and say nothing.
            if end > start {
                members += 1
                isBroken = members > Self.memberLimit || !Self.isMember(bytes, start, end)
                if !isBroken { unsafe keep(bytes, start, end, output) }
            }
            start = next
        }
    }

    private mutating func keep(_ bytes: Octets, _ start: Int, _ end: Int, _ output: UnsafeMutableRawBufferPointer) {
        let comma = count > 0 ? 1 : 0
        isFull = isFull || count + comma + end - start > min(Self.octetLimit, output.count)
        guard !isFull else { return }
        if comma > 0 { unsafe output[count] = Octet.comma }
        count += comma
        for index in start..<end {
            unsafe output[count] = bytes[index]
            count += 1
        }
    }

    /// `key=value`: a key of at most 256 lower-case letters, digits and `_-*/@`, a value of at most 256 printable octets.
    private static func isMember(_ bytes: Octets, _ start: Int, _ end: Int) -> Bool {
        var equals = start
        while equals < end, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
        guard equals > start, equals - start <= 256, end - equals - 1 >= 1, end - equals - 1 <= 256 else {
            return false
        }
        for index in start..<equals {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "@"):
                if index == start { return false }
            default: return false
            }
        }
        for index in (equals + 1)..<end {
            guard bytes[index] >= 0x20, bytes[index] <= 0x7e, bytes[index] != UInt8(ascii: "=") else { return false }
        }
        return true
    }
}
