/// Numbers as people read them at a glance: three digits and a unit, never wider than six columns.
enum Quantity {
    private static let units = ["", "k", "M", "G", "T", "P", "E"]

    /// A rate or an amount: `0`, `3.4`, `345`, `1.23k`, `12.3M`.
    static func amount(_ value: Double?) -> String {
        guard let value, value.isFinite, value >= 0 else { return "-" }
        if value < 0.05 { return value > 0 ? "<0.1" : "0" }
        var rest = value
        var unit = 0
        while rest >= 999.5, unit < units.count - 1 {
            rest /= 1000
            unit += 1
        }
        rest = min(rest, 999)
        guard unit > 0 else { return rest < 9.95 ? decimal(rest, places: 1) : "\(Int(rest.rounded()))" }
        return digits(rest) + units[unit]
    }

    /// A whole number: as it is while it is short.
    static func count(_ value: Int) -> String { (0..<10_000).contains(value) ? "\(value)" : amount(Double(value)) }

    /// How long something took: `0.85ms`, `33ms`, `1.20s`, `75s`, `20m`.
    static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return "-" }
        let milliseconds = seconds * 1000
        if milliseconds < 999.5 { return digits(milliseconds) + "ms" }
        if seconds < 99.5 { return (seconds < 9.95 ? decimal(seconds, places: 2) : "\(Int(seconds.rounded()))") + "s" }
        return age(Int64(min(seconds, 1e15)))
    }

    /// How long ago something was: `12s`, `3m`, `4h`, `5d`.
    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<0: "0s"
        case ..<100: "\(seconds)s"
        case ..<6000: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: seconds / 86_400 < 100_000 ? "\(seconds / 86_400)d" : "ages"
        }
    }

    /// Three digits at the most, with a point where there is room.
    private static func digits(_ value: Double) -> String {
        if value < 9.995 { return decimal(value, places: 2) }
        return value < 99.95 ? decimal(value, places: 1) : "\(Int(value.rounded()))"
    }

    private static func decimal(_ value: Double, places: Int) -> String {
        let scale = places == 2 ? 100 : 10
        let whole = Int((value * Double(scale)).rounded())
        let rest = "\(whole % scale)"
        return "\(whole / scale)." + String(repeating: "0", count: places - rest.count) + rest
    }
}
