import Foundation

@testable import Lab

/// Work on a thread of its own, whose outcome can be waited for.
final class Background<Value: Sendable>: Sendable {
    private let outcome = Guarded<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Value) {
        let outcome = outcome
        Thread.detachNewThread {
            let result = Result { try body() }
            outcome.change { $0 = result }
        }
    }

    /// Waits for the end of the work and gives what came of it.
    @discardableResult
    func result(within duration: Duration = .seconds(120)) throws -> Value {
        guard let result = outcome.wait(until: .after(duration), for: { $0 }) else {
            throw LabError("the work in the background has not ended after \(duration)")
        }
        return try result.get()
    }
}
