/// A point in time as people read it: `2027-03-01 12:00 UTC`.
public struct UTCTime: Sendable, CustomStringConvertible {
    private let seconds: Int64

    /// The last second of 9999, which certificates without an end name (RFC 5280 §4.1.2.5).
    static let last: Int64 = 253_402_300_799

    /// The point `seconds` after 1970 began; what certificates cannot name is taken for the nearest that they can.
    public init(_ seconds: Int64) { self.seconds = min(max(seconds, -62_167_219_200), Self.last) }

    /// `2027-03-01`.
    public var day: String {
        // Days since 0000-03-01, with which a year ends in its leap day; after Howard Hinnant's civil_from_days.
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))"
    }

    /// `2027-03-01 12:00 UTC`.
    public var description: String {
        let ofDay = (seconds % 86_400 + 86_400) % 86_400
        return "\(day) \(Self.twoDigits(ofDay / 3_600)):\(Self.twoDigits(ofDay / 60 % 60)) UTC"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
