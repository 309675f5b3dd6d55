/// Writes JSON octet for octet as Go's encoder does, which Consul's answers are compared with: members in the order they
/// are given, `<`, `>` and `&` escaped, and with `pretty` four spaces a level and a line feed at the end.
package struct JSONWriter {
    /// What has been written.
    package private(set) var octets: [UInt8] = []
    private let isPretty: Bool
    /// Whether each open object or array has something in it.
    private var hasElements: [Bool] = []
    private var isAfterName = false

    /// A writer of nothing yet.
    package init(isPretty: Bool) {
        self.isPretty = isPretty
    }

    /// The whole text.
    package func finished() -> [UInt8] { isPretty ? octets + [UInt8(ascii: "\n")] : octets }

    /// `{`, members by `body`, `}`.
    package mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

    /// `[`, elements by `body`, `]`.
    package mutating func array(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

    /// A member's name; its value is written next.
    package mutating func name(_ name: String) {
        begin()
        quote(name)
        append(isPretty ? ": " : ":")
        isAfterName = true
    }

    /// A string.
    package mutating func string(_ text: String) {
        begin()
        quote(text)
    }

    /// A whole number.
    package mutating func number(_ number: some BinaryInteger) {
        begin()
        append(String(number))
    }

    /// A number as Swift prints it; `null` where it is none of JSON's.
    package mutating func number(_ number: Double) {
        guard number.isFinite else { return null() }
        begin()
        append("\(number)")
    }

    /// `true` or `false`.
    package mutating func boolean(_ boolean: Bool) {
        begin()
        append(boolean ? "true" : "false")
    }

    /// `null`.
    package mutating func null() {
        begin()
        append("null")
    }

    /// Octets in base64; `null` if there are none, as Go writes an empty value of Consul's.
    package mutating func base64(_ data: [UInt8]) {
        guard !data.isEmpty else { return null() }
        begin()
        octets.append(UInt8(ascii: "\""))
        octets.reserveCapacity(octets.count + (data.count + 2) / 3 * 4 + 1)
        var position = 0
        while position < data.count {
            let first = UInt32(data[position])
            let second = position + 1 < data.count ? UInt32(data[position + 1]) : 0
            let third = position + 2 < data.count ? UInt32(data[position + 2]) : 0
            let bits = first << 16 | second << 8 | third
            octets.append(Self.base64Digit(bits >> 18))
            octets.append(Self.base64Digit(bits >> 12 & 63))
            octets.append(position + 1 < data.count ? Self.base64Digit(bits >> 6 & 63) : UInt8(ascii: "="))
            octets.append(position + 2 < data.count ? Self.base64Digit(bits & 63) : UInt8(ascii: "="))
            position += 3
        }
        octets.append(UInt8(ascii: "\""))
    }

    private static func base64Digit(_ value: UInt32) -> UInt8 {
        switch UInt8(truncatingIfNeeded: value) {
        case let value where value < 26: UInt8(ascii: "A") + value
        case let value where value < 52: UInt8(ascii: "a") + value - 26
        case let value where value < 62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private mutating func nest(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        begin()
        append(open)
        hasElements.append(false)
        body(&self)
        if hasElements.popLast() ?? false { newLine() }
        append(close)
    }

    /// What stands before a name or value: a comma, a new line.
    private mutating func begin() {
        if isAfterName {
            isAfterName = false
            return
        }
        guard let isFollowing = hasElements.last else { return }
        if isFollowing { append(",") }
        hasElements[hasElements.count - 1] = true
        newLine()
    }

    private mutating func newLine() {
        guard isPretty else { return }
        octets.append(UInt8(ascii: "\n"))
        for _ in 0..<hasElements.count { append("    ") }
    }

    private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

    private mutating func quote(_ text: String) {
        octets.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(Self.isPlain) {
            octets.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { append(escaped: scalar) }
        }
        octets.append(UInt8(ascii: "\""))
    }

    /// Whether an octet stands for itself, whatever is around it.
    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
        default: (0x20...0x7F).contains(octet)
        }
    }

    private mutating func append(escaped scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{FFFD}", "\0"..<" ":
            let digits = String(scalar.value, radix: 16)
            append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
        default: octets.append(contentsOf: String(scalar).utf8)
        }
    }
}
