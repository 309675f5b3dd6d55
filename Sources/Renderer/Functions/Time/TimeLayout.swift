/// The parts of a layout of Go's time package: the reference date taken apart, with the text between.
enum TimeLayout {
    enum Part: Equatable {
        case longMonth, month, numberMonth, zeroMonth
        case longWeekday, weekday
        case day, underscoreDay, zeroDay, underscoreYearDay, zeroYearDay
        case hour, hour12, zeroHour12, minute, zeroMinute, second, zeroSecond
        case longYear, year
        case upperHalf, lowerHalf
        case zone
        case offset(OffsetForm)
        case fraction(digits: Int, isTrimmed: Bool, separator: UInt8)
        case text([UInt8])
    }

    struct OffsetForm: Equatable {
        /// Whether the zero offset is written as Z.
        var isZ: Bool
        /// Whether there are colons.
        var hasColons: Bool
        /// 1 for hours, 2 with minutes, 3 with seconds.
        var units: Int
    }

    /// The parts of `layout`.
    static func parts(_ layout: [UInt8]) -> [Part] {
        var parts: [Part] = []
        var text: [UInt8] = []
        var index = 0
        while index < layout.count {
            let rest = layout[index...]
            if let (part, width, literal) = part(rest) {
                text += literal
                if !text.isEmpty { parts.append(.text(text)) }
                text = []
                parts.append(part)
                index += width
            } else {
                text.append(layout[index])
                index += 1
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        return parts
    }

    private static let words: [(text: String, part: Part, needsEnd: Bool)] = [
        ("January", .longMonth, false), ("Jan", .month, true), ("Monday", .longWeekday, false), ("Mon", .weekday, true),
        ("MST", .zone, false), ("002", .zeroYearDay, false), ("01", .zeroMonth, false), ("02", .zeroDay, false),
        ("03", .zeroHour12, false), ("04", .zeroMinute, false), ("05", .zeroSecond, false), ("06", .year, false),
        ("15", .hour, false), ("1", .numberMonth, false), ("2006", .longYear, false), ("2", .day, false),
        ("__2", .underscoreYearDay, false), ("_2", .underscoreDay, false), ("3", .hour12, false), ("4", .minute, false),
        ("5", .second, false), ("PM", .upperHalf, false), ("pm", .lowerHalf, false),
        ("-070000", .offset(OffsetForm(isZ: false, hasColons: false, units: 3)), false),
        ("-07:00:00", .offset(OffsetForm(isZ: false, hasColons: true, units: 3)), false),
        ("-0700", .offset(OffsetForm(isZ: false, hasColons: false, units: 2)), false),
        ("-07:00", .offset(OffsetForm(isZ: false, hasColons: true, units: 2)), false),
        ("-07", .offset(OffsetForm(isZ: false, hasColons: false, units: 1)), false),
        ("Z070000", .offset(OffsetForm(isZ: true, hasColons: false, units: 3)), false),
        ("Z07:00:00", .offset(OffsetForm(isZ: true, hasColons: true, units: 3)), false),
        ("Z0700", .offset(OffsetForm(isZ: true, hasColons: false, units: 2)), false),
        ("Z07:00", .offset(OffsetForm(isZ: true, hasColons: true, units: 2)), false),
        ("Z07", .offset(OffsetForm(isZ: true, hasColons: false, units: 1)), false),
    ]

    /// The part that `rest` begins with, how long it is, and what of it is text.
    private static func part(_ rest: ArraySlice<UInt8>) -> (Part, Int, [UInt8])? {
        if rest.starts(with: "_2006".utf8) { return (.longYear, 5, [0x5F]) }
        for (text, part, needsEnd) in words where rest.starts(with: text.utf8) {
            if needsEnd, let next = rest.dropFirst(text.utf8.count).first, next &- 0x61 < 26 { continue }
            return (part, text.utf8.count, [])
        }
        guard let separator = rest.first, separator == 0x2E || separator == 0x2C, let digit = rest.dropFirst().first,
            digit == 0x30 || digit == 0x39
        else { return nil }
        let run = rest.dropFirst().prefix { $0 == digit }
        if let next = rest.dropFirst(1 + run.count).first, next &- 0x30 < 10 { return nil }
        return (.fraction(digits: run.count, isTrimmed: digit == 0x39, separator: separator), 1 + run.count, [])
    }
}
