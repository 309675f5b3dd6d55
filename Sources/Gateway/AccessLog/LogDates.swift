internal import Glibc

/// Dates of log lines, made once a second.
struct LogDates {
    private var second = UInt64.max
    /// `26/Nov/2026:17:00:00 +0000`.
    private(set) var combined: [UInt8] = []
    /// `2026-11-26T17:00:00Z`.
    private(set) var iso: [UInt8] = []

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Those of `now`, in seconds since 1970.
    mutating func set(_ now: UInt64) {
        guard now != second else { return }
        second = now
        var time = time_t(now)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        let year = unsafe parts.tm_year + 1900
        combined = Array(
            unsafe "\(two(parts.tm_mday))/\(Self.months[Int(parts.tm_mon)])/\(year):\(clock) +0000".utf8)
        iso = Array(unsafe "\(year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(clock)Z".utf8)
    }
}
