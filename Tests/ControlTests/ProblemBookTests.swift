import Discovery
import Routing
import Testing

@testable import Control

@Suite struct ProblemBookTests {
    private func problem(_ subject: String, _ reason: String, at source: String? = "consul:k") -> DiscoveryProblem {
        DiscoveryProblem(subject: subject, reason: reason, provenance: source.map { Provenance(source: $0) })
    }

    @Test func `each problem is told once when it appears and once when it goes`() {
        let book = LiveBook()
        let a = problem("a", "bad")
        let b = problem("b", "bad")
        #expect(book.told([a], at: 1) == ["+a"])
        #expect(book.told([a, b], at: 2) == ["+b"])
        #expect(book.told([a, b], at: 3) == [])
        #expect(book.problems.map(\.since) == [1, 2])
        #expect(book.told([b], at: 4) == ["-a"])
        #expect(book.told([], at: 5) == ["-b"])
        #expect(book.problems.isEmpty)
    }

    @Test func `the same entry with another reason, or from another place, is another problem`() {
        let book = LiveBook()
        #expect(book.told([problem("a", "bad")], at: 1) == ["+a"])
        #expect(book.told([problem("a", "worse")], at: 2) == ["+a", "-a"])
        #expect(book.told([problem("a", "worse", at: "consul:l")], at: 3) == ["+a", "-a"])
    }

    @Test func `a hold that shrinks and an outage that is worded otherwise are still the same`() {
        let book = LiveBook()
        #expect(
            book.told([problem("held endpoints", "30", at: nil), problem("store", "refused", at: nil)], at: 1).count
                == 2)
        #expect(
            book.told([problem("held endpoints", "29", at: nil), problem("store", "timeout", at: nil)], at: 2) == [])
        #expect(book.problems.map(\.problem.reason) == ["29", "timeout"])
    }
}

/// A book behind a reference, so that what changes it can stand in an expectation.
private final class LiveBook {
    private var book = ProblemBook()

    var problems: [StandingProblem] { book.problems }

    /// Takes `problems` and says what came and went.
    func told(_ problems: [DiscoveryProblem], at time: Int64) -> [String] {
        let change = book.update(problems, time: time)
        return change.appeared.map { "+\($0.subject)" } + change.gone.map { "-\($0.subject)" }
    }
}
