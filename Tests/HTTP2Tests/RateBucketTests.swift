import Testing

@testable import HTTP2

@Suite struct RateBucketTests {
    private func spend(_ bucket: inout RateBucket, _ rate: HTTP2Rate, _ now: UInt64) -> Bool {
        bucket.spend(1, of: rate, now: now)
    }

    @Test func aBurstPassesAndTheRestComesAtTheRate() {
        var bucket = RateBucket()
        let rate = HTTP2Rate(burst: 10, perSecond: 100)
        let start: UInt64 = 5_000_000_000
        for _ in 0..<10 { #expect(spend(&bucket, rate, start)) }
        #expect(!spend(&bucket, rate, start))
        // Eleven are in: two leak out in 20 ms.
        #expect(spend(&bucket, rate, start + 20_000_000))
        #expect(!spend(&bucket, rate, start + 20_000_000))
    }

    @Test func whatIsRefundedCanBeSpentAgain() {
        var bucket = RateBucket()
        let rate = HTTP2Rate(burst: 1, perSecond: 1)
        #expect(spend(&bucket, rate, 1))
        bucket.refund(1, of: rate)
        #expect(spend(&bucket, rate, 1))
        #expect(!spend(&bucket, rate, 1))
        bucket.refund(50, of: rate)
        #expect(spend(&bucket, rate, 1), "and never makes room for more than a burst")
        #expect(!spend(&bucket, rate, 1))
    }
}
