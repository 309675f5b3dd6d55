import Foundation
import Lab

/// Asks for lists all the time, and keeps how long the slowest took.
final class ListWatcher: Sendable {
    private let state = Guarded(
        (slowest: Duration.zero, failures: [String](), isStopping: false, isDone: false))

    init(_ manager: SwarmManager) {
        let thread = Thread { [state] in
            while !state.read({ $0.isStopping }) {
                let begin = ContinuousClock.now
                let outcome = Result {
                    try manager.request("/v1.40/containers/json?all=1", within: .seconds(30))
                }
                let time = ContinuousClock.now - begin
                state.change { state in
                    state.slowest = max(state.slowest, time)
                    switch outcome {
                    case .success(let answer) where answer.status == 200: break
                    case .success(let answer): state.failures.append("\(answer.status) \(answer.text)")
                    case .failure(let error): state.failures.append("\(error)")
                    }
                }
                Deadline.after(.milliseconds(20)).pass()
            }
            state.change { $0.isDone = true }
        }
        thread.start()
    }

    func stop() throws -> (slowest: Duration, failures: [String]) {
        self.state.change { $0.isStopping = true }
        let seen = self.state.wait(until: .after(.seconds(60))) {
            $0.isDone ? ($0.slowest, $0.failures) : nil
        }
        guard let seen else { throw LabError("a list does not end") }
        return seen
    }
}
