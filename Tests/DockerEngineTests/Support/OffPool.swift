import Foundation
import Lab

/// Runs what waits on a thread of its own, so that the pool of tasks goes on.
func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// What `body` gives, or an error if that takes longer than any machine would.
func soon<Result: Sendable>(
    _ what: String, within duration: Duration = .seconds(60), _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: duration)
            throw LabError("\(what): not within \(duration)")
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw LabError("\(what): nothing") }
        return result
    }
}
