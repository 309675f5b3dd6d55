internal import FoundationEssentials

/// The time of day, as events and reports tell it.
enum WallClock {
    /// Seconds since 1970.
    static var seconds: Double { Date().timeIntervalSince1970 }

    /// Nanoseconds since 1970; the last three digits are not to be counted on.
    static var nanoseconds: Int64 { Int64(seconds * 1_000_000) * 1_000 }
}
