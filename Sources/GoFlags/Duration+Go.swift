extension Duration {
    private static let nanosecondsPerUnit: [String: UInt64] = [
        "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// From Go's syntax: `300ms`, `-1.5h`, `2h45m`.
    ///
    /// That is, numbers with units, one after the other, perhaps with fractions and a sign before them all. Units are
    /// `ns`, `us` (or `µs`), `ms`, `s`, `m`, `h`; `0` alone needs none. Nanoseconds are the finest part; what is finer is cut off.
    public init(goText: String) throws(GoDurationError) {
        var rest = Substring(goText)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" {
            self = .zero
            return
        }
        guard !rest.isEmpty else { throw .invalid(goText) }
        var total: UInt64 = 0
        while !rest.isEmpty {
            let part = try Self.part(&rest, of: goText)
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow, sum <= 1 << 63 else { throw .invalid(goText) }
            total = sum
        }
        guard isNegative || total < 1 << 63 else { throw .invalid(goText) }
        self = .nanoseconds(isNegative ? Int64(truncatingIfNeeded: 0 &- total) : Int64(total))
    }

    /// Takes one number and its unit from the front of `rest`, in nanoseconds.
    private static func part(_ rest: inout Substring, of text: String) throws(GoDurationError) -> UInt64 {
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest[whole.endIndex...]
        var fraction: Substring = ""
        if rest.hasPrefix(".") {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { throw .invalid(text) }
        let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
        rest = rest[unit.endIndex...]
        guard !unit.isEmpty else { throw .missingUnit(text) }
        guard let scale = nanosecondsPerUnit[String(unit)] else { throw .unknownUnit(String(unit), text) }
        guard let number = whole.isEmpty ? 0 : UInt64(whole), number <= (1 << 63) / scale else { throw .invalid(text) }
        // Digits that no longer fit are less than a nanosecond of anything.
        var digits: UInt64 = 0
        var power = 1.0
        for digit in fraction.utf8 {
            let next = digits.multipliedReportingOverflow(by: 10)
            let value = next.partialValue &+ UInt64(digit - UInt8(ascii: "0"))
            guard !next.overflow, value <= 1 << 63 else { break }
            digits = value
            power *= 10
        }
        let nanoseconds = UInt64(Double(digits) * (Double(scale) / power))
        return number * scale + nanoseconds
    }

    /// The whole nanoseconds, held within Go's range.
    public var goNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || carry else { return sum }
        return seconds < 0 ? .min : .max
    }

    /// As Go prints durations: `1h15m30.918s`, `2m0s`, `1.5ms`, `0s`.
    public var goText: String {
        let nanoseconds = goNanoseconds
        guard nanoseconds != 0 else { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        if magnitude < 1_000 { return "\(sign)\(magnitude)ns" }
        if magnitude < 1_000_000 { return sign + Self.decimal(magnitude, 1_000) + "\u{B5}s" }
        if magnitude < 1_000_000_000 { return sign + Self.decimal(magnitude, 1_000_000) + "ms" }
        let minutes = magnitude / 60_000_000_000
        let seconds = Self.decimal(magnitude % 60_000_000_000, 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// `value / unit` with as many digits as it has.
    private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
        var digits = String(value % unit + unit).dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits.isEmpty ? "\(value / unit)" : "\(value / unit).\(digits)"
    }
}
