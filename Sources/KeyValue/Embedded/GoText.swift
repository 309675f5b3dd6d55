/// Go's ways of writing things, which Consul's clients and messages use.
enum GoText {
    /// `text` as `%q` prints it, for messages.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A duration such as `1h30m`, `1.5s`, `-20ms`; nil if it is none.
    ///
    /// What is finer than a nanosecond is cut off; what is longer than Go's 292 years is no duration.
    static func duration(_ text: String) -> Duration? {
        var rest = Substring(text).utf8
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.elementsEqual("0".utf8) { return .zero }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix {
                !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) && $0 != UInt8(ascii: ".")
            }
            rest = rest.dropFirst(unit.count)
            guard number.contains(where: { $0 != UInt8(ascii: ".") }), let value = value(number),
                let scale = nanoseconds(String(Substring(unit)))
            else { return nil }
            total += value * scale
        }
        guard total < Double(Int64.max) else { return nil }
        return .nanoseconds(isNegative ? -Int64(total) : Int64(total))
    }

    /// As Go prints a duration: `1m30s`, `1.5s`, `500ms`, `0s`.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = nanoseconds(of: duration)
        guard nanoseconds != 0 else { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        if magnitude < 1_000 { return "\(sign)\(magnitude)ns" }
        if magnitude < 1_000_000 { return sign + decimal(magnitude, unit: 1_000) + "µs" }
        if magnitude < 1_000_000_000 { return sign + decimal(magnitude, unit: 1_000_000) + "ms" }
        let (minutes, rest) = magnitude.quotientAndRemainder(dividingBy: 60_000_000_000)
        let seconds = decimal(rest, unit: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// The whole nanoseconds of a duration, as Go counts it.
    static func nanoseconds(of duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return scaled + attoseconds / 1_000_000_000
    }

    /// What `strconv.ParseUint` says of `text`.
    static func unsigned(_ text: String) -> Result<UInt64, StoreRefusal> {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isNumber, let value = UInt64(text) { return .success(value) }
        let reason = isNumber ? "value out of range" : "invalid syntax"
        return .failure(.invalid("strconv.ParseUint: parsing \(quoted(text)): \(reason)"))
    }

    private static func value(_ number: Substring.UTF8View) -> Double? {
        var text = String(Substring(number))
        // `1.` and `.5` are numbers to Go.
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasSuffix(".") { text += "0" }
        return Double(text)
    }

    private static func nanoseconds(_ unit: String) -> Double? {
        switch unit {
        case "ns": 1
        case "us", "µs", "μs": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m": 60e9
        case "h": 3600e9
        default: nil
        }
    }

    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
        guard rest > 0 else { return "\(whole)" }
        // The unit's zeroes say how wide the fraction is.
        let width = String(unit).utf8.count - 1
        let digits = String(rest)
        var fraction = String(repeating: "0", count: width - digits.utf8.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
