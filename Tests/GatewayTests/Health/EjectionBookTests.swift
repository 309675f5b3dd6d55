import Routing
import Synchronization
import Testing

@testable import Gateway

/// Who is back when, by a clock that only the test moves.
@Suite struct EjectionBookTests {
    private static let second: UInt64 = 1_000_000_000

    private static func table(_ count: Int) -> RoutingTable {
        var service = ServiceDescription(name: "web-80")
        service.endpoints = (0..<count).map {
            EndpointDescription(address: "10.0.0.\($0):80", provenance: Provenance(source: "t"))
        }
        service.outlier = OutlierPolicy()
        var description = TableDescription()
        description.services = [service]
        return RoutingTable.compile(description, previous: nil).table
    }

    private static func eject(_ index: Int, of table: RoutingTable, now: UInt64) -> Ejection? {
        var until: UInt64 = 0
        for _ in 0..<5 { until = max(until, table.noteError(of: index, service: 0, now: now)) }
        guard until > 0 else { return nil }
        return Ejection(
            state: table.states[index], service: table.serviceStates[0], until: until, status: 500, label: "answered")
    }

    @Test func oneReturnsWhenItsTimeIsOver() throws {
        let table = Self.table(4)
        var book = EjectionBook()
        let event = book.take(try #require(Self.eject(0, of: table, now: 0)), now: 0)
        #expect(event.kind == .ejected)
        #expect(event.reason == "too many errors in a row, the last: 500; for 30.0 s")
        #expect(book.next == 30 * Self.second)
        let early = book.expire(now: 29 * Self.second)
        #expect(early.isEmpty)
        let back = book.expire(now: 30 * Self.second)
        #expect(back.map(\.kind) == [.returned])
        #expect(table.states[0].isEjected.load(ordering: .relaxed) == false)
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == 0)
        #expect(table.states[0].risenAt.load(ordering: .relaxed) == 30 * Self.second)
    }

    @Test func aPolicyThatGoesEndsAllThatItHasDone() throws {
        let table = Self.table(4)
        var book = EjectionBook()
        _ = book.take(try #require(Self.eject(0, of: table, now: 0)), now: 0)
        _ = book.take(try #require(Self.eject(1, of: table, now: 0)), now: 0)
        let events = book.end(because: "so be it", now: 5) { $0 === table.states[1] }
        #expect(events.map(\.identity) == ["web-80/10.0.0.1:80"])
        #expect(table.serviceStates[0].ejected.load(ordering: .relaxed) == 1)
        #expect(table.states[1].ejectedUntil.load(ordering: .relaxed) == 0)
        let late = book.expire(now: 31 * Self.second)
        #expect(late.count == 1)
    }
}
