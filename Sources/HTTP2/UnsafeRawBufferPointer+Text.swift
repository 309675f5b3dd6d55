internal import Reactor

/// Comparisons of octets with text.
extension UnsafeRawBufferPointer {
    /// The octets are `lowercase`, letters compared without case.
    func isText(_ lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<count where unsafe Self.lowercased(self[index]) != lowercase.utf8Start[index] { return false }
        return true
    }

    /// Both are the same octets, letters compared without case.
    func isText(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where unsafe Self.lowercased(self[index]) != Self.lowercased(other[index]) {
            return false
        }
        return true
    }

    /// The octets are exactly `text`.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where unsafe self[index] != text.utf8Start[index] { return false }
        return true
    }

    /// All octets are visible ASCII.
    var isVisible: Bool {
        for index in 0..<count where unsafe self[index] < 0x21 || self[index] > 0x7e { return false }
        return true
    }

    /// The octet with `A` to `Z` mapped to `a` to `z`.
    static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }
}
