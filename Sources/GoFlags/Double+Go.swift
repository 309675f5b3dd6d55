extension Double {
    /// From a number as Go writes them, `inf` and `nan` among them.
    ///
    /// Throws ``FlagValueError/syntax`` or ``FlagValueError/range``.
    public init(goText: String) throws(FlagValueError) {
        let word = goText.lowercased().drop { $0 == "+" || $0 == "-" }
        let names = ["inf", "infinity", "nan"]
        let isName = names.contains(String(word))
        let characters = Set("0123456789abcdefxp.+-")
        guard isName || word.first.map({ $0.isASCII && ($0.isNumber || $0 == ".") }) == true,
            isName || word.allSatisfy(characters.contains), let value = Double(goText)
        else { throw .syntax }
        if value.isInfinite, !isName { throw .range }
        self = value
    }

    /// The shortest text that reads back as this number, with an exponent below 1e-4 and from 1e6 on, as Go's flags show.
    public var goText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        let text = magnitude.description
        let parts = text.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let fraction = mantissa.count == 2 && mantissa[1] != "0" ? mantissa[1] : ""
        var digits = String(mantissa[0] + fraction)
        // Where the point stands, counted from before the first digit.
        var point = mantissa[0].count + (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.hasPrefix("0") {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        let sign = self < 0 ? "-" : ""
        if self == 0 { return "0" }
        guard (-4..<6).contains(point - 1) else {
            let exponent = point - 1
            let padded = (exponent.magnitude < 10 ? "0" : "") + String(exponent.magnitude)
            let tail = digits.dropFirst().isEmpty ? "" : "." + digits.dropFirst()
            return "\(sign)\(digits.prefix(1))\(tail)e\(exponent < 0 ? "-" : "+")\(padded)"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
