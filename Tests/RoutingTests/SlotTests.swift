import Lab
import Synchronization
import Testing

@testable import Routing

struct SlotTests {
    private func table(_ addresses: [String], previous: RoutingTable? = nil) -> RoutingTable {
        TableDescription(services: [ServiceDescription("s", addresses)]).compiled(previous: previous)
    }

    private func state(_ address: String, in table: RoutingTable) -> EndpointState? {
        table.states.first { $0.identity == "s/\(address)" }
    }

    @Test func survivorsKeepTheirState() throws {
        let first = table(["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"])
        let kept = try #require(state("10.0.0.2:80", in: first))
        kept.inFlight.store(7, ordering: .relaxed)
        let second = table(["10.0.0.4:80", "10.0.0.2:80"], previous: first)
        #expect(state("10.0.0.2:80", in: second) === kept)
        #expect(try #require(state("10.0.0.2:80", in: second)).inFlight.load(ordering: .relaxed) == 7)
        #expect(state("10.0.0.1:80", in: second) == nil)
    }

    @Test func manySurvivorsInAnyOrderKeepTheirState() {
        let addresses = (1...200).map { "10.0.0.\($0):80" }
        let first = table(addresses)
        let second = table(addresses.reversed(), previous: first)
        for address in addresses { #expect(state(address, in: second) === state(address, in: first)) }
        #expect(second.slotLimit == first.slotLimit)
    }

    @Test func theSameAddressInAnotherServiceIsAnotherEndpoint() throws {
        let first = TableDescription(services: [
            ServiceDescription("a", ["10.0.0.1:80"]), ServiceDescription("b", ["10.0.0.1:80"]),
        ])
        .compiled()
        #expect(first.states[0] !== first.states[1])
        #expect(first.states.map(\.identity) == ["a/10.0.0.1:80", "b/10.0.0.1:80"])
        #expect(Set(first.endpoints.map(\.slot)).count == 2)
    }

    @Test func anAddressThatChangesItsSpellingIsTheSameEndpoint() {
        let first = table(["[2001:DB8:0::1]:80"])
        let second = table(["[2001:db8::1]:80"], previous: first)
        #expect(first.states[0] === second.states[0])
        #expect(first.states[0].identity == "s/[2001:db8::1]:80")
    }

    @Test func aSlotIsGivenAgainOnlyWhenNoTableHoldsItsOwner() {
        var old: RoutingTable? = table(["10.0.0.1:80"])
        let slot = old?.endpoints[0].slot
        let next = table(["10.0.0.2:80"], previous: old)
        #expect(next.endpoints[0].slot != slot)
        #expect(next.slotLimit == 2)
        old = nil
        let third = table(["10.0.0.2:80", "10.0.0.3:80"], previous: next)
        #expect(third.endpoints[0].slot == next.endpoints[0].slot)
        #expect(third.endpoints[1].slot == slot)
        #expect(third.slotLimit == 2)
    }

    @Test func aTableIsFreedByTheOneWhoCompilesNotByTheWorkerThatLeavesIt() throws {
        var first: RoutingTable? = table(["10.0.0.1:80"])
        weak let held = first
        var second: RoutingTable? = table(["10.0.0.2:80"], previous: first)
        second?.releaseElders()
        #expect(held != nil, "a worker still has it")
        first = nil
        #expect(held != nil, "the last worker's letting go frees nothing")
        let third = table(["10.0.0.3:80"], previous: second)
        #expect(held == nil)
        weak let heldToo = second
        second = nil
        #expect(heldToo != nil)
        third.releaseElders()
        #expect(heldToo == nil)
    }

    @Test func aRequestThatKeepsTheStateKeepsTheSlot() throws {
        var old: RoutingTable? = table(["10.0.0.1:80"])
        let held = try #require(old?.states[0])
        let next = table(["10.0.0.2:80"], previous: old)
        old = nil
        let third = table(["10.0.0.2:80", "10.0.0.3:80"], previous: next)
        #expect(!third.endpoints.contains { Int($0.slot) == held.slot })
    }

    @Test func slotsOfACompiledChainAreDistinctAndBounded() {
        var random = SeededGenerator(seed: 1)
        var current = table([])
        for _ in 0..<200 {
            let addresses = (1...40).filter { _ in Bool.random(using: &random) }.map { "10.0.0.\($0):80" }
            current = table(addresses, previous: current)
            #expect(Set(current.endpoints.map(\.slot)).count == addresses.count)
            for (record, state) in zip(current.endpoints, current.states) { #expect(Int(record.slot) == state.slot) }
        }
        // Two tables are alive at once while one is compiled after the other.
        #expect(current.registries.endpoints.limit <= 80)
    }

    @Test func countersStayWithTheNamesOfRoutesAndServices() {
        var description = TableDescription(services: [ServiceDescription("a", []), ServiceDescription("b", [])])
        description.routes = [RouteDescription("x"), RouteDescription("y")]
        let first = description.compiled()
        let all = first.routes.map(\.statisticsSlot) + first.services.map(\.statisticsSlot)
        #expect(Set(all).count == 4)
        #expect(first.statisticsLimit == 4)
        description.services.removeFirst()
        description.services.append(ServiceDescription("c", []))
        description.routes[0].name = "z"
        let second = description.compiled(previous: first)
        #expect(second.routes[second.route(named: "y") ?? -1].statisticsSlot == first.routes[1].statisticsSlot)
        #expect(second.services[second.service(named: "b") ?? -1].statisticsSlot == first.services[1].statisticsSlot)
        let new = [
            second.routes[second.route(named: "z") ?? -1].statisticsSlot,
            second.services[second.service(named: "c") ?? -1].statisticsSlot,
        ]
        #expect(Set(all).isDisjoint(with: new))
    }
}
