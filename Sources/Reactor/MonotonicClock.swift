internal import CLinux
internal import Glibc

/// The monotonic and wall clocks, read once a turn of the loop.
public enum MonotonicClock {
    /// Nanoseconds since some fixed point.
    public static var now: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds since 1970-01-01.
    public static var wallClock: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
