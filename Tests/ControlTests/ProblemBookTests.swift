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

    @Test func `what a former run knew of stands since then, until all was heard`() throws {
        let former = LiveBook()
        _ = former.told([problem("a", "bad"), problem("b", "bad"), problem("store", "refused", at: nil)], at: 10)
        var snapshot = TableSnapshot(store: "memory:", generation: 1, endpoints: [], routes: [])
        snapshot.keep(former.problems)
        let kept = try TableSnapshot(decoding: snapshot.encoded())
        let book = LiveBook()
        book.restore(kept.problems ?? [])
        #expect(book.told([problem("store", "no answer", at: nil)], at: 20, isSettled: false) == ["+store"])
        #expect(book.told([problem("a", "bad")], at: 30) == ["+a", "-store"])
        #expect(book.problems.map(\.since) == [10])
        // It was mended meanwhile, and is wrong anew.
        #expect(book.told([problem("a", "bad"), problem("b", "bad")], at: 40) == ["+b"])
        #expect(book.problems.map(\.since) == [10, 40])
    }
}

/// A book behind a reference, so that what changes it can stand in an expectation.
private final class LiveBook {
    private var book = ProblemBook()

    var problems: [StandingProblem] { book.problems }

    /// Takes what a former run knew of.
    func restore(_ problems: [TableSnapshot.Problem]) { book.restore(problems) }

    /// Takes `problems` and says what came and went.
    func told(_ problems: [DiscoveryProblem], at time: Int64, isSettled: Bool = true) -> [String] {
        let change = book.update(problems, time: time, isSettled: isSettled)
        return change.appeared.map { "+\($0.subject)" } + change.gone.map { "-\($0.subject)" }
    }
}
