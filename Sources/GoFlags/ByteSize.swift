/// Numbers of octets as Docker's tools write them: `512`, `64k`, `1.5g`, `10MB`, `2GiB`, by powers of 1024.
public enum ByteSize {
    private static let units: [Character] = ["k", "m", "g", "t", "p"]

    /// From `text`: digits, perhaps a fraction and a space, perhaps `k m g t p`, then `b` or `ib`, in either case.
    ///
    /// Throws ``FlagValueError/syntax``, and ``FlagValueError/range`` from 2^63 on.
    public static func parse(_ text: String) throws(FlagValueError) -> Int64 {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = text[number.endIndex...].lowercased()
        if unit.hasPrefix(" ") { unit.removeFirst() }
        var factor: Int64 = 1
        if let first = unit.first, let power = units.firstIndex(of: first) {
            factor = 1 << (10 * (power + 1))
            unit.removeFirst()
        }
        guard ["", "b", "ib"].contains(unit), number.first?.isNumber == true, number.last?.isNumber == true else {
            throw .syntax
        }
        if !number.contains(".") {
            guard let whole = Int64(number) else { throw .range }
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            if overflow { throw .range }
            return product
        }
        guard let value = Double(number) else { throw .syntax }
        guard let size = Int64(exactly: (value * Double(factor)).rounded(.down)) else { throw .range }
        return size
    }

    /// `size` with the largest unit that leaves a whole number: `64k`, `1500`.
    public static func text(_ size: Int64) -> String {
        var value = size
        var unit = ""
        for name in units where value != 0 && value % 1024 == 0 {
            value /= 1024
            unit = String(name)
        }
        return "\(value)\(unit)"
    }
}
