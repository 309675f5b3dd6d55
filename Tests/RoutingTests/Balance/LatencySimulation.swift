import Lab
import Synchronization

@testable import Routing

/// Requests that come at random to endpoints of known latencies, in a time of their own.
struct LatencySimulation {
    private struct Answer {
        var due: UInt64
        var endpoint: Int
        var latency: UInt64
    }

    private var stage: BalanceStage
    private var random: SeededGenerator
    private var underway: [Answer] = []
    private(set) var now: UInt64 = 1_000_000_000

    /// Endpoints of these weights, balanced by latency.
    init(_ weights: [Int], seed: UInt64) {
        stage = BalanceStage(weights, .peakEWMA, seed: seed)
        random = SeededGenerator(seed: seed &+ 1)
    }

    /// Has requests come for `seconds`, `rate` a second on average, each answered in half to one and a half of its endpoint's
    /// `milliseconds`; the counts by endpoint.
    mutating func run(seconds: Double, rate: Double, milliseconds: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: milliseconds.count)
        let end = now + UInt64(seconds * 1e9)
        while now < end {
            // Pauses between nothing and twice the mean.
            now += UInt64(2e9 / rate * fraction())
            settle()
            let chosen = stage.next(now: now)
            stage.table.states[chosen].inFlight.wrappingAdd(1, ordering: .relaxed)
            counts[chosen] += 1
            let latency = UInt64(milliseconds[chosen] * 1e6 * (0.5 + fraction()))
            underway.append(Answer(due: now + latency, endpoint: chosen, latency: latency))
        }
        return counts
    }

    private mutating func settle() {
        for answer in underway where answer.due <= now {
            let state = stage.table.states[answer.endpoint]
            state.inFlight.wrappingSubtract(1, ordering: .relaxed)
            state.observe(latency: answer.latency, now: answer.due)
        }
        underway.removeAll { $0.due <= now }
    }

    private mutating func fraction() -> Double { Double(random.next() >> 11) * 0x1p-53 }
}
