/// Dates as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 §5.6.7).
public enum HTTPDate {
    /// Octets of every date.
    public static let count = 29

    /// Writes the date `seconds` after the beginning of 1970 (UTC) into `output`.
    ///
    /// Leap seconds do not exist in this count. Years are 0000 to 9999; what lies outside is not written.
    ///
    /// - Returns: ``count``, or -1 if `output` is too small or the year has not four digits.
    public static func write(_ seconds: Int64, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard output.count >= count, seconds >= -62_167_219_200, seconds <= 253_402_300_799 else { return -1 }
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = Int(seconds - day * 86_400)
        let date = civil(Int(day))
        // 1 January 1970 was a Thursday.
        let weekday = (Int(day) % 7 + 7 + 4) % 7
        unsafe put("SunMonTueWedThuFriSat", weekday * 3, into: output, at: 0)
        unsafe put(", ", 0, count: 2, into: output, at: 3)
        unsafe put(date.day, into: output, at: 5)
        unsafe output[7] = Octet.space
        unsafe put("JanFebMarAprMayJunJulAugSepOctNovDec", (date.month - 1) * 3, into: output, at: 8)
        unsafe output[11] = Octet.space
        unsafe put(date.year / 100, into: output, at: 12)
        unsafe put(date.year % 100, into: output, at: 14)
        unsafe output[16] = Octet.space
        unsafe put(time / 3600, into: output, at: 17)
        unsafe output[19] = Octet.colon
        unsafe put(time / 60 % 60, into: output, at: 20)
        unsafe output[22] = Octet.colon
        unsafe put(time % 60, into: output, at: 23)
        unsafe put(" GMT", 0, count: 4, into: output, at: 25)
        return count
    }

    /// Year, month and day of a day counted from 1 January 1970, in the Gregorian calendar.
    ///
    /// Years begin in March here, so that the leap day is the last one; eras are the 400 years after which all repeats.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func put(
        _ text: StaticString, _ start: Int, count: Int = 3, into output: UnsafeMutableRawBufferPointer, at index: Int
    ) {
        for offset in 0..<count { unsafe output[index + offset] = text.octet(start + offset) }
    }

    /// Two digits.
    private static func put(_ number: Int, into output: UnsafeMutableRawBufferPointer, at index: Int) {
        unsafe output[index] = Octet.zero &+ UInt8(number / 10)
        unsafe output[index + 1] = Octet.zero &+ UInt8(number % 10)
    }
}
