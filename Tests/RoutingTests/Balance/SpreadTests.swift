import Synchronization
import Testing

@testable import Routing

/// Zones, the panic threshold and slow start.
struct SpreadTests {
    private static let second: UInt64 = 1_000_000_000

    private func down(_ numbers: [Int], in stage: BalanceStage, _ isDown: Bool = true) {
        for number in numbers {
            let health: EndpointHealth = isDown ? .down : .up
            stage.table.states[stage.index(number)].health.store(health.rawValue, ordering: .relaxed)
        }
    }

    private func zoned(_ near: Int, _ far: Int, _ balance: Balance = .roundRobin) -> BalanceStage {
        BalanceStage(Array(repeating: 1, count: near + far), balance) { description in
            for number in 0..<near { description.services[0].endpoints[number].isNear = true }
            // Whoever comes first in the description is not near for that.
            description.services[0].endpoints.reverse()
        }
    }

    private func nearCount(_ counts: [Int], _ near: Int) -> Int { counts[..<near].reduce(0, +) }

    // MARK: Zones

    @Test(arguments: Balance.allCases)
    func requestsStayInTheZoneWhileItCanBearThem(balance: Balance) {
        var stage = zoned(4, 4, balance)
        #expect(nearCount(stage.counts(of: 1_000), 4) == 1_000)
        // Three of four are more than five of seven.
        down([0], in: stage)
        #expect(nearCount(stage.counts(of: 1_000, now: Self.second), 4) == 1_000)
    }

    @Test func whatTheZoneCannotBearSpillsOver() {
        var stage = zoned(4, 4)
        down([0, 1], in: stage)
        let half = stage.counts(of: 20_000, now: Self.second)
        // Two of four, and two fifths more: seven of ten.
        #expect(abs(nearCount(half, 4) - 14_000) < 300, "\(half)")
        for count in half[4...] { #expect(abs(count - 1_500) < 200, "\(half)") }
        down([2], in: stage)
        #expect(abs(nearCount(stage.counts(of: 20_000, now: 2 * Self.second), 4) - 7_000) < 300)
        down([3], in: stage)
        #expect(nearCount(stage.counts(of: 1_000, now: 3 * Self.second), 4) == 0)
        down([0, 1, 2, 3], in: stage, false)
        #expect(nearCount(stage.counts(of: 1_000, now: 4 * Self.second), 4) == 1_000)
    }

    @Test func keysSpillOverAndComeBackAsTheyWere() {
        var stage = zoned(6, 6, .hash)
        let before = stage.owners(of: 1_000)
        down([0, 1, 2], in: stage)
        let meanwhile = stage.owners(of: 1_000, now: Self.second)
        #expect(stage.owners(of: 1_000, now: Self.second) == meanwhile)
        let stayed = zip(before, meanwhile).filter { $0 > 2 && $0 == $1 }.count
        let had = before.filter { $0 > 2 }.count
        #expect(Double(stayed) > Double(had) * 0.6)
        down([0, 1, 2], in: stage, false)
        #expect(stage.owners(of: 1_000, now: 2 * Self.second) == before)
    }

    @Test func whereAllAreNearOrNoneIsZonesCostNothing() {
        let alone = zoned(3, 0)
        #expect(alone.table.services[0].traits.isEmpty)
        let abroad = zoned(0, 3)
        #expect(abroad.table.services[0].traits.isEmpty)
    }

    // MARK: Panic

    @Test func belowTheThresholdAllAreUsed() {
        var stage = BalanceStage(Array(repeating: 1, count: 10), .roundRobin) { $0.services[0].panicPercent = 50 }
        down([0, 1, 2, 3, 4], in: stage)
        #expect(stage.counts(of: 1_000, now: Self.second) == [0, 0, 0, 0, 0, 200, 200, 200, 200, 200])
        down([5], in: stage)
        #expect(stage.counts(of: 1_000, now: 2 * Self.second) == Array(repeating: 100, count: 10))
        down([5], in: stage, false)
        #expect(stage.counts(of: 1_000, now: 3 * Self.second)[0] == 0)
    }

    @Test func backupsCountAmongThoseThatAreIn() {
        var stage = BalanceStage(Array(repeating: 1, count: 4), .roundRobin) { description in
            description.services[0].panicPercent = 50
            description.services[0].endpoints[2].isBackup = true
            description.services[0].endpoints[3].isBackup = true
        }
        down([0, 1], in: stage)
        #expect(stage.counts(of: 100, now: Self.second) == [0, 0, 50, 50])
        down([2], in: stage)
        #expect(stage.counts(of: 100, now: 2 * Self.second) == [50, 50, 0, 0])
    }

    @Test func withoutAThresholdOneThatIsInBearsAll() {
        var stage = BalanceStage(Array(repeating: 1, count: 10), .roundRobin)
        down(Array(1...9), in: stage)
        #expect(stage.counts(of: 100, now: Self.second)[0] == 100)
    }

    // MARK: Slow start

    private func starting(_ balance: Balance = .roundRobin) -> BalanceStage {
        var stage = BalanceStage([1], balance)
        func description(_ count: Int) -> TableDescription {
            BalanceStage.description(Array(0..<count), [], balance) { $0.services[0].slowStart = 10_000 }
        }
        let first = description(3).compiled()
        stage.table = description(4).compiled(previous: first)
        return stage
    }

    @Test(arguments: [.roundRobin, .leastConnections, .randomTwo, .hash] as [Balance])
    func aNewcomersShareGrows(balance: Balance) {
        var stage = starting(balance)
        let start = 100 * Self.second
        // Its time begins with the first request.
        let shares = [0, 5, 10].map { seconds in
            Double(stage.counts(of: 8_000, now: start + UInt64(seconds) * Self.second)[3]) / 2_000
        }
        // Of an even share: a tenth, somewhat more than half, all of it. What others do not get of it goes round.
        #expect((0.05...0.25).contains(shares[0]), "\(shares)")
        #expect((0.4...0.75).contains(shares[1]), "\(shares)")
        #expect((0.9...1.1).contains(shares[2]), "\(shares)")
    }

    @Test func thoseThatWereThereKeepTheirKeysWhileANewcomerTakesItsOwnByAndBy() {
        var stage = starting(.hash)
        let start = 100 * Self.second
        var last: Set<Int> = []
        for seconds in 0...10 {
            let owners = stage.owners(of: 500, now: start + UInt64(seconds) * Self.second)
            let taken = Set(owners.indices.filter { owners[$0] == 3 })
            #expect(taken.isSuperset(of: last), "what it has taken it keeps")
            last = taken
        }
    }

    @Test func anEndpointThatRisesStartsSlowlyAgain() {
        var stage = BalanceStage([1, 1], .roundRobin) { $0.services[0].slowStart = 10_000 }
        let now = 100 * Self.second
        #expect(stage.counts(of: 1_000, now: now) == [500, 500], "those that were there first have risen long ago")
        stage.table.states[1].risenAt.store(now, ordering: .relaxed)
        #expect(stage.counts(of: 1_000, now: now)[1] < 250)
        #expect(stage.counts(of: 1_000, now: now + 10 * Self.second) == [500, 500])
    }

    @Test func whenAllStartNobodyIsRefused() {
        var stage = BalanceStage([1, 1, 1], .roundRobin) { $0.services[0].slowStart = 10_000 }
        for state in stage.table.states { state.risenAt.store(Self.second, ordering: .relaxed) }
        let counts = stage.counts(of: 3_000, now: Self.second)
        #expect(counts.reduce(0, +) == 3_000)
        for count in counts { #expect(abs(count - 1_000) < 150, "\(counts)") }
    }
}
