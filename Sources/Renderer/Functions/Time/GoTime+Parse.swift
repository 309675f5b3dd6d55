internal import Template

extension GoTime {
    /// The time that `text` tells by `layout`; nil when it does not.
    static func parse(_ text: [UInt8], layout: [UInt8]) -> GoTime? { try? read(text, layout: layout) }

    /// The time that `text` tells by `layout`.
    static func read(_ text: [UInt8], layout: [UInt8]) throws(FunctionError) -> GoTime {
        var reader = TimeReader(rest: text[...])
        let parts = TimeLayout.parts(layout)
        for (place, part) in parts.enumerated() {
            var nextIsFraction = false
            if place + 1 < parts.count, case .fraction = parts[place + 1] { nextIsFraction = true }
            guard reader.read(part, nextIsFraction: nextIsFraction) else {
                throw FunctionError(
                    "parsing time \(quote(text)) as \(quote(layout)): cannot parse \(quote(Array(reader.rest))) as "
                        + quote(Array(TimeReader.name(of: part).utf8)))
            }
        }
        guard reader.rest.isEmpty else {
            throw FunctionError("parsing time \(quote(text)): extra text: \(quote(Array(reader.rest)))")
        }
        guard let time = reader.time else {
            throw FunctionError("parsing time \(quote(text)): \(reader.outOfRange ?? "day") out of range")
        }
        return time
    }

    private static func quote(_ octets: [UInt8]) -> String { GoFormat.quote(octets).text }
}

/// Reads the parts of a time off a text.
private struct TimeReader {
    var rest: ArraySlice<UInt8>
    private var year = 0
    private var month = 1
    private var day = 1
    private var yearDay: Int?
    private var hour = 0
    private var minute = 0
    private var second = 0
    private var nanoseconds = 0
    private var offset = 0
    private var zone = "UTC"
    private var isPM: Bool?
    private(set) var outOfRange: String?

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    var time: GoTime? {
        guard outOfRange == nil else { return nil }
        var hour = hour
        if let isPM {
            if isPM, hour < 12 { hour += 12 } else if !isPM, hour == 12 { hour = 0 }
        }
        guard 1...GoTime.days(in: month, of: year) ~= day else { return nil }
        var number = GoTime.day(year: year, month: month, day: day)
        if let yearDay { number = GoTime.day(year: year, month: 1, day: 1) + yearDay - 1 }
        let seconds = Int64(number) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        return GoTime(seconds: seconds, nanoseconds: nanoseconds, offset: offset, zone: zone)
    }

    static func name(of part: TimeLayout.Part) -> String {
        switch part {
        case .text(let octets): octets.text
        case .longMonth: "January"
        case .month: "Jan"
        case .numberMonth: "1"
        case .zeroMonth: "01"
        case .longWeekday: "Monday"
        case .weekday: "Mon"
        case .day: "2"
        case .underscoreDay: "_2"
        case .zeroDay: "02"
        case .underscoreYearDay: "__2"
        case .zeroYearDay: "002"
        case .hour: "15"
        case .hour12: "3"
        case .zeroHour12: "03"
        case .minute: "4"
        case .zeroMinute: "04"
        case .second: "5"
        case .zeroSecond: "05"
        case .longYear: "2006"
        case .year: "06"
        case .upperHalf: "PM"
        case .lowerHalf: "pm"
        case .zone: "MST"
        case .offset(let form):
            (form.isZ ? "Z07" : "-07")
                + String(repeating: form.hasColons ? ":00" : "00", count: form.units - 1)
        case .fraction(let digits, let isTrimmed, _): "." + String(repeating: isTrimmed ? "9" : "0", count: digits)
        }
    }

