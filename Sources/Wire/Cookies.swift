/// Finds a cookie in the value of a `Cookie` field (RFC 6265 §4.2).
public enum Cookies {
    /// The value of the first cookie called `name`, without the quotes that it may stand in; nil if there is none.
    public static func value(of name: [UInt8], in field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let bytes = unsafe Octets(field), !name.isEmpty else { return nil }
        var index = 0
        while index < bytes.count {
            while index < bytes.count, Octet.isBlank(bytes[index]) || bytes[index] == Octet.semicolon { index += 1 }
            let start = index
            while index < bytes.count, bytes[index] != Octet.semicolon { index += 1 }
            var end = index
            while end > start, Octet.isBlank(bytes[end - 1]) { end -= 1 }
            guard end - start > name.count, bytes[start + name.count] == UInt8(ascii: "="),
                matches(name, at: start, in: bytes)
            else { continue }
            var first = start + name.count + 1
            if end - first >= 2, bytes[first] == UInt8(ascii: "\""), bytes[end - 1] == UInt8(ascii: "\"") {
                first += 1
                end -= 1
            }
            return unsafe UnsafeRawBufferPointer(rebasing: field[first..<end])
        }
        return nil
    }

    /// Names of cookies are compared with their case.
    private static func matches(_ name: [UInt8], at start: Int, in bytes: Octets) -> Bool {
        var offset = 0
        while offset < name.count {
            if bytes[start + offset] != name[offset] { return false }
            offset += 1
        }
        return true
    }
}
