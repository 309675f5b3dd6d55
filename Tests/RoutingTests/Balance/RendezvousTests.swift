import Synchronization
import Testing

@testable import Routing

/// Consistent hashing: who moves when endpoints come and go.
struct RendezvousTests {
    private static let keys = 6_000

    private func owners(_ numbers: [Int], weights: [Int] = []) -> [Int] {
        var stage = BalanceStage([1], .hash)
        stage.table = BalanceStage.description(numbers, weights, .hash).compiled()
        return stage.owners(of: Self.keys)
    }

    @Test(arguments: [2, 3, 10, 50])
    func oneThatLeavesMovesItsOwnKeysAlone(count: Int) {
        let all = owners(Array(0..<count))
        for leaving in [0, count / 2] {
            let left = owners((0..<count).filter { $0 != leaving })
            var moved = 0
            for (before, after) in zip(all, left) where before != after {
                #expect(before == leaving)
                moved += 1
            }
            #expect(Double(moved) / Double(Self.keys) < 2 / Double(count), "\(moved) of \(Self.keys) for \(count)")
            #expect(Double(moved) / Double(Self.keys) > 0.5 / Double(count))
        }
    }

    @Test func oneThatLeavesIsInheritedByAllAlike() {
        let all = owners(Array(0..<10))
        let left = owners(Array(1..<10))
        var heirs = [Int](repeating: 0, count: 10)
        for (before, after) in zip(all, left) where before == 0 { heirs[after] += 1 }
        let mean = heirs.reduce(0, +) / 9
        for heir in heirs[1...] { #expect(abs(heir - mean) < mean / 2, "\(heirs)") }
    }

    @Test func sharesAreEvenWithinAFewPercent() {
        for count in [3, 10] {
            var stage = BalanceStage(Array(repeating: 1, count: count), .hash)
            let shares = stage.counts(of: 20_000)
            let mean = Double(20_000) / Double(count)
            // Chance alone makes 2 % of standard deviation.
            for share in shares { #expect(abs(Double(share) - mean) < mean * 0.08, "\(shares)") }
        }
    }

    @Test func aWeightMovesWhatItWeighs() {
        let before = owners(Array(0..<10), weights: Array(repeating: 10, count: 10))
        let after = owners(Array(0..<10), weights: [5] + Array(repeating: 10, count: 9))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.0 == 0 }, "only the one that weighs less loses anything")
        // From 10 of 100 to 5 of 95.
        #expect(abs(Double(moved.count) / Double(Self.keys) - (0.1 - 5 / 95)) < 0.01)
    }

    /// Neither the order of the description nor the table matters, nor in which process it is.
    @Test func keysStayWhateverTheOrder() {
        #expect(owners([4, 2, 0, 3, 1]) == owners([0, 1, 2, 3, 4]))
        #expect(
            owners([0, 1, 2, 3, 4]).prefix(12) == [3, 0, 3, 2, 4, 1, 0, 3, 3, 3, 3, 2],
            "the hash has changed: with it every client's endpoint does when an edge is replaced")
    }

    @Test func anEndpointThatIsOutHasItsKeysAgainWhenItIsBack() {
        var stage = BalanceStage(Array(repeating: 1, count: 8), .hash)
        let before = stage.owners(of: 1_000)
        stage.table.states[3].health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
        let meanwhile = stage.owners(of: 1_000)
        for (first, second) in zip(before, meanwhile) { #expect(second != 3 && (first == 3 || first == second)) }
        // Always to the same one.
        #expect(stage.owners(of: 1_000) == meanwhile)
        stage.table.states[3].health.store(EndpointHealth.up.rawValue, ordering: .relaxed)
        #expect(stage.owners(of: 1_000) == before)
        stage.table.states[3].ejectedUntil.store(100, ordering: .relaxed)
        #expect(stage.owners(of: 1_000, now: 99) == meanwhile)
        #expect(stage.owners(of: 1_000, now: 100) == before)
    }

    @Test func aRetryGoesToTheKeysNextEndpoint() {
        var stage = BalanceStage(Array(repeating: 1, count: 5), .source)
        for key in 1...200 as ClosedRange<UInt64> {
            var tried = TriedEndpoints()
            var order: [Int] = []
            for _ in 0..<4 {
                let chosen = stage.next(key: key, tried: tried)
                tried.insert(Int(stage.table.endpoints[chosen].slot))
                order.append(chosen)
            }
            #expect(Set(order).count == 4)
            // Without the first the second is the first.
            stage.table.states[order[0]].health.store(2, ordering: .relaxed)
            #expect(stage.next(key: key) == order[1])
            stage.table.states[order[0]].health.store(0, ordering: .relaxed)
        }
    }

    @Test func clientsOfOneNetworkAreSpread() {
        var stage = BalanceStage(Array(repeating: 1, count: 4), .source)
        var counts = [0, 0, 0, 0]
        for client in 0..<1_000 as Range<UInt64> {
            // 203.0.113.n and 2001:db8::n as the kernel has them.
            counts[stage.next(key: KeyHash.hash(high: 0x0071_00CB | client << 24, low: 0))] += 1
            counts[stage.next(key: KeyHash.hash(high: 0xB80D_0120, low: client << 48))] += 1
        }
        for count in counts { #expect(abs(count - 500) < 120, "\(counts)") }
        // No seed makes all keys alike.
        for seed in [0, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3, .max] as [UInt64] {
            #expect(Set((0..<500).map { KeyHash.mix($0, seed) }).count == 500)
            #expect(Set((0..<500).map { KeyHash.mix(seed, $0) }).count == 500)
        }
    }

    @Test func requestsWithoutAKeyTakeTurns() {
        var stage = BalanceStage([1, 1, 1], .hash)
        #expect((0..<6).map { _ in stage.next() } == [0, 1, 2, 0, 1, 2])
    }

    /// With a bound no endpoint has more than its part of what is under way, however few keys there are.
    @Test(arguments: [110, 125, 200])
    func aBoundHoldsWhenOneKeyIsAll(bound: Int) {
        var stage = BalanceStage(Array(repeating: 1, count: 10), .hash) { $0.services[0].hash.boundPercent = bound }
        for total in 1...500 {
            let chosen = stage.next(key: 42)
            let load = stage.table.states[chosen].inFlight.wrappingAdd(1, ordering: .relaxed).newValue
            #expect(Double(load) <= (Double(total) * Double(bound) / 1_000).rounded(.up))
        }
        // No more are drawn in than it takes.
        let used = stage.table.states.filter { $0.inFlight.load(ordering: .relaxed) > 0 }.count
        #expect(used == (1_000 + bound - 1) / bound)
    }

    @Test func withoutABoundOneKeyHasOneEndpoint() {
        var stage = BalanceStage(Array(repeating: 1, count: 10), .hash)
        let first = stage.next(key: 42)
        stage.table.states[first].inFlight.store(1_000, ordering: .relaxed)
        #expect(stage.next(key: 42) == first)
    }
}
