import Testing

@testable import Renderer

@Suite struct AnswerBookTests {
    private let list = Dependency(.store(.prefix("p", QueryScope())))

    private func pairs(_ count: Int) -> Answer {
        .pairs((0..<count).map { KeyPair(path: "p/\($0)", below: "p", value: []) })
    }

    @Test func `an answer that comes back empty after an outage is held, and believed when it stays so`() {
        var book = AnswerBook()
        let guards = AnswerGuard()
        #expect(book.take(pairs(3), to: list, isSuspect: false, guards: guards, now: .zero) == .accepted)
        let verdict = book.take(pairs(0), to: list, isSuspect: true, guards: guards, now: .seconds(1))
        #expect(verdict == .held("it came back empty after the store was away"))
        #expect(book.answers[list] == pairs(3))
        #expect(book.nextRelease == .seconds(31))
        #expect(book.release(now: .seconds(30)) == [])
        #expect(book.release(now: .seconds(31)) == [list])
        #expect(book.answers[list] == pairs(0))
    }

    @Test func `a hold ends when the answer is whole again`() {
        var book = AnswerBook()
        _ = book.take(pairs(3), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero)
        _ = book.take(pairs(0), to: list, isSuspect: true, guards: AnswerGuard(), now: .zero)
        #expect(book.take(pairs(3), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero) == .known)
        #expect(book.nextRelease == nil)
        #expect(book.take(pairs(4), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero) == .accepted)
    }

    @Test func `ordinary removals act at once, down to the last`() {
        var book = AnswerBook()
        _ = book.take(pairs(2), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero)
        #expect(book.take(pairs(0), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero) == .accepted)
    }

    @Test func `more than half of twenty or more at once is held`() {
        var book = AnswerBook()
        _ = book.take(pairs(20), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero)
        #expect(book.take(pairs(10), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero) == .accepted)
        _ = book.take(pairs(20), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero)
        #expect(book.take(pairs(9), to: list, isSuspect: false, guards: AnswerGuard(), now: .zero) != .accepted)
        var off = AnswerGuard()
        off.isEnabled = false
        #expect(book.take(pairs(9), to: list, isSuspect: false, guards: off, now: .zero) == .accepted)
    }
}
