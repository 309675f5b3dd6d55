/// Go's strings package for octets, which need not be UTF-8.
enum Octets {
    /// The code point at `index` and its octets; U+FFFD of one octet where there is none.
    static func decode(_ octets: some RandomAccessCollection<UInt8>, at index: Int) -> (rune: UInt32, width: Int) {
        let start = octets.index(octets.startIndex, offsetBy: index)
        let lead = octets[start]
        guard lead >= 0x80 else { return (UInt32(lead), 1) }
        let rest = octets.count - index
        func tail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> UInt32? {
            guard offset < rest else { return nil }
            let octet = octets[octets.index(start, offsetBy: offset)]
            return range.contains(octet) ? UInt32(octet & 0x3F) : nil
        }
        switch lead {
        case 0xC2...0xDF:
            if let one = tail(1) { return (UInt32(lead & 0x1F) << 6 | one, 2) }
        case 0xE0...0xEF:
            let range: ClosedRange<UInt8> = lead == 0xE0 ? 0xA0...0xBF : lead == 0xED ? 0x80...0x9F : 0x80...0xBF
            if let one = tail(1, range), let two = tail(2) { return (UInt32(lead & 0x0F) << 12 | one << 6 | two, 3) }
        case 0xF0...0xF4:
            let range: ClosedRange<UInt8> = lead == 0xF0 ? 0x90...0xBF : lead == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            if let one = tail(1, range), let two = tail(2), let three = tail(3) {
                return (UInt32(lead & 0x07) << 18 | one << 12 | two << 6 | three, 4)
            }
        default: break
        }
        return (0xFFFD, 1)
    }

