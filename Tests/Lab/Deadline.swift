import Foundation
import Glibc

/// A point in time after which a wait has failed.
public struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// `duration` from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(end: .now + duration)
    }

    /// Whether it has passed.
    public var hasPassed: Bool { .now >= self.end }

    /// Lets time pass until it has passed: where time itself is what a test is about.
    public func pass() {
        Thread.sleep(forTimeInterval: self.seconds)
    }

    /// What is left, never negative.
    public var remaining: Duration { max(.zero, self.end - .now) }

    /// What is left in whole milliseconds for `poll(2)`, rounded up so that a wait never spins.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = self.remaining.components
        return Int32(clamping: seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// What is left in seconds.
    var seconds: Double { self.remaining.inSeconds }
}

extension Duration {
    /// The duration in seconds.
    public var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The duration in milliseconds.
    public var inMilliseconds: Double { self.inSeconds * 1_000 }
}
