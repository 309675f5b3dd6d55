internal import Synchronization

/// The value of `Date`, written once a second (RFC 9110 section 5.6.7).
final class DateField: Sendable {
    private let last = Mutex<(second: Int64, text: String)>((-1, ""))

    /// The value for a moment in seconds since 1970, year 9999 at the latest.
    func text(at second: Int64) -> String {
        last.withLock { last in
            if last.second != second { last = (second, Self.format(second)) }
            return last.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func format(_ second: Int64) -> String {
        let (days, time) = (Int(second / 86_400), Int(second % 86_400))
        // Years that begin in March, in eras of 400 of them, counted from the year 0.
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * march + 2) / 5 + 1
        let month = march < 10 ? march + 2 : march - 10
        let year = era * 400 + yearOfEra + (month < 2 ? 1 : 0)
        let clock = [time / 3_600, time / 60 % 60, time % 60].map(twoDigits).joined(separator: ":")
        return "\(weekdays[days % 7]), \(twoDigits(day)) \(months[month]) \(year) \(clock) GMT"
    }

    // The first day of 1970 was a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
