internal import FoundationEssentials

/// A point in time as the clock tells it.
public struct Moment: Sendable, Hashable, Comparable {
    /// Seconds since the year 1970 began in UTC, without leap seconds.
    public var seconds: Int64
    /// Nanoseconds after that, below a thousand million.
    public var nanoseconds: Int

    /// `seconds` and `nanoseconds` after 1970 began.
    public init(seconds: Int64, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// What the clock says.
    public static var now: Moment {
        let interval = Date().timeIntervalSince1970
        let whole = interval.rounded(.down)
        return Moment(seconds: Int64(whole), nanoseconds: Int((interval - whole) * 1_000_000_000))
    }

    /// By time.
    public static func < (left: Moment, right: Moment) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
