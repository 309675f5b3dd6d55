extension String {
    /// In double quotes, as Go's `%q`: what cannot be printed, quotes and backslashes are escaped.
    public var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{07}": text += "\\a"
            case "\u{08}": text += "\\b"
            case "\u{0C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0B}": text += "\\v"
            case " ": text += " "
            default:
                if scalar.isGoPrintable {
                    text.unicodeScalars.append(scalar)
                } else if scalar.value < 0x80 {
                    text += "\\x" + Self.hexadecimal(scalar.value, 2)
                } else if scalar.value < 0x10000 {
                    text += "\\u" + Self.hexadecimal(scalar.value, 4)
                } else {
                    text += "\\U" + Self.hexadecimal(scalar.value, 8)
                }
            }
        }
        return text + "\""
    }

    private static func hexadecimal(_ value: UInt32, _ count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
    }
}

extension Unicode.Scalar {
    /// Whether Go prints it as it is: letters, marks, numbers, punctuation and symbols.
    fileprivate var isGoPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            false
        default: true
        }
    }
}
