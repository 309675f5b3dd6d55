/// Octets as Docker's tools write them: four digits that count, and a power of 1,024.
enum BinarySize {
    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// `24.72 GiB`, `20 MiB`, `0 B`.
    static func text(_ octets: Int64) -> String {
        var size = Double(max(0, octets))
        var unit = 0
        while size >= 1_024, unit < units.count - 1 {
            size /= 1_024
            unit += 1
        }
        return "\(fourDigits(size)) \(units[unit])"
    }

    /// C's and Go's `%.4g` of a number from 0 to 1,024.
    private static func fourDigits(_ number: Double) -> String {
        guard number > 0 else { return "0" }
        var places = 3
        var scale = 1_000.0
        while places > 0, (number * scale).rounded(.toNearestOrEven) >= 10_000 {
            places -= 1
            scale /= 10
        }
        let whole = Int64((number * scale).rounded(.toNearestOrEven))
        let power = Int64(scale)
        guard whole % power != 0 else { return String(whole / power) }
        let digits = String(whole % power)
        let fraction = String(repeating: "0", count: places - digits.count) + digits
        return "\(whole / power).\(fraction.reversed().drop { $0 == "0" }.reversed().map(String.init).joined())"
    }
}
