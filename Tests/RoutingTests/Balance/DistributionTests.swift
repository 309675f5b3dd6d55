import Synchronization
import Testing

@testable import Routing

/// Shares, in figures.
struct DistributionTests {
    private static let requests = 40_000

    /// With nothing under way and all equally quick, every balance that spreads honours weights within one in a hundred of all
    /// requests.
    @Test(
        arguments: [.roundRobin, .leastConnections, .randomTwo, .peakEWMA, .hash, .source] as [Balance],
        [[1, 1, 1, 1], [1, 2, 3, 4], [50, 30, 15, 5], [7, 1]])
    func weightsAreHonouredWithinOnePercent(balance: Balance, weights: [Int]) {
        var stage = BalanceStage(weights, balance)
        let counts = stage.counts(of: Self.requests)
        let total = Double(weights.reduce(0, +))
        for (count, weight) in zip(counts, weights) {
            let off = Double(count) / Double(Self.requests) - Double(weight) / total
            #expect(abs(off) < 0.01, "\(balance) \(weights): \(counts)")
        }
    }

    /// While requests are under way, counts follow weights, too.
    @Test(arguments: [.leastConnections, .randomTwo, .peakEWMA] as [Balance])
    func loadFollowsWeights(balance: Balance) {
        var stage = BalanceStage([6, 3, 1], balance)
        var counts = [0, 0, 0]
        for _ in 0..<1_000 {
            let chosen = stage.next()
            stage.table.states[chosen].inFlight.wrappingAdd(1, ordering: .relaxed)
            counts[stage.number(chosen)] += 1
        }
        for (count, share) in zip(counts, [600, 300, 100]) {
            #expect(abs(count - share) <= (balance == .peakEWMA ? 40 : 10), "\(balance) \(counts)")
        }
    }

    @Test func theFirstServesUntilItIsFull() {
        var stage = BalanceStage([1, 1, 1], .first)
        let chosen = (0..<8).map { _ in
            let chosen = stage.next(limit: 2)
            if chosen >= 0 { stage.table.states[chosen].inFlight.wrappingAdd(1, ordering: .relaxed) }
            return stage.number(chosen)
        }
        #expect(chosen == [0, 0, 1, 1, 2, 2, -1, -1])
        stage.table.states[1].inFlight.store(1, ordering: .relaxed)
        #expect(stage.number(stage.next(limit: 2)) == 1)
    }

    /// A limit is looked at before an endpoint is told: nobody is sent to one that is full while another has room.
    @Test(arguments: Balance.allCases)
    func fullOnesArePassedOver(balance: Balance) {
        var stage = BalanceStage(Array(repeating: 1, count: 12), balance)
        for index in 0..<11 { stage.table.states[index].inFlight.store(3, ordering: .relaxed) }
        for key in 1...100 { #expect(stage.next(key: UInt64(key), limit: 3) == 11) }
    }
}
