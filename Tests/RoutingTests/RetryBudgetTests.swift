import Testing

@testable import Routing

/// Retries are a share of the requests, and a few more.
@Suite struct RetryBudgetTests {
    private static let second: UInt64 = 1_000_000_000

    /// Runs `seconds` of `rate` requests a second, each of which wants a retry, after `calm` seconds of which none does;
    /// returns the retries of each second.
    private func outage(rate: Int, calm: Int, seconds: Int, _ share: RetryBudget.Rate = .init()) -> [Int] {
        let budget = RetryBudget()
        let start = 50 * Self.second
        budget.begin(now: start, requests: 7, rate: share)
        var requests = UInt64(7 + rate * calm)
        var made: [Int] = []
        for second in 0..<seconds {
            made.append(0)
            for request in 0..<rate {
                let now = start + UInt64(calm + second) * Self.second + UInt64(request) * Self.second / UInt64(rate)
                requests += 1
                if budget.isDue(now: now) { budget.fill(now: now, requests: requests, rate: share) }
                if budget.take() { made[second] += 1 }
            }
        }
        return made
    }

    @Test func aSuddenOutageFindsTenSecondsWorthAndThenAFifth() {
        let made = outage(rate: 1_000, calm: 60, seconds: 20)
        // 10 s of 200 and of ten a second, which bridges the first two seconds.
        #expect(made[0] == 1_000 && made[1] > 600)
        for second in made[10...] { #expect((200...215).contains(second), "\(made)") }
        // Never more than the requests' fifth, the few, and what there was at the beginning.
        let sum = made.reduce(0, +)
        #expect(sum <= 6_320)
    }

    @Test func aServiceWithLittleTrafficHasItsFew() {
        let made = outage(rate: 5, calm: 600, seconds: 120)
        #expect(made.allSatisfy { $0 == 5 })
    }

    @Test func aShareOfNoneLeavesTheFew() {
        let made = outage(rate: 500, calm: 60, seconds: 30, .init(share: 0, minimum: 2))
        #expect(made[15...].allSatisfy { (1...3).contains($0) }, "\(made)")
        let none = outage(rate: 500, calm: 60, seconds: 5, .init(share: 0, minimum: 0))
        #expect(none.allSatisfy { $0 == 0 })
    }

    @Test func whatWasNotUsedIsGoneAfterTheWindow() {
        let rate = RetryBudget.Rate(share: 200, minimum: 10)
        // An hour of nothing leaves the few of ten seconds, whatever there was.
        #expect(RetryBudget.filled(50_000_000, rate, requests: 0, after: 3_600 * Self.second) == 100_000)
        // An hour's requests count as ten seconds' of them.
        #expect(RetryBudget.filled(0, rate, requests: 360_000, after: 3_600 * Self.second) == 300_000)
        #expect(RetryBudget.filled(1_000, rate, requests: 0, after: 0) == 1_000)
        #expect(RetryBudget.filled(-5, rate, requests: 0, after: 0) == 0)
        #expect(RetryBudget.filled(.max, .init(share: .max, minimum: .max), requests: .max, after: .max) >= 0)
    }

    @Test func oneThatWasNeverBegunBeginsWithItsFirstFill() {
        let budget = RetryBudget()
        let early = budget.take()
        #expect(!early)
        let isDue = budget.isDue(now: 100 * Self.second)
        #expect(isDue)
        budget.fill(now: 100 * Self.second, requests: 0, rate: .init())
        let left = budget.left
        #expect(left == 100)
    }

    @Test func numbersThatGoBackBringNothing() {
        let budget = RetryBudget()
        budget.begin(now: Self.second, requests: 1_000_000, rate: .init(share: 1_000, minimum: 0))
        budget.fill(now: 2 * Self.second, requests: 10, rate: .init(share: 1_000, minimum: 0))
        let left = budget.left
        #expect(left == 0)
        budget.fill(now: Self.second, requests: 500, rate: .init(share: 1_000, minimum: 0))
        let later = budget.left
        #expect(later == 0, "the clock went back")
    }

    @Test func workersThatSpendAtOnceSpendNoMoreThanThereIs() async {
        let state = ServiceState(name: "s", lease: SlotLease(from: SlotRegistry()))
        state.retryBudget.begin(now: Self.second, requests: 0, rate: .init(share: 0, minimum: 100))
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<1_000).reduce(0) { count, _ in count + (state.retryBudget.take() ? 1 : 0) } }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 1_000)
    }
}
