internal import Template

/// What a word of YAML 1.1 stands for, as the yaml.v2 package resolves it.
enum YAMLScalar {
    /// The value that `text` without quotes stands for; nil for text.
    static func value(_ text: String) -> Value? {
        guard let first = text.utf8.first else { return .null }
        if let word = word(text) { return word }
        switch first {
        case 0x2E: return NumberText.float(Array(text.utf8)).map { .float($0) }
        case 0x30...0x39, 0x2B, 0x2D:
            if isTimestamp(text) { return nil }
            return number(text)
        default: return nil
        }
    }

    private static func word(_ text: String) -> Value? {
        switch text {
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
        case "~", "null", "Null", "NULL": .null
        case ".nan", ".NaN", ".NAN": .float(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": .float(-.infinity)
        default: nil
        }
    }

    /// Whether `text` must be quoted to stay text.
    static func needsQuotes(_ text: String) -> Bool {
        text == "<<" || text == "=" || value(text) != nil || isTimestamp(text) || isSexagesimal(text)
    }

    private static func number(_ text: String) -> Value? {
        let plain = text.replacing("_", with: "")
        if let integer = integer(plain) { return integer }
        guard isFloat(plain) else { return nil }
        return NumberText.float(Array(plain.utf8)).map { .float($0) }
    }

    private static func integer(_ text: String) -> Value? {
        var digits = text[...]
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        var radix = 10
        if digits.count > 1, digits.hasPrefix("0") {
            switch digits.dropFirst().first {
            case "x", "X": (radix, digits) = (16, digits.dropFirst(2))
            case "b", "B": (radix, digits) = (2, digits.dropFirst(2))
            case "o", "O": (radix, digits) = (8, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst())
            }
        }
        guard let first = digits.first, first.isHexDigit else { return nil }
        guard let magnitude = UInt64(digits, radix: radix) else { return nil }
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            return .int(Int(truncatingIfNeeded: 0 &- magnitude))
        }
        if let value = Int(exactly: magnitude) { return .int(value) }
        return text.hasPrefix("+") ? nil : .uint64(magnitude)
    }

    /// Whether `text` is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func isFloat(_ text: String) -> Bool {
        let digits = text.drop { $0 == "+" || $0 == "-" }
        guard text.count - digits.count < 2, let first = digits.first else { return false }
        return (first == "." || first.isASCII && first.isNumber)
            && !digits.lowercased().contains { "xpin".contains($0) }
    }

    /// Whether `text` is a number to the base of sixty, as YAML 1.1 has them.
    static func isSexagesimal(_ text: String) -> Bool {
        let parts = text.drop { $0 == "+" || $0 == "-" }.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let head = parts.first, let first = head.first, first.isASCII, first.isNumber,
            head.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "_") })
        else { return false }
        for (place, part) in parts.enumerated().dropFirst() {
            var digits = part[...]
            if place == parts.count - 1, let dot = part.firstIndex(of: ".") {
                guard part[part.index(after: dot)...].allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "_") }) else {
                    return false
                }
                digits = part[..<dot]
            }
            guard 1...2 ~= digits.count, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
                number < 60
            else { return false }
        }
        return true
    }

    /// Whether `text` is a date or a time: four digits, a dash, and the rest of one.
    static func isTimestamp(_ text: String) -> Bool {
        let octets = Array(text.utf8)
        guard octets.count >= 8, octets.prefix(4).allSatisfy({ $0 &- 0x30 < 10 }), octets[4] == 0x2D else {
            return false
        }
        return [
            "2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999",
            "2006-1-2",
        ]
        .contains { GoTime.parse(octets, layout: Array($0.utf8)) != nil }
    }
}
