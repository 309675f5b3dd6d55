/// The last elements of a list of proxies, over all of a field's lines: each hop has added one at the end.
///
/// More than ``limit`` are never walked: no honest request has come through as many proxies.
public struct ForwardedElements {
    /// Elements that are kept: the last ones.
    public static let limit = 32

    private var elements = [32 of ByteRange](repeating: ByteRange())
    /// Elements there were.
    private var total = 0

    /// No elements.
    public init() {}

    /// How many there are to walk.
    public var count: Int { min(total, Self.limit) }

    /// The element that is `distance` from the last, which is at 0; blanks around it are trimmed.
    public func fromLast(_ distance: Int) -> ByteRange {
        precondition(distance >= 0 && distance < count)
        return elements[(total - 1 - distance) % Self.limit]
    }

    /// Adds the elements of the line whose value lies at `range`: those between commas outside of quoted strings.
    ///
    /// Empty ones are passed over (RFC 9110 §5.6.1). A quoted string without an end makes one element of the rest.
    public mutating func add(_ range: ByteRange, of head: UnsafeRawBufferPointer) {
        guard let bytes = unsafe Octets(head), Int(range.end) <= bytes.count else { return }
        var start = Int(range.start)
        var index = start
        let end = Int(range.end)
        var isQuoted = false
        while index < end {
            let octet = bytes[index]
            if isQuoted {
                if octet == Self.backslash { index += 1 } else if octet == Self.quote { isQuoted = false }
            } else if octet == Self.quote {
                isQuoted = true
            } else if octet == Octet.comma {
                append(from: start, to: index, of: bytes)
                start = index + 1
            }
            index += 1
        }
        append(from: start, to: end, of: bytes)
    }

    private mutating func append(from start: Int, to end: Int, of bytes: Octets) {
        var start = start
        var end = end
        while start < end, Octet.isBlank(bytes[start]) { start += 1 }
        while end > start, Octet.isBlank(bytes[end - 1]) { end -= 1 }
        guard end > start else { return }
        elements[total % Self.limit] = ByteRange(from: start, to: end)
        total += 1
    }

    /// Where the node stands that an element of `Forwarded` names by `for=`, its quotes left out; nil if it names none, or
    /// more than one.
    ///
    /// Quoted pairs are none that an address could hold: with one, the node is no address to any reader.
    public static func node(_ element: ByteRange, of head: UnsafeRawBufferPointer) -> ByteRange? {
        guard let bytes = unsafe Octets(head), Int(element.end) <= bytes.count else { return nil }
        var found: ByteRange?
        var index = Int(element.start)
        let end = Int(element.end)
        while index < end {
            let start = index
            while index < end, OctetSet.token.contains(bytes[index]) { index += 1 }
            let name = ByteRange(from: start, to: index)
            guard index < end, bytes[index] == Self.equals, !name.isEmpty else { return nil }
            index += 1
            guard let value = value(&index, to: end, of: bytes) else { return nil }
            if bytes.equals(name, "for") {
                guard found == nil else { return nil }
                found = value
            }
            while index < end, Octet.isBlank(bytes[index]) { index += 1 }
            guard index < end else { break }
            guard bytes[index] == Octet.semicolon else { return nil }
            index += 1
            while index < end, Octet.isBlank(bytes[index]) { index += 1 }
        }
        return found
    }

    /// A token or the inside of a quoted string; colons and brackets are let through bare, as many write them.
    private static func value(_ index: inout Int, to end: Int, of bytes: Octets) -> ByteRange? {
        guard index < end, bytes[index] == Self.quote else {
            let start = index
            while index < end, bytes[index] != Octet.semicolon, !Octet.isBlank(bytes[index]) {
                guard bytes[index] != Self.quote else { return nil }
                index += 1
            }
            return index > start ? ByteRange(from: start, to: index) : nil
        }
        index += 1
        let start = index
        while index < end, bytes[index] != Self.quote {
            if bytes[index] == Self.backslash { index += 1 }
            index += 1
        }
        guard index < end else { return nil }
        index += 1
        return ByteRange(from: start, to: index - 1)
    }

    private static var quote: UInt8 { 0x22 }
    private static var backslash: UInt8 { 0x5C }
    private static var equals: UInt8 { 0x3D }
}
