import Foundation
import Synchronization
import Testing

@testable import Routing

/// Endpoints that answer badly, by a clock that only the test moves.
@Suite struct OutlierTests {
    private static let second: UInt64 = 1_000_000_000

    private static func table(_ count: Int, _ edit: (inout OutlierPolicy) -> Void = { _ in }) -> RoutingTable {
        var policy = OutlierPolicy()
        edit(&policy)
        let service = ServiceDescription("s-80", (0..<count).map { "10.0.0.\($0 + 1):80" }) { $0.outlier = policy }
        return TableDescription(services: [service]).compiled()
    }

    /// Answers of `status`, as many as are given; until when the endpoint is out, 0 if it is not.
    private static func answers(
        _ statuses: [UInt16], of endpoint: Int, _ table: RoutingTable, now: UInt64 = 0
    ) -> UInt64 {
        statuses.reduce(0) { max($0, table.note(status: $1, of: endpoint, service: 0, now: now)) }
    }

    @Test func fiveErrorsInARowEjectAndFourDoNot() {
        let table = Self.table(4)
        let state = table.states[0]
        #expect(Self.answers([500, 502, 503, 504, 200], of: 0, table) == 0)
        #expect(Self.answers([500, 500, 500, 500], of: 0, table) == 0)
        #expect(state.isEjected.load(ordering: .relaxed) == false)
        #expect(Self.answers([599], of: 0, table) == 30 * Self.second)
        #expect(state.isEjected.load(ordering: .relaxed) == true)
        #expect(state.ejections.load(ordering: .relaxed) == 1)
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == 1)
        // What was under way says nothing new, and a good answer does not bring it back.
        #expect(Self.answers([500, 500, 500, 500, 500, 500, 200], of: 0, table, now: 1) == 0)
        #expect(state.ejectedUntil.load(ordering: .relaxed) == 30 * Self.second)
    }

    @Test func errorsWithoutAnAnswerCountWithThoseThatHaveOne() {
        let table = Self.table(4)
        #expect(Self.answers([500, 500, 500], of: 0, table) == 0)
        #expect(table.noteError(of: 0, service: 0, now: 0) == 0)
        #expect(table.noteError(of: 0, service: 0, now: 0) == 30 * Self.second)
    }

    @Test func onlyTheStatusesThatThePolicyNamesCount() throws {
        let statuses = try #require(StatusSet("429,502-504"))
        let table = Self.table(4) { $0.statuses = statuses }
        #expect(Self.answers([500, 500, 500, 500, 500, 500, 501], of: 0, table) == 0)
        #expect(Self.answers([429, 502, 503, 504, 429], of: 0, table) > 0)
    }

    @Test func withoutAPolicyNobodyIsEjected() {
        let table = TableDescription(services: [ServiceDescription("s-80", ["10.0.0.1:80"])]).compiled()
        #expect(Self.answers(Array(repeating: 500, count: 100), of: 0, table) == 0)
        #expect(table.noteError(of: 0, service: 0, now: 0) == 0)
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 1), (4, 2), (10, 5)])
    func atMostTheShareIsOut(of count: Int, expected: Int) {
        let table = Self.table(count)
        var out = 0
        for endpoint in 0..<count where Self.answers([500, 500, 500, 500, 500], of: endpoint, table) > 0 { out += 1 }
        #expect(out == expected)
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == expected)
        let held = table.states.reduce(0) { $0 + $1.ejectionsHeld.load(ordering: .relaxed) }
        #expect(held == UInt64(count - expected))
    }

    @Test func theShareIsExactHoweverManySeeItAtOnce() {
        let table = Self.table(20) { $0.maximumShare = 0.3 }
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<50 {
                for endpoint in 0..<20 { _ = table.noteError(of: endpoint, service: 0, now: 0) }
            }
        }
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == 6)
        #expect(table.states.count { $0.isEjected.load(ordering: .relaxed) } == 6)
    }

    @Test func timesGrowWithEachEjectionAndShrinkWhileAllIsWell() {
        let table = Self.table(4)
        let state = table.states[0]
        var now: UInt64 = 0
        func eject() -> UInt64 {
            let length = Self.answers([500, 500, 500, 500, 500], of: 0, table, now: now) - now
            now += length
            #expect(state.endEjection(in: table.serviceStates[0], now: now))
            return length / Self.second
        }
        #expect((0..<3).map { _ in eject() } == [30, 60, 90])
        // Each 30 s without one count one less.
        now += 60 * Self.second
        #expect(eject() == 60)
        now += 3_600 * Self.second
        #expect(eject() == 30)
        #expect((0..<12).map { _ in eject() }.last == 300)
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == 0)
    }

    @Test func anEjectedEndpointGetsNothingUntilItsTimeIsOver() {
        let table = Self.table(2)
        let until = Self.answers([500, 500, 500, 500, 500], of: 0, table)
        var cursor: UInt32 = 0
        for _ in 0..<10 {
            #expect(table.endpoint(for: 0, cursor: &cursor, EndpointChoice(random: 0, now: until - 1)) == 1)
        }
        let seen = Set(
            (0..<10).map { _ in
                table.endpoint(for: 0, cursor: &cursor, EndpointChoice(random: 0, now: until))
            })
        #expect(seen == [0, 1])
    }

    @Test func whatCannotBeReachedIsSuspendedLongerEachTimeAndAnAnswerEndsIt() {
        let table = TableDescription(services: [ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80"])]).compiled()
        let state = table.states[0]
        let lengths = (0..<8).map { _ in
            table.suspend(0, now: 0)
            return state.ejectedUntil.load(ordering: .relaxed) / Self.second
        }
        #expect(lengths == [1, 2, 4, 8, 16, 32, 32, 32])
        #expect(table.note(status: 500, of: 0, service: 0, now: 0) == 0)
        #expect(state.ejectedUntil.load(ordering: .relaxed) == 0)
        table.suspend(0, now: 0)
        #expect(state.ejectedUntil.load(ordering: .relaxed) == Self.second)
    }

    @Test func aSuspensionDoesNotShortenAnEjection() {
        let table = Self.table(4)
        let until = Self.answers([500, 500, 500, 500, 500], of: 0, table)
        table.suspend(0, now: 0)
        #expect(table.states[0].ejectedUntil.load(ordering: .relaxed) == until)
        table.states[0].endSuspension()
        #expect(table.states[0].ejectedUntil.load(ordering: .relaxed) == until)
    }
}
