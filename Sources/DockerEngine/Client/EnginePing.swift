/// What an engine says to a ping.
public struct EnginePing: Sendable, Equatable {
    /// The newest version of the API that it speaks; nil if it does not say.
    public var apiVersion: APIVersion?
    /// Its clock, in seconds since 1970; nil if it does not say.
    public var seconds: Int64?
}

/// The date of HTTP's fields, RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds since 1970; nil if `text` is no date.
    static func seconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(where: { $0 == words[2] }),
            let day = number(words[1], 1...31), let year = number(words[3], 1970...9999)
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
            let second = number(clock[2], 0...60)
        else { return nil }
        // Days since 1970-03-01 plus 59, with years that begin in March, so that a leap day is a year's last.
        let (shifted, marches) = month < 2 ? (year - 1, month + 10) : (year, month - 2)
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * marches + 2) / 5 + day - 1
        return Int64(((days - 719_468) * 24 + hour) * 3600 + minute * 60 + second)
    }

    private static func number(_ text: Substring, _ range: ClosedRange<Int>) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }
}
