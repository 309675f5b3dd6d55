import Routing
import Testing

@testable import Gateway

/// Buckets of rates, and counts of connections, which all workers share.
@Suite(.apart) struct RateTableTests {
    private let second: UInt64 = 1_000_000_000

    @Test(arguments: [(100, 1, 100), (60, 60, 1), (1_000, 1, 20), (3, 1, 3), (10, 3_600, 5), (1_000_000, 1, 1)])
    func aRuleAdmitsItsBurstAndThenItsRate(requests: Int, period: Int, burst: Int) {
        let rule = RateRule(RateLimit(requests: requests, period: period, burst: burst))
        let table = RateTable(places: 8)
        let start = 5 * second
        for _ in 0..<burst { #expect(table.admit(7, rule, now: start) == 0) }
        let wait = table.admit(7, rule, now: start)
        #expect(wait == rule.interval)
        // Not a nanosecond before, and then once.
        #expect(table.admit(7, rule, now: start + wait - 1) == 1)
        #expect(table.admit(7, rule, now: start + wait) == 0)
        #expect(table.admit(7, rule, now: start + wait) == rule.interval)
        // Whoever asks all the time gets exactly the rate.
        var now = start + wait
        var admitted = 0
        for _ in 0..<10_000 {
            now += max(1, rule.interval / 10)
            if table.admit(7, rule, now: now) == 0 { admitted += 1 }
        }
        #expect(abs(admitted - 1_000) <= 1)
        // After a rest the burst is there again, and no more.
        now += rule.interval * UInt64(burst + 10)
        #expect((0..<burst + 5).count { _ in table.admit(7, rule, now: now) == 0 } == burst)
    }

    @Test func aChangedRuleFindsTheBucketAsItIs() {
        let slow = RateRule(RateLimit(requests: 1, period: 60, burst: 1))
        let fast = RateRule(RateLimit(requests: 100, burst: 10))
        let table = RateTable(places: 8)
        #expect(table.admit(1, fast, now: second) == 0)
        #expect(table.admit(1, slow, now: second) > 0)
        #expect(table.admit(1, fast, now: second) == 0)
    }

    @Test func ownersDoNotShareAndTheOldestGoes() {
        let rule = RateRule(RateLimit(requests: 1, period: 60, burst: 1))
        let table = RateTable(places: 8)
        for owner in 1...8 { #expect(table.admit(UInt64(owner), rule, now: UInt64(owner)) == 0) }
        for owner in 1...8 { #expect(table.admit(UInt64(owner), rule, now: 100) > 0) }
        // A ninth takes the place of the one that is full soonest, and owes nothing of its debt.
        #expect(table.admit(9, rule, now: 100) == 0)
        #expect(table.admit(9, rule, now: 100) > 0)
        for owner in 2...8 { #expect(table.admit(UInt64(owner), rule, now: 100) > 0) }
        #expect(table.admit(1, rule, now: 100) == 0)
    }

    @Test func manyThreadsGetTheBurstBetweenThem() async {
        let rule = RateRule(RateLimit(requests: 1, period: 3_600, burst: 10_000))
        let table = RateTable(places: 1 << 10)
        let owners = 7
        let admitted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var admitted = 0
                    for turn in 0..<owners * 2_000 {
                        let owner = UInt64(turn % owners + 1) << 40
                        if table.admit(owner, rule, now: 1_000_000_000) == 0 { admitted += 1 }
                    }
                    return admitted
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == owners * 10_000)
    }

    @Test func connectionsAreCountedExactly() async {
        let counts = AddressCounts(places: 1 << 8)
        let kept = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var kept = 0
                    for _ in 0..<5_000 {
                        guard counts.add(42 << 20, limit: 50) == .counted else { continue }
                        kept += 1
                        // What is given back is there for others.
                        if kept > 5 {
                            counts.remove(42 << 20)
                            kept -= 1
                        }
                    }
                    return kept
                }
            }
            return await group.reduce(0, +)
        }
        #expect(kept == 40)
        #expect(counts.count(42 << 20) == 40)
        for _ in 0..<40 { counts.remove(42 << 20) }
        #expect(counts.count(42 << 20) == 0)
        for _ in 0..<50 { #expect(counts.add(42 << 20, limit: 50) == .counted) }
        #expect(counts.add(42 << 20, limit: 50) == .full)
        #expect(counts.add(43 << 20, limit: 50) == .counted)
    }

    @Test func aFullSetLetsInWhatItCannotCount() {
        let counts = AddressCounts(places: 16)
        for owner in 1...16 { #expect(counts.add(UInt64(owner) << 20, limit: 1) == .counted) }
        #expect(counts.add(17 << 20, limit: 1) == .untracked)
        counts.remove(3 << 20)
        #expect(counts.add(17 << 20, limit: 1) == .counted)
        #expect(counts.add(17 << 20, limit: 1) == .full)
    }

    /// By the reference's test vectors, whose keys and messages count up from 0.
    @Test func theHashIsSipHash() {
        let key = KeyedHash.Key(first: 0x0706_0504_0302_0100, second: 0x0f0e_0d0c_0b0a_0908)
        func hash(_ count: Int, isWide: Bool) -> (UInt64, UInt64) {
            var hash = KeyedHash(key: key, isWide: isWide)
            unsafe (0..<count).map { UInt8($0) }.withUnsafeBytes { bytes in
                // In two pieces, which is the same as one.
                unsafe hash.take(UnsafeRawBufferPointer(rebasing: bytes[..<(count / 3)]))
                unsafe hash.take(UnsafeRawBufferPointer(rebasing: bytes[(count / 3)...]))
            }
            return hash.finish()
        }
        #expect(hash(0, isWide: false).0 == 0x726f_db47_dd0e_0e31)
        #expect(hash(1, isWide: false).0 == 0x74f8_39c5_93dc_67fd)
        #expect(hash(8, isWide: false).0 == 0x93f5_f579_9a93_2462)
        #expect(hash(15, isWide: false).0 == 0xa129_ca61_49be_45e5)
        #expect(hash(0, isWide: true) == (0xe6a8_25ba_047f_81a3, 0x9302_55c7_1472_f66d))
    }

    @Test func aPaceFillsByTheClock() {
        var pace = Pace(index: 0)
        pace.begin(rate: 8_000, now: second)
        #expect(pace.room(now: second) == 1_000)
        pace.octets -= 5_000
        #expect(pace.room(now: second) == 0)
        #expect(pace.wait == 626)
        #expect(pace.room(now: second + 624_000_000) == 0)
        #expect(pace.room(now: second + 626_000_000) > 0)
        // It holds a quarter of a second's and no more, however long nobody came.
        #expect(pace.room(now: second * 1_000) == 2_000)
        var sent: Int64 = 0
        var now = second * 1_000
        for _ in 0..<1_000 {
            now += 67_000_000
            let room = pace.room(now: now)
            pace.octets -= room
            sent += room
        }
        #expect(abs(sent - 8_000 * 67) < 8_000)
    }

    @Test func credentialsAreKnownUntilOthersTakeTheirPlace() {
        let cache = CredentialCache(places: 8)
        let proofs = (1...9).map { CredentialProof(first: UInt64($0) << 8 | 1, second: UInt64($0)) }
        for proof in proofs.prefix(8) { cache.add(proof) }
        for proof in proofs.prefix(8) { #expect(cache.knows(proof)) }
        #expect(!cache.knows(proofs[8]))
        #expect(!cache.knows(CredentialProof(first: proofs[0].first, second: 99)))
        cache.add(proofs[8])
        #expect(cache.knows(proofs[8]))
        #expect(proofs.prefix(8).count { cache.knows($0) } == 7)
    }
}
