import Foundation

/// A value behind a lock, whose changes can be waited for.
///
/// Load tests share such values between many threads on few cores. `Mutex` is no good there: on Linux it is handed over in
/// the order of waiting, so that every thread waits for its turn at the processor while it owns the lock.
///
/// - Safety: the value is touched under the condition's lock only.
public final class Guarded<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    /// Guards `value`.
    public init(_ value: sending Value) {
        self.value = value
    }

    /// Runs `body` with the value, and wakes everyone who waits.
    @discardableResult
    public func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        self.condition.lock()
        defer {
            self.condition.broadcast()
            self.condition.unlock()
        }
        return try body(&self.value)
    }

    /// Runs `body` with the value as it is.
    public func read<Result>(_ body: (Value) throws -> Result) rethrows -> Result {
        self.condition.lock()
        defer { self.condition.unlock() }
        return try body(self.value)
    }

    /// Waits until `body` gives something.
    ///
    /// - Returns: what it gave, or nil if `deadline` passed first.
    public func wait<Result>(until deadline: Deadline, for body: (inout Value) -> Result?) -> Result? {
        self.condition.lock()
        defer { self.condition.unlock() }
        while true {
            if let result = body(&self.value) { return result }
            if deadline.hasPassed { return nil }
            _ = self.condition.wait(until: Date(timeIntervalSinceNow: deadline.seconds))
        }
    }
}
