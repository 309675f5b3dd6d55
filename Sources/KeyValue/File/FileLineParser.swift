/// Reads one line of a file of plain lines.
struct FileLineParser {
    /// Longer keys are left to the parser of YAML, which has a limit.
    private static let keyCountMax = 1_000
    private static let newLine = UInt8(ascii: "\n")

    var position: Int
    let isJSON: Bool

    /// Where the key and the value are; ``position`` is then at the line's end.
    mutating func parse(_ text: Span<UInt8>) -> (key: Range<Int>, value: Range<Int>)? {
        if isJSON {
            while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
        }
        guard position < text.count, let key = parseKey(text), key.count <= Self.keyCountMax,
            take(UInt8(ascii: ":"), text), take(UInt8(ascii: " "), text)
        else { return nil }
        while take(UInt8(ascii: " "), text) {}
        guard position < text.count, let value = parseValue(text) else { return nil }
        if isJSON { _ = take(UInt8(ascii: ","), text) }
        guard position == text.count || text[position] == Self.newLine else { return nil }
        return (key, value)
    }

    private mutating func take(_ octet: UInt8, _ text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == octet else { return false }
        position += 1
        return true
    }

    private mutating func parseKey(_ text: Span<UInt8>) -> Range<Int>? {
        if text[position] == UInt8(ascii: "\"") {
            guard let key = parseQuoted(text), !key.isEmpty, text[key.lowerBound] != UInt8(ascii: "/")
            else {
                return nil
            }
            return key
        }
        guard !isJSON, Self.isLetter(text[position]) else { return nil }
        let start = position
        while position < text.count {
            let octet = text[position]
            if octet == UInt8(ascii: ":") {
                let isEnd = position + 1 == text.count || text[position + 1] <= UInt8(ascii: " ")
                if isEnd { return start..<position }
            } else if !Self.isLetter(octet), !Self.isDigit(octet), !Self.isOfKey(octet) {
                return nil
            }
            position += 1
        }
        return nil
    }

    private mutating func parseValue(_ text: Span<UInt8>) -> Range<Int>? {
        if text[position] == UInt8(ascii: "\"") { return parseQuoted(text) }
        guard !isJSON, Self.isLetter(text[position]) || Self.isDigit(text[position]) else { return nil }
        let start = position
        while position < text.count, text[position] != Self.newLine {
            let octet = text[position]
            switch octet {
            case UInt8(ascii: ":"), UInt8(ascii: " "):
                // A colon before a blank begins a map; blanks at the end, or before a comment, are no part of a value.
                guard position + 1 < text.count,
                    text[position + 1] > UInt8(ascii: " ") || octet == UInt8(ascii: " ")
                else { return nil }
                guard text[position + 1] != Self.newLine, text[position + 1] != UInt8(ascii: "#") else {
                    return nil
                }
            default:
                guard Self.isLetter(octet) || Self.isDigit(octet) || Self.isOfValue(octet) else {
                    return nil
                }
            }
            position += 1
        }
        // A plain null is no value.
        return Self.isNull(text.extracting(start..<position)) ? nil : start..<position
    }

    /// What stands between quotes, if it has no escapes.
    private mutating func parseQuoted(_ text: Span<UInt8>) -> Range<Int>? {
        position += 1
        let start = position
        while position < text.count {
            let octet = text[position]
            if octet == UInt8(ascii: "\"") {
                position += 1
                return start..<position - 1
            }
            guard (0x20...0x7E).contains(octet), octet != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        return nil
    }

    /// Whether it stands for no value: a key with that is none.
    private static func isNull(_ value: Span<UInt8>) -> Bool {
        guard value.count == 4 else { return false }
        for (offset, octet) in "null".utf8.enumerated() where value[offset] | 0x20 != octet {
            return false
        }
        return true
    }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static func isOfKey(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): true
        default: false
        }
    }

    private static func isOfValue(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
            UInt8(ascii: "="),
            UInt8(ascii: ","), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "%"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: "~"),
            UInt8(ascii: "^"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
