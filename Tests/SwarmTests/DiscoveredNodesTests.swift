import Testing

@testable import Swarm

@Suite("DiscoveredNodes")
struct DiscoveredNodesTests {
    private func answer(_ numbers: some Sequence<Int>) -> [(source: String, value: String)] {
        numbers.map { ("nodes/\($0)", "10.0.0.\($0):2375") }
    }

    private func hosts(_ addresses: some Sequence<NodeAddress>) -> [String] {
        addresses.map { String($0.host.split(separator: ".").last ?? "") }
    }

    @Test("nodes come and go as the discovery says")
    func follows() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        #expect(hosts(nodes.take(answer(1...3), now: .zero).added) == ["1", "2", "3"])
        let change = nodes.take(answer([1, 3, 10]), now: .seconds(1))
        #expect(hosts(change.added) == ["10"] && hosts(change.removed) == ["2"] && change.problems.isEmpty)
        #expect(hosts(nodes.nodes.sorted()) == ["1", "3", "10"] && nodes.deadline == nil)
    }

    @Test("an empty answer is believed when it has lasted")
    func holdsEmptiness() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        _ = nodes.take(answer(1...2), now: .zero)
        let first = nodes.take([], now: .seconds(10))
        #expect(first.removed.isEmpty && first.problems.count == 1 && nodes.nodes.count == 2)
        #expect(nodes.deadline == .seconds(70))
        #expect(nodes.take([], now: .seconds(40)).problems.isEmpty)
        #expect(nodes.settle(now: .seconds(69)).isEmpty)
        #expect(hosts(nodes.settle(now: .seconds(70))) == ["1", "2"] && nodes.nodes.isEmpty)
    }

    @Test("a store that fills again takes nothing away, and what is new counts at once")
    func survivesWipes() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        _ = nodes.take(answer(1...6), now: .zero)
        _ = nodes.take([], now: .seconds(1))
        #expect(hosts(nodes.take(answer([1, 9]), now: .seconds(2)).added) == ["9"])
        #expect(nodes.nodes.count == 7 && nodes.deadline == .seconds(61))
        // The last of the agents may write a whole heartbeat later.
        let change = nodes.take(answer(Array(1...5) + [9]), now: .seconds(5))
        #expect(change.removed.isEmpty && change.problems.isEmpty && nodes.deadline == .seconds(61))
        #expect(hosts(nodes.settle(now: .seconds(61))) == ["6"] && nodes.deadline == nil)
        #expect(hosts(nodes.take(answer(Array(1...4) + [9]), now: .seconds(62)).removed) == ["5"])
    }

    @Test("a small cluster outlives a wiped store as well, node by node")
    func survivesWipesWhenSmall() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        _ = nodes.take(answer(1...3), now: .zero)
        for (second, there) in [(1, []), (2, [2]), (3, [2, 3])] {
            #expect(nodes.take(answer(there), now: .seconds(second)).removed.isEmpty)
        }
        #expect(nodes.take(answer(1...3), now: .seconds(4)).removed.isEmpty && nodes.deadline == nil)
        #expect(hosts(nodes.take(answer([1, 3]), now: .seconds(5)).removed) == ["2"])
    }

    @Test("what a store that was away has lost is waited for")
    func doubts() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        _ = nodes.take(answer(1...3), now: .zero)
        let change = nodes.take(answer(1...2), isDoubtful: true, now: .seconds(1))
        #expect(change.removed.isEmpty && change.problems.count == 1 && nodes.deadline == .seconds(61))
        #expect(nodes.take(answer(1...3), isDoubtful: true, now: .seconds(2)).removed.isEmpty && nodes.deadline == nil)
    }

    @Test("an operator's word ends the wait")
    func obeys() {
        var nodes = DiscoveredNodes(grace: .seconds(60))
        _ = nodes.take(answer(1...5), now: .zero)
        _ = nodes.take(answer([4]), now: .seconds(1))
        #expect(hosts(nodes.acceptHeld()) == ["1", "2", "3", "5"] && hosts(nodes.nodes) == ["4"])
        #expect(nodes.acceptHeld().isEmpty)
    }

    @Test("a value that is none is told, one that is still empty is not, and the others stand")
    func namesFaults() {
        var nodes = DiscoveredNodes()
        let change = nodes.take([("k/1", ""), ("k/2", "x"), ("k/3", "10.0.0.3:2375")], now: .zero)
        #expect(hosts(change.added) == ["3"])
        #expect(change.problems == ["k/2: \"x\" is no engine's address: write host:port"])
    }
}