    private mutating func number(atLeast least: Int, atMost most: Int) -> Int? {
        let digits = rest.prefix(most).prefix { $0 &- 0x30 < 10 }
        guard digits.count >= least else { return nil }
        rest = rest[digits.endIndex...]
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private mutating func accept(_ text: some Collection<UInt8>) -> Bool {
        guard rest.starts(with: text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func word(of list: [String], length: Int?) -> Int? {
        for (place, name) in list.enumerated() {
            let text = Array(name.utf8.prefix(length ?? .max))
            let head = rest.prefix(text.count)
            if head.count == text.count, zip(head, text).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
                rest = rest.dropFirst(text.count)
                return place
            }
        }
        return nil
    }

    private mutating func set(
        _ field: WritableKeyPath<TimeReader, Int>, _ value: Int?, _ range: ClosedRange<Int>, _ name: String
    ) -> Bool {
        guard let value else { return false }
        if !range.contains(value) { outOfRange = outOfRange ?? name }
        self[keyPath: field] = value
        return true
    }

    mutating func read(_ part: TimeLayout.Part, nextIsFraction: Bool) -> Bool {
        switch part {
        case .text(let octets): return accept(octets)
        case .longYear: return set(\.year, number(atLeast: 4, atMost: 4), 0...9999, "year")
        case .year:
            guard let value = number(atLeast: 2, atMost: 2) else { return false }
            year = value >= 69 ? value + 1900 : value + 2000
            return true
        case .longMonth, .month:
            guard let place = word(of: GoTime.months, length: part == .month ? 3 : nil) else { return false }
            month = place + 1
            return true
        case .longWeekday: return word(of: GoTime.weekdays, length: nil) != nil
        case .weekday: return word(of: GoTime.weekdays, length: 3) != nil
        case .numberMonth: return set(\.month, number(atLeast: 1, atMost: 2), 1...12, "month")
        case .zeroMonth: return set(\.month, number(atLeast: 2, atMost: 2), 1...12, "month")
        case .underscoreDay, .day:
            if part == .underscoreDay { _ = accept([0x20]) }
            return set(\.day, number(atLeast: 1, atMost: 2), 0...31, "day")
        case .zeroDay: return set(\.day, number(atLeast: 2, atMost: 2), 0...31, "day")
        case .underscoreYearDay, .zeroYearDay:
            while part == .underscoreYearDay, accept([0x20]) {}
            yearDay = number(atLeast: part == .zeroYearDay ? 3 : 1, atMost: 3)
            return yearDay != nil
        case .hour: return set(\.hour, number(atLeast: 1, atMost: 2), 0...23, "hour")
        case .hour12: return set(\.hour, number(atLeast: 1, atMost: 2), 0...12, "hour")
        case .zeroHour12: return set(\.hour, number(atLeast: 2, atMost: 2), 0...12, "hour")
        case .minute: return set(\.minute, number(atLeast: 1, atMost: 2), 0...59, "minute")
        case .zeroMinute: return set(\.minute, number(atLeast: 2, atMost: 2), 0...59, "minute")
        case .second, .zeroSecond:
            guard set(\.second, number(atLeast: part == .second ? 1 : 2, atMost: 2), 0...59, "second") else {
                return false
            }
            if !nextIsFraction, rest.count > 1, rest.first == 0x2E || rest.first == 0x2C,
                rest[rest.startIndex + 1] &- 0x30 < 10
            {
                return fraction(digits: nil)
            }
            return true
        case .upperHalf, .lowerHalf:
            if accept("PM".utf8) || accept("pm".utf8) {
                isPM = true
            } else if accept("AM".utf8) || accept("am".utf8) {
                isPM = false
            } else {
                return false
            }
            return true
        case .zone: return zoneName()
        case .offset(let form): return offset(form)
        case .fraction(let digits, let isTrimmed, _):
            if isTrimmed {
                let hasFraction =
                    rest.count > 1 && (rest.first == 0x2E || rest.first == 0x2C)
                    && rest[rest.startIndex + 1] &- 0x30 < 10
                return hasFraction ? fraction(digits: nil) : true
            }
            return fraction(digits: digits)
        }
    }

    private mutating func fraction(digits count: Int?) -> Bool {
        guard accept([0x2E]) || accept([0x2C]) else { return false }
        let digits = rest.prefix { $0 &- 0x30 < 10 }
        if let count, digits.count != count { return false }
        rest = rest[digits.endIndex...]
        nanoseconds = 0
        for place in 0..<9 {
            let digit = place < digits.count ? Int(digits[digits.startIndex + place]) - 0x30 : 0
            nanoseconds = nanoseconds * 10 + digit
        }
        return true
    }

    private mutating func zoneName() -> Bool {
        let name = rest.prefix { $0 &- 0x41 < 26 }
        guard 3...5 ~= name.count else { return false }
        rest = rest[name.endIndex...]
        zone = String(decoding: name, as: UTF8.self)
        return true
    }

    private mutating func offset(_ form: TimeLayout.OffsetForm) -> Bool {
        if form.isZ, accept([0x5A]) { return true }
        let isNegative = rest.first == 0x2D
        guard accept([0x2D]) || accept([0x2B]) else { return false }
        var total = 0
        for unit in 0..<form.units {
            if unit > 0, form.hasColons, !accept([0x3A]) { return false }
            guard let value = number(atLeast: 2, atMost: 2) else { return false }
            total += value * [3600, 60, 1][unit]
        }
        offset = isNegative ? -total : total
        zone = total == 0 ? "UTC" : ""
        return true
    }
}
