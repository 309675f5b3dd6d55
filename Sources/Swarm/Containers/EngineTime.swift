/// A moment as engines write it: seconds since 1970, nil where they mean none.
enum EngineTime {
    /// Reads `2026-11-24T02:18:42.242656352Z`, also with an offset in place of the `Z`.
    ///
    /// The year 1, by which engines say "never", is nil, as is what is no time.
    static func seconds(_ text: String) -> Double? {
        let octets = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= octets.count else { return nil }
            let digits = octets[range]
            guard digits.allSatisfy(\.isDigit) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func sign(_ place: Int, _ signs: String) -> Bool {
            place < octets.count && signs.utf8.contains(octets[place])
        }
        guard let year = number(0..<4), sign(4, "-"), let month = number(5..<7), sign(7, "-"),
            let day = number(8..<10), sign(10, "Tt "), let hour = number(11..<13), sign(13, ":"),
            let minute = number(14..<16), sign(16, ":"), let second = number(17..<19)
        else { return nil }
        guard year > 1, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        var place = 19
        var fraction = 0.0
        if sign(place, ".") {
            var scale = 0.1
            place += 1
            while place < octets.count, octets[place].isDigit {
                fraction += Double(octets[place] - 0x30) * scale
                scale /= 10
                place += 1
            }
        }
        var offset = 0
        if sign(place, "+-") {
            guard let hours = number(place + 1..<place + 3), sign(place + 3, ":"),
                let minutes = number(place + 4..<place + 6)
            else { return nil }
            offset = (hours * 60 + minutes) * 60 * (sign(place, "-") ? -1 : 1)
        } else if !sign(place, "Zz") {
            return nil
        }
        let whole = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Double(whole) + fraction
    }

    /// Days since 1970 of a date of the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `2026-11-24T02:18:42Z` of a moment from 1970 to 9999, whole seconds.
    static func text(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 253_402_300_799)).rounded(.down))
        let (day, second) = whole.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, date) = calendar(day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(date))T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }

    /// The date that is so many days after 1970's first; ``days(_:_:_:)`` undone.
    private static func calendar(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    /// How Docker's clients say that something took so many seconds: `About a minute`, `3 hours`.
    static func words(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e15)))
        let minutes = whole / 60
        let hours = Int(Double(whole) / 3_600 + 0.5)
        switch true {
        case whole < 1: return "Less than a second"
        case whole == 1: return "1 second"
        case whole < 60: return "\(whole) seconds"
        case minutes == 1: return "About a minute"
        case minutes < 60: return "\(minutes) minutes"
        case hours == 1: return "About an hour"
        case hours < 48: return "\(hours) hours"
        case hours < 24 * 7 * 2: return "\(hours / 24) days"
        case hours < 24 * 30 * 2: return "\(hours / 24 / 7) weeks"
        case hours < 24 * 365 * 2: return "\(hours / 24 / 30) months"
        default: return "\(hours / 24 / 365) years"
        }
    }
}
