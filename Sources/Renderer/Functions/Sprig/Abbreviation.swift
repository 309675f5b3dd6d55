/// Texts cut short with dots, as the goutils package does.
enum Abbreviation {
    /// At most `width` octets of a text, from about `offset` on.
    static func shorten(_ octets: [UInt8], offset: Int, width: Int) -> [UInt8] {
        let dots = [UInt8](repeating: 0x2E, count: 3)
        guard octets.count > width, width >= 4 else { return octets }
        var offset = min(offset, octets.count)
        if octets.count - offset < width - 3 { offset = octets.count - (width - 3) }
        if offset <= 4 { return octets.prefix(width - 3) + dots }
        if width < 7 { return octets }
        if offset + width - 3 < octets.count {
            return dots + shorten(Array(octets[offset...]), offset: 0, width: width - 3)
        }
        return dots + octets.suffix(width - 3)
    }
}

/// Lines broken at blanks, as the goutils package does.
struct Wrapping {
    /// Octets of a line.
    let width: Int
    /// What parts the lines.
    let newLine: [UInt8]
    /// Whether a word that is longer than a line is broken.
    let breaksWords: Bool

    init(width: Int, newLine: [UInt8], breaksWords: Bool) {
        self.width = max(width, 1)
        self.newLine = newLine
        self.breaksWords = breaksWords
    }

    /// `octets` in lines.
    func wrap(_ octets: [UInt8]) throws -> [UInt8] {
        var result: [UInt8] = []
        var offset = 0
        while octets.count - offset > width {
            try ResultLimit.check(octets: result.count)
            if octets[offset] == 0x20 {
                offset += 1
                continue
            }
            if let space = octets[offset...(offset + width)].lastIndex(of: 0x20) {
                result += octets[offset..<space] + newLine
                offset = space + 1
            } else if breaksWords {
                result += octets[offset..<(offset + width)] + newLine
                offset += width
            } else if let space = octets[(offset + width)...].firstIndex(of: 0x20) {
                result += octets[offset..<space] + newLine
                offset = space + 1
            } else {
                return result + octets[offset...]
            }
        }
        return result + octets[offset...]
    }
}
