import Foundation
import Lab

/// Faults with their times, beside what was recorded of classic Docker Swarm.
struct FaultTable {
    private var rows: [[String]] = [["fault", "what is seen", "after", "classic Swarm"]]

    mutating func note(_ fault: String, _ what: String, _ after: Duration, classic: String) {
        self.rows.append([fault, what, String(format: "%.1f s", after.inSeconds), classic])
    }

    func show() {
        let widths = (0..<4).map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        for row in self.rows {
            print(
                zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
                    .joined(separator: "  "))
        }
    }

    /// How long something takes.
    static func time(_ body: () throws -> Void) rethrows -> Duration {
        let begin = ContinuousClock.now
        try body()
        return ContinuousClock.now - begin
    }
}