    /// The code points.
    static func runes(_ octets: [UInt8]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            let (rune, width) = decode(octets, at: index)
            result.append(rune)
            index += width
        }
        return result
    }

    /// The octets of code points.
    static func encode(_ runes: some Sequence<UInt32>) -> [UInt8] {
        var result: [UInt8] = []
        for rune in runes { append(rune, to: &result) }
        return result
    }

    /// Adds a code point in UTF-8.
    static func append(_ rune: UInt32, to octets: inout [UInt8]) {
        octets.append(contentsOf: String(Character(Unicode.Scalar(rune) ?? "\u{FFFD}")).utf8)
    }

    /// `octets` with each code point replaced.
    static func map(_ octets: [UInt8], _ body: (UInt32) -> UInt32) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet < 0x80 {
                let mapped = body(UInt32(octet))
                if mapped < 0x80 { result.append(UInt8(mapped)) } else { append(mapped, to: &result) }
                index += 1
            } else {
                let (rune, width) = decode(octets, at: index)
                append(body(rune), to: &result)
                index += width
            }
        }
        return result
    }

    /// Where `needle` begins in `octets` at or after `start`.
    static func find(_ needle: [UInt8], in octets: [UInt8], from start: Int = 0) -> Int? {
        guard let first = needle.first else { return start <= octets.count ? start : nil }
        var index = start
        let last = octets.count - needle.count
        while index <= last {
            if octets[index] == first {
                var place = 1
                while place < needle.count, octets[index + place] == needle[place] { place += 1 }
                if place == needle.count { return index }
            }
            index += 1
        }
        return nil
    }

    /// Whether `needle` is in `octets`.
    static func contains(_ octets: [UInt8], _ needle: [UInt8]) -> Bool { find(needle, in: octets) != nil }

    /// The parts between separators, at most `limit`; an empty separator parts code points.
    static func split(_ octets: [UInt8], by separator: [UInt8], limit: Int = .max) -> [[UInt8]] {
        guard limit > 0 else { return [] }
        var parts: [[UInt8]] = []
        var start = 0
        if separator.isEmpty {
            while start < octets.count, parts.count < limit - 1 {
                let width = decode(octets, at: start).width
                parts.append(Array(octets[start..<start + width]))
                start += width
            }
            if start < octets.count { parts.append(Array(octets[start...])) }
            return parts
        }
        while parts.count < limit - 1, let end = find(separator, in: octets, from: start) {
            parts.append(Array(octets[start..<end]))
            start = end + separator.count
        }
        parts.append(Array(octets[start...]))
        return parts
    }

    /// The part before and the part after the first `separator`; nil when there is none.
    static func cut(_ octets: [UInt8], at separator: [UInt8]) -> (before: [UInt8], after: [UInt8])? {
        guard let place = find(separator, in: octets) else { return nil }
        return (Array(octets[..<place]), Array(octets[(place + separator.count)...]))
    }

    /// `octets` with every `old` replaced; an empty one is found around every code point.
    static func replace(_ octets: [UInt8], _ old: [UInt8], with new: [UInt8]) -> [UInt8] {
        if old.isEmpty {
            var result = new
            var index = 0
            while index < octets.count {
                let width = decode(octets, at: index).width
                result += octets[index..<index + width]
                result += new
                index += width
            }
            return result
        }
        guard var place = find(old, in: octets) else { return octets }
        var result: [UInt8] = []
        var start = 0
        while true {
            result += octets[start..<place]
            result += new
            start = place + old.count
            guard let next = find(old, in: octets, from: start) else { break }
            place = next
        }
        return result + octets[start...]
    }

    /// The parts with `separator` between them.
    static func join(_ parts: [[UInt8]], _ separator: [UInt8]) -> [UInt8] { Array(parts.joined(separator: separator)) }

    /// `octets` without the code points at both ends that `isCut` says.
    static func trim(_ octets: [UInt8], where isCut: (UInt32) -> Bool) -> [UInt8] {
        var start = 0
        while start < octets.count {
            let (rune, width) = decode(octets, at: start)
            guard isCut(rune) else { break }
            start += width
        }
        return trimEnd(Array(octets[start...]), where: isCut)
    }

    /// `octets` without the code points at the end that `isCut` says.
    static func trimEnd(_ octets: [UInt8], where isCut: (UInt32) -> Bool) -> [UInt8] {
        var end = octets.count
        while end > 0 {
            var start = end - 1
            while start > 0, octets[start] & 0xC0 == 0x80, end - start < 4 { start -= 1 }
            var (rune, width) = decode(octets[..<end], at: start)
            if start + width != end { (rune, width) = (0xFFFD, 1) }
            guard isCut(rune) else { break }
            end -= width
        }
        return Array(octets[..<end])
    }

    /// `octets` without the code points of `cutset` at both ends.
    static func trim(_ octets: [UInt8], cutset: [UInt8]) -> [UInt8] {
        let cut = Set(runes(cutset))
        return trim(octets) { cut.contains($0) }
    }

    /// `octets` without white space at both ends.
    static func trimSpace(_ octets: [UInt8]) -> [UInt8] { trim(octets, where: isSpace) }

    /// `octets` without `prefix`, if they begin with it.
    static func trimPrefix(_ octets: [UInt8], _ prefix: [UInt8]) -> [UInt8] {
        octets.starts(with: prefix) ? Array(octets.dropFirst(prefix.count)) : octets
    }

    /// `octets` without `suffix`, if they end with it.
    static func trimSuffix(_ octets: [UInt8], _ suffix: [UInt8]) -> [UInt8] {
        hasSuffix(octets, suffix) ? Array(octets.dropLast(suffix.count)) : octets
    }

    /// Whether `octets` end with `suffix`.
    static func hasSuffix(_ octets: [UInt8], _ suffix: [UInt8]) -> Bool {
        octets.count >= suffix.count && octets.suffix(suffix.count).elementsEqual(suffix)
    }

    /// Go's `unicode.IsSpace`.
    static func isSpace(_ rune: UInt32) -> Bool {
        switch rune {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// The order of strings: by octet.
    static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }
}

extension [UInt8] {
    /// The text; what is not UTF-8 is replaced.
    var text: String { String(decoding: self, as: UTF8.self) }
}
