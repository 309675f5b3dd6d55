import Foundation
import Lab

/// One client that asks again and again, and notes what it was not answered with 200.
final class Caller: Sendable {
    private struct State {
        var answered = 0
        var failures: [String] = []
        var isStopping = false
        var isDone = false
    }
    private let state = Guarded(State())

    /// Begins to ask for `host`.
    init(_ client: RawClient, host: String) {
        let thread = Thread { [state] in
            // At most some hundred connections a second: each leaves its port in TIME_WAIT.
            while state.wait(until: .after(.milliseconds(3)), for: { $0.isStopping ? true : nil }) == nil {
                let outcome = Result { try client.get("/", host: host) }
                state.change { state in
                    switch outcome {
                    case .success(let answer) where answer.status == 200: state.answered += 1
                    case .success(let answer): state.failures.append("status \(answer.status): \(answer.text)")
                    case .failure(let error): state.failures.append("\(error)")
                    }
                }
            }
            state.change { $0.isDone = true }
        }
        thread.start()
    }

    /// Waits until `count` more requests were answered.
    func wait(for count: Int) throws {
        let goal = self.state.read { $0.answered } + count
        guard self.state.wait(until: .after(.seconds(60)), for: { $0.answered >= goal ? true : nil }) != nil
        else { throw LabError("\(count) more requests were not answered: \(self.state.read { $0.failures })") }
    }

    /// Ends it, and tells what failed.
    func stop() throws -> [String] {
        self.state.change { $0.isStopping = true }
        let failures = self.state.wait(until: .after(.seconds(60)), for: { $0.isDone ? $0.failures : nil })
        guard let failures else { throw LabError("a request does not end") }
        return failures
    }
}
