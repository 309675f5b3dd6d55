import Lab
import Testing

@testable import Routing

/// How long most answers take.
@Suite struct LatencyEstimateTests {
    @Test func bucketsFollowEachOtherAndHoldWhatFallsIntoThem() {
        var last: UInt64 = 0
        for bucket in 0..<127 {
            let end = LatencyEstimate.end(of: bucket)
            #expect(end > last)
            #expect(LatencyEstimate.bucket(of: last) == bucket)
            #expect(LatencyEstimate.bucket(of: end - 1) == bucket)
            last = end
        }
        #expect(LatencyEstimate.bucket(of: .max) == 127)
    }

    @Test func quantilesAreNeverTooShortAndAQuarterTooLongAtTheMost() {
        var random = SeededGenerator(seed: 7)
        var estimate = LatencyEstimate()
        #expect(estimate.quantile(thousandths: 950) == nil)
        var values: [UInt64] = []
        for _ in 0..<3_000 {
            let value = UInt64.random(in: 50_000...80_000_000, using: &random)
            values.append(value)
            estimate.add(nanoseconds: value)
        }
        values.sort()
        for thousandths: UInt16 in [500, 900, 950, 990] {
            let exact = Double(values[(values.count * Int(thousandths) + 999) / 1_000 - 1])
            let told = Double(estimate.quantile(thousandths: thousandths) ?? 0)
            #expect(told >= exact && told <= exact * 1.26, "\(thousandths): \(told) for \(exact)")
        }
    }

    @Test func whatWasLongAgoFades() {
        var estimate = LatencyEstimate()
        for _ in 0..<4_000 { estimate.add(nanoseconds: 1_000_000_000) }
        for _ in 0..<40_000 { estimate.add(nanoseconds: 1_000_000) }
        #expect((estimate.quantile(thousandths: 950) ?? .max) < 2_000_000)
    }
}
