import Foundation

/// A value behind a lock, whose changes can be waited for.
///
/// - Safety: the value is touched under the condition's lock only.
final class Guarded<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
    }

    /// Runs `body` with the value, and wakes everyone who waits.
    @discardableResult
    func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        self.condition.lock()
        defer {
            self.condition.broadcast()
            self.condition.unlock()
        }
        return try body(&self.value)
    }

    /// Runs `body` with the value as it is.
    func read<Result>(_ body: (Value) throws -> Result) rethrows -> Result {
        self.condition.lock()
        defer { self.condition.unlock() }
        return try body(self.value)
    }

    /// Waits until `body` gives something.
    ///
    /// - Returns: what it gave, or nil if `deadline` passed first.
    func wait<Result>(until deadline: Deadline, for body: (inout Value) -> Result?) -> Result? {
        self.condition.lock()
        defer { self.condition.unlock() }
        while true {
            if let result = body(&self.value) { return result }
            if deadline.hasPassed { return nil }
            _ = self.condition.wait(until: Date(timeIntervalSinceNow: deadline.seconds))
        }
    }
}
