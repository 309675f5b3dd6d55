import Discovery
import KeyValue
import Routing
import Testing

@testable import Control

@Suite struct ControlStateTests {
    private func state() -> LiveState { LiveState() }

    private func services(_ range: Range<Int>) -> [String: String] {
        Dictionary(uniqueKeysWithValues: range.map { ("web-80/h:c\($0):80", "10.0.0.\($0):80") })
    }

    @Test func `a rewrite of the same values makes no generation, even with new revisions`() throws {
        let state = state()
        state.take(services: .init(listing: listing("services/", services(0..<3), revision: 1)), now: .zero)
        let first = try #require(state.advance(now: .zero))
        #expect(first.description.generation == 1)
        state.take(services: .init(listing: listing("services/", services(0..<3), revision: 2)), now: .zero)
        #expect(state.advance(now: .zero) == nil)
        // Deleted and written again between two looks: read anew, with another revision, and still the same.
        state.take(services: .init(listing: listing("services/", services(0..<2), revision: 3)), now: .zero)
        #expect(state.advance(now: .zero)?.description.generation == 2)
        state.take(services: .init(listing: listing("services/", services(0..<3), revision: 4)), now: .zero)
        let third = try #require(state.advance(now: .zero))
        #expect(third.description.generation == 3)
        #expect(third.changes.summary == "endpoints +1 -0 ~0 (+web-80/10.0.0.2:80)")
    }

    @Test func `the difference names what changed`() throws {
        let state = state()
        state.take(services: .init(listing: listing("services/", services(0..<2))), now: .zero)
        #expect(
            state.advance(now: .zero)?.changes.summary
                == "endpoints +2 -0 ~0 (+web-80/10.0.0.0:80, +web-80/10.0.0.1:80), routes +1 -0 ~0 (+web-80)")
        var values = services(1..<2)
        values["web-80/h:c1:80"] = "10.0.0.1:80 drain"
        values["web-80/h:c9:80"] = "10.0.0.9:80"
        state.take(services: .init(listing: listing("services/", values)), now: .zero)
        #expect(
            state.advance(now: .zero)?.changes.summary
                == "endpoints +1 -1 ~1 (+web-80/10.0.0.9:80, -web-80/10.0.0.0:80, ~web-80/10.0.0.1:80)")
    }

    @Test func `a service's last endpoint goes at once, and its host stays known`() throws {
        let state = state()
        state.take(services: .init(listing: listing("services/", services(0..<1))), now: .zero)
        _ = state.advance(now: .zero)
        state.take(services: .init(listing: listing("services/", [:])), now: .seconds(1))
        let next = try #require(state.advance(now: .seconds(1)))
        #expect(next.description.services.map(\.endpoints.count) == [0])
        #expect(next.description.routes.map(\.hosts) == [["web.*", "web-80.*"]])
        #expect(state.nextDeadline == .seconds(601))
        let last = try #require(state.advance(now: .seconds(601)))
        #expect(last.description.services.isEmpty)
        #expect(last.description.routes.isEmpty)
    }

    @Test(arguments: [(true, false), (false, true)])
    func `an empty answer after an outage or from a store gone backwards is held`(
        isRegressed: Bool, isFirstAfterOutage: Bool
    ) throws {
        let state = state()
        state.take(services: .init(listing: listing("services/", services(0..<2))), now: .zero)
        state.take(routes: .init(listing: listing("routes/", ["r": "service: web-80"])), now: .zero)
        _ = state.advance(now: .zero)
        let empty = ControlState.Listing(
            listing: KeyValueListing(entries: [], index: 1), isRegressed: isRegressed,
            isFirstAfterOutage: isFirstAfterOutage)
        state.take(services: empty, now: .seconds(1))
        state.take(routes: empty, now: .seconds(1))
        #expect(state.advance(now: .seconds(1)) == nil)
        #expect(state.problems.map(\.subject) == ["held endpoints", "held routes"])
        #expect(state.nextDeadline == .seconds(31))
        let next = try #require(state.advance(now: .seconds(31)))
        #expect(next.description.services.flatMap(\.endpoints).isEmpty)
        #expect(state.problems.isEmpty)
    }

    @Test func `a former run's table is served, and the store's first answer may not empty it`() throws {
        let former = state()
        former.take(services: .init(listing: listing("services/", services(0..<2))), now: .zero)
        former.take(routes: .init(listing: listing("routes/", ["r": "service: web-80"])), now: .zero)
        _ = former.advance(now: .zero)
        let snapshot = try TableSnapshot(decoding: former.snapshot(storeName: "memory:").encoded())

        let state = state()
        state.take(snapshot)
        #expect(state.isComplete)
        let first = try #require(state.advance(now: .zero))
        #expect(first.description.generation == 2)
        #expect(first.description.routes.map(\.name) == former.description.routes.map(\.name))
        state.take(services: .init(listing: listing("services/", [:])), now: .seconds(1))
        #expect(state.advance(now: .seconds(1)) == nil)
        // Not the second: an empty answer from a store that was heard is what it says.
        state.take(services: .init(listing: listing("services/", services(0..<2))), now: .seconds(2))
        state.take(services: .init(listing: listing("services/", [:])), now: .seconds(3))
        #expect(state.advance(now: .seconds(3)) != nil)
    }

    @Test func `a configuration that is read anew acts on what the store said`() throws {
        let state = state()
        state.take(services: .init(listing: listing("services/", services(0..<2))), now: .zero)
        _ = state.advance(now: .zero)
        var configuration = EdgeConfiguration()
        configuration.domains = ["example.com"]
        configuration.defaults.balance = .randomTwo
        state.take(configuration)
        let next = try #require(state.advance(now: .zero))
        #expect(next.description.services.map(\.balance) == [.randomTwo])
        #expect(next.description.routes.map(\.hosts) == [["web.example.com", "web-80.example.com"]])
        #expect(next.changes.changedServices == ["web-80"])
        #expect(next.changes.changedRoutes == ["web-80"])
    }
}

/// A state behind a reference, so that what changes it can stand in an expectation.
final class LiveState {
    private var state = ControlState(configuration: EdgeConfiguration(), storeName: "memory:")

    var description: TableDescription { state.parts.description(generation: state.generation) }
    var isComplete: Bool { state.isComplete }
    var problems: [DiscoveryProblem] { state.problems }
    var nextDeadline: Duration? { state.nextDeadline }

    func take(services: ControlState.Listing, now: Duration) { state.take(services: services, now: now) }
    func take(routes: ControlState.Listing, now: Duration) { state.take(routes: routes, now: now) }
    func take(_ snapshot: TableSnapshot) { state.take(snapshot) }
    func take(_ configuration: EdgeConfiguration) { state.take(configuration) }
    func advance(now: Duration) -> (description: TableDescription, changes: TableChanges)? {
        state.advance(now: now)
    }
    func snapshot(storeName: String) -> TableSnapshot { state.snapshot(storeName: storeName) }
}
