/// A point in time with its civil date, as Go's time package has it.
struct GoTime: Sendable, Equatable {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// Seconds since 1970 began in UTC.
    let seconds: Int64
    /// Nanoseconds after that.
    let nanoseconds: Int
    /// Seconds that the zone is ahead of UTC.
    let offset: Int
    /// The zone's short name; empty when it has none.
    let zone: String

    let year: Int
    let month: Int
    let day: Int

    /// The time of `moment` in UTC.
    init(_ moment: Moment) { self.init(seconds: moment.seconds, nanoseconds: moment.nanoseconds) }

    init(seconds: Int64, nanoseconds: Int, offset: Int = 0, zone: String = "UTC") {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.offset = offset
        self.zone = zone
        let local = seconds &+ Int64(offset)
        (year, month, day) = Self.date(ofDay: Int(Self.floor(local, 86_400)))
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private var local: Int64 { seconds &+ Int64(offset) }
    private var secondOfDay: Int { Int(local - Self.floor(local, 86_400) * 86_400) }

    var hour: Int { secondOfDay / 3600 }
    var minute: Int { secondOfDay / 60 % 60 }
    var second: Int { secondOfDay % 60 }
    /// The day of the week, from Sunday.
    var weekday: Int { Int((Self.floor(local, 86_400) % 7 + 11) % 7) }
    /// The day of the year, from 1.
    var yearDay: Int { Self.day(year: year, month: month, day: day) - Self.day(year: year, month: 1, day: 1) + 1 }

    /// The number of a civil date's day, from 1970.
    static func day(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The civil date of a day's number.
    static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// How many days a month has.
    static func days(in month: Int, of year: Int) -> Int {
        month == 12 ? 31 : day(year: year, month: month + 1, day: 1) - day(year: year, month: month, day: 1)
    }

    /// The text of the time by a layout.
    func format(_ layout: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for part in TimeLayout.parts(layout) { result += text(of: part) }
        return result
    }

    /// The text of the time by a layout.
    func format(_ layout: String) -> String { format(Array(layout.utf8)).text }

    private func text(of part: TimeLayout.Part) -> [UInt8] {
        let hour12 = hour % 12 == 0 ? 12 : hour % 12
        let text: String
        switch part {
        case .text(let octets): return octets
        case .longMonth: text = Self.months[month - 1]
        case .month: text = String(Self.months[month - 1].prefix(3))
        case .numberMonth: text = String(month)
        case .zeroMonth: text = Self.pad(month, 2)
        case .longWeekday: text = Self.weekdays[weekday]
        case .weekday: text = String(Self.weekdays[weekday].prefix(3))
        case .day: text = String(day)
        case .underscoreDay: text = Self.pad(day, 2, " ")
        case .zeroDay: text = Self.pad(day, 2)
        case .underscoreYearDay: text = Self.pad(yearDay, 3, " ")
        case .zeroYearDay: text = Self.pad(yearDay, 3)
        case .hour: text = Self.pad(hour, 2)
        case .hour12: text = String(hour12)
        case .zeroHour12: text = Self.pad(hour12, 2)
        case .minute: text = String(minute)
        case .zeroMinute: text = Self.pad(minute, 2)
        case .second: text = String(second)
        case .zeroSecond: text = Self.pad(second, 2)
        case .longYear: text = Self.pad(year, 4)
        case .year: text = Self.pad(abs(year) % 100, 2)
        case .upperHalf: text = hour >= 12 ? "PM" : "AM"
        case .lowerHalf: text = hour >= 12 ? "pm" : "am"
        case .zone: text = zone.isEmpty ? shortOffset : zone
        case .offset(let form): text = Self.text(of: form, offset)
        case .fraction(let digits, let isTrimmed, let separator):
            return fraction(digits: digits, isTrimmed: isTrimmed, separator: separator)
        }
        return Array(text.utf8)
    }

    private var shortOffset: String {
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + Self.pad(minutes / 60, 2)
            + (minutes % 60 == 0 ? "" : Self.pad(minutes % 60, 2))
    }

    private static func text(of form: TimeLayout.OffsetForm, _ offset: Int) -> String {
        if form.isZ, offset == 0 { return "Z" }
        let amount = abs(offset)
        let units = [amount / 3600, amount / 60 % 60, amount % 60].prefix(form.units).map { pad($0, 2) }
        return (offset < 0 ? "-" : "+") + units.joined(separator: form.hasColons ? ":" : "")
    }

    private func fraction(digits: Int, isTrimmed: Bool, separator: UInt8) -> [UInt8] {
        var text = Array(
            (Self.pad(nanoseconds, 9) + String(repeating: "0", count: max(digits - 9, 0))).utf8.prefix(digits))
        if isTrimmed {
            while text.last == 0x30 { text.removeLast() }
            if text.isEmpty { return [] }
        }
        return [separator] + text
    }

    private static func pad(_ number: Int, _ width: Int, _ filler: Character = "0") -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: filler, count: max(width - digits.count, 0)) + digits
    }
}
