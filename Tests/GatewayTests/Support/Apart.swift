import Testing

@testable import Lab

/// Runs each test on a thread of its own, a few at a time: these tests wait on sockets, and on the pool's few threads they
/// would hold up every other test of the process.
struct Apart: SuiteTrait, TestTrait, TestScoping {
    /// Tests that may run at once.
    private static let room = Guarded(4)

    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(ThreadExecutor()) {
            Self.enter()
            defer { Self.room.change { $0 += 1 } }
            try await function()
        }
    }

    private static func enter() {
        _ = room.wait(until: .after(.seconds(600))) { room -> Bool? in
            guard room > 0 else { return nil }
            room -= 1
            return true
        }
    }
}

extension Trait where Self == Apart {
    /// On a thread of its own.
    static var apart: Apart { Apart() }
}
