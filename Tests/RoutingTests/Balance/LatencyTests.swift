import Testing

@testable import Routing

/// Peak-EWMA: who is slow gets little, and is not forgotten.
struct LatencyTests {
    /// At so many requests a second that next to none, some, and many are under way at once.
    @Test(arguments: [2, 5, 20], [(20.0, 120.0), (400, 40), (1_500, 20)])
    func aTenTimesSlowerEndpointGetsLessThanAFifthOfItsShare(count: Int, load: (rate: Double, seconds: Double)) {
        var simulation = LatencySimulation(Array(repeating: 1, count: count), seed: 3)
        var latencies = [Double](repeating: 10, count: count)
        latencies[count / 2] = 100
        // What is known then was told by answers.
        _ = simulation.run(seconds: 5, rate: load.rate, milliseconds: latencies)
        let counts = simulation.run(seconds: load.seconds, rate: load.rate, milliseconds: latencies)
        let fair = Double(counts.reduce(0, +)) / Double(count)
        #expect(Double(counts[count / 2]) < fair / 5, "\(counts)")
        #expect(counts[count / 2] > 0, "it is tried now and then: \(counts)")
        for (index, share) in counts.enumerated() where index != count / 2 {
            #expect(Double(share) > fair * 0.7, "\(counts)")
        }
    }

    @Test func oneThatIsQuickAgainHasItsShareAgain() {
        var simulation = LatencySimulation([1, 1, 1, 1], seed: 4)
        _ = simulation.run(seconds: 20, rate: 100, milliseconds: [10, 10, 100, 10])
        _ = simulation.run(seconds: 30, rate: 100, milliseconds: [10, 10, 10, 10])
        let counts = simulation.run(seconds: 40, rate: 100, milliseconds: [10, 10, 10, 10])
        for count in counts { #expect(abs(count - 1_000) < 350, "\(counts)") }
    }

    @Test func equallyQuickOnesShareByWeight() {
        var simulation = LatencySimulation([3, 1], seed: 5)
        let counts = simulation.run(seconds: 50, rate: 200, milliseconds: [10, 10])
        let share = Double(counts[0]) / Double(counts[0] + counts[1])
        #expect((0.6...0.9).contains(share), "\(counts)")
    }

    @Test func aPeakCountsAtOnceAndFades() {
        let state = EndpointState(identity: "s/10.0.0.1:80", slot: 0)
        #expect(state.expectedLatency(at: 5) == 0)
        let life = EndpointState.latencyHalfLife
        state.observe(latency: 1_000, now: 10)
        state.observe(latency: 9_000, now: 20)
        #expect(state.expectedLatency(at: 20) == 9_000)
        #expect(state.expectedLatency(at: 20 + life) == 4_500)
        #expect(state.expectedLatency(at: 20 + 2 * life) == 2_250)
        #expect(state.expectedLatency(at: 20 + 1_000 * life) > 0, "the order of those that are not asked stays")
        // A clock that seems to run backwards between workers changes nothing.
        #expect(state.expectedLatency(at: 3) == 9_000)
        for step in 1...100 as ClosedRange<UInt64> { state.observe(latency: 1_000, now: 20 + step * life / 10) }
        #expect((990...1_100).contains(state.expectedLatency(at: 20 + 10 * life)))
    }

    @Test func aNewEndpointIsTakenToBeAsQuickAsTheOthers() {
        var stage = BalanceStage([1, 1], .peakEWMA)
        stage.table.states[0].observe(latency: 1_000_000, now: 1)
        var counts = [0, 0]
        for _ in 0..<1_000 { counts[stage.next(now: 2)] += 1 }
        #expect(abs(counts[0] - 500) < 60, "\(counts)")
    }
}
