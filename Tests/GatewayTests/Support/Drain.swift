import Gateway

@testable import Lab

/// A drain under way: on threads of its own, as tests that wait hold up the pool's.
final class Drain: Sendable {
    private let cut = Guarded<Int?>(nil)

    /// - Parameter successor: where a successor listens, which gives idle connections ten seconds instead of one.
    init(_ gateway: Gateway, within timeout: Duration, successor: Set<ListenAddress>? = nil) {
        let cut = cut
        Task(executorPreference: ThreadExecutor()) {
            let count = await gateway.drain(timeout: timeout, successor: successor)
            cut.change { $0 = count }
        }
    }

    /// Waits for its end and gives the number of connections that were cut.
    func result() throws -> Int {
        guard let count = cut.wait(until: .after(.seconds(30)), for: { $0 }) else {
            throw LabError("the drain has not ended after 30 s")
        }
        return count
    }
}
