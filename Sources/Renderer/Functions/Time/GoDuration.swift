internal import Template

/// Spans of time as Go's time package writes and reads them.
enum GoDuration {
    /// `time.Duration`, whose text is that of the span.
    static let type = NamedType("time.Duration", underlying: .int64) { value in
        Array(text(of: value.integer?.signed ?? 0).utf8)
    }

    /// The text of `nanoseconds`: `2h10m5s`.
    static func text(of nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        if magnitude == 0 { return "0s" }
        func decimal(_ value: UInt64, per unit: UInt64) -> String {
            guard value % unit != 0 else { return String(value / unit) }
            var digits = String(value % unit)
            digits = String(repeating: "0", count: String(unit).count - 1 - digits.count) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            return "\(value / unit).\(digits)"
        }
        if magnitude < 1000 { return "\(sign)\(magnitude)ns" }
        if magnitude < 1_000_000 { return "\(sign)\(decimal(magnitude, per: 1000))µs" }
        if magnitude < 1_000_000_000 { return "\(sign)\(decimal(magnitude, per: 1_000_000))ms" }
        let minutes = magnitude / 60_000_000_000
        let seconds = decimal(magnitude % 60_000_000_000, per: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        return minutes < 60 ? "\(sign)\(minutes)m\(seconds)" : "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// The nanoseconds that `text` tells; nil when it does not.
    static func parse(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        let isNegative = rest.first == 0x2D
        if isNegative || rest.first == 0x2B { rest = rest.dropFirst() }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { return nil }
        let units: [(String, Double)] = [
            ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
        ]
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0 &- 0x30 < 10 || $0 == 0x2E }
            guard let value = Double(String(Substring(number))) ?? Double("0" + String(Substring(number))),
                !number.isEmpty
            else { return nil }
            rest = rest[number.endIndex...]
            let unit = String(Substring(rest.prefix { $0 != 0x2E && $0 &- 0x30 >= 10 }))
            guard let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
            rest = rest.dropFirst(unit.utf8.count)
            total += value * scale
        }
        guard total < 9.2e18 else { return nil }
        return Int64((isNegative ? -total : total).rounded())
    }
}
