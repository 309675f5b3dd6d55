import Certificates
import Discovery
import Testing

@testable import Control

/// What is in force of one source, with time in the test's hands.
@Suite struct CertificateShelfTests {
    private let files: CertificateFiles

    init() throws { files = try CertificateFiles() }

    private func entry(_ name: String) throws -> CertificateTable.Entry {
        CertificateTable.Entry(name: name, credential: try files.issue(["\(name).test"]).credential())
    }

    private func finds(
        _ entries: [CertificateTable.Entry], broken: Set<String> = [], problems: [CertificateProblem] = []
    ) -> CertificateFinds {
        var finds = CertificateFinds()
        finds.entries = entries
        finds.broken = broken
        finds.problems = problems
        return finds
    }

    private let mismatch = CertificateProblem(.error, "/c/a.key", "the key belongs to none", "the right key")

    @Test func `a broken replacement keeps the former certificate until a good one comes`() throws {
        var shelf = CertificateShelf()
        let (old, new, other) = (try entry("a"), try entry("a"), try entry("b"))
        shelf.take(finds([old, other]), now: .zero)
        shelf.take(finds([other], broken: ["a"], problems: [mismatch]), now: .seconds(1))
        #expect(shelf.entries.map(\.name) == ["a", "b"])
        #expect(shelf.entries[0].credential === old.credential)
        #expect(shelf.former == ["a"])
        shelf.expire(now: .seconds(1000))
        #expect(shelf.entries.count == 2)
        shelf.take(finds([new, other]), now: .seconds(1001))
        #expect(shelf.entries[0].credential === new.credential)
        #expect(shelf.former.isEmpty)
        #expect(shelf.problems(now: .seconds(1002)).isEmpty)
    }

    @Test func `the halves of a pair may be written one after the other within a second`() throws {
        var shelf = CertificateShelf()
        let (old, new) = (try entry("a"), try entry("a"))
        shelf.take(finds([old]), now: .zero)
        shelf.take(finds([], broken: ["a"], problems: [mismatch]), now: .seconds(5))
        #expect(shelf.problems(now: .milliseconds(5_900)).isEmpty)
        #expect(shelf.nextDeadline(now: .milliseconds(5_900)) == .seconds(6))
        shelf.take(finds([new]), now: .milliseconds(5_900))
        #expect(shelf.problems(now: .seconds(7)).isEmpty)
    }

    @Test func `what stays wrong is told after a second, with what is served instead`() throws {
        var shelf = CertificateShelf()
        shelf.take(finds([try entry("a")]), now: .zero)
        let broken = finds([], broken: ["a"], problems: [mismatch])
        shelf.take(broken, now: .seconds(5))
        // A look in between does not begin the second anew.
        shelf.take(broken, now: .milliseconds(5_800))
        let problems = shelf.problems(now: .seconds(6))
        #expect(problems.map(\.subject) == ["certificate /c/a.key", "certificate a"])
        #expect(problems.first?.reason == "the key belongs to none: the right key")
        #expect(problems.last?.reason.hasPrefix("the former one, good until ") == true)
        #expect(problems.map(\.severity) == [.warning, .notice])
        #expect(shelf.nextDeadline(now: .seconds(6)) == nil)
    }

    @Test func `what is gone goes, but not in the moment between two writes`() throws {
        var shelf = CertificateShelf()
        let (first, second) = (try entry("a"), try entry("a"))
        shelf.take(finds([first]), now: .zero)
        shelf.take(finds([]), now: .seconds(1))
        #expect(shelf.entries.count == 1)
        #expect(shelf.nextDeadline(now: .seconds(1)) == .seconds(1) + CertificateShelf.removalDelay)
        shelf.take(finds([second]), now: .milliseconds(1_400))
        shelf.expire(now: .seconds(10))
        #expect(shelf.entries.map { $0.credential === second.credential } == [true])
        shelf.take(finds([]), now: .seconds(11))
        shelf.take(finds([]), now: .milliseconds(11_400))
        shelf.expire(now: .seconds(11) + CertificateShelf.removalDelay)
        #expect(shelf.entries.isEmpty)
        #expect(shelf.nextDeadline(now: .seconds(12)) == nil)
    }

    @Test func `a source that cannot be read keeps all that was there`() throws {
        var shelf = CertificateShelf()
        shelf.take(finds([try entry("a"), try entry("b")]), now: .zero)
        var unreadable = finds([], problems: [CertificateProblem(.error, "/c", "it cannot be read", "")])
        unreadable.isReadable = false
        shelf.take(unreadable, now: .seconds(1))
        shelf.expire(now: .seconds(9))
        #expect(shelf.entries.map(\.name) == ["a", "b"])
        #expect(shelf.problems(now: .seconds(9)).map(\.subject) == ["certificate /c"])
    }

    @Test func `the same certificate read again is the same object`() throws {
        var shelf = CertificateShelf()
        let issued = try files.issue(["a.test"])
        let (one, two) = (try issued.credential(), try issued.credential())
        shelf.take(finds([CertificateTable.Entry(name: "a", credential: one)]), now: .zero)
        shelf.take(finds([CertificateTable.Entry(name: "a", credential: two)]), now: .seconds(1))
        #expect(shelf.entries[0].credential === one)
    }
}
