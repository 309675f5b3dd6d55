import Lab
import Testing

@testable import Top

/// Numbers in few columns.
@Suite struct QuantityTests {
    @Test(arguments: [
        (0, "0"), (0.01, "<0.1"), (0.5, "0.5"), (3.44, "3.4"), (9.96, "10"), (345, "345"), (999.4, "999"),
        (999.6, "1.00k"), (1234, "1.23k"), (12_345, "12.3k"), (999_600, "1.00M"), (34_500_000, "34.5M"), (1e30, "999E"),
        (-1, "-"), (.infinity, "-"), (.nan, "-"),
    ]) func `amounts`(_ value: Double, _ expected: String) {
        #expect(Quantity.amount(value) == expected)
    }

    @Test(arguments: [
        (0.0000014, "0.00ms"), (0.00085, "0.85ms"), (0.0123, "12.3ms"), (0.333, "333ms"), (0.9999, "1.00s"),
        (1.2, "1.20s"),
        (75, "75s"), (1200, "20m"), (1e30, "ages"), (-1, "-"), (.nan, "-"),
    ]) func `durations`(_ value: Double, _ expected: String) {
        #expect(Quantity.duration(value) == expected)
    }

    @Test(arguments: [
        (-5, "0s"), (12, "12s"), (180, "3m"), (7200, "2h"), (432_000, "5d"), (.max, "ages"),
    ]) func `ages`(_ value: Int64, _ expected: String) {
        #expect(Quantity.age(value) == expected)
    }

    @Test func `whatever comes, it fits`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            #expect(Quantity.amount(value).count <= 6)
            #expect(Quantity.duration(value).count <= 6)
            #expect(Quantity.age(Int64(bitPattern: random.next())).count <= 6)
            #expect(Quantity.count(Int(truncatingIfNeeded: random.next())).count <= 6)
        }
    }

    @Test func `a sparkline shows the last values beside the highest`() {
        let appearance = Appearance()
        #expect(appearance.sparkline([0, 1, 50, 100], columns: 6) == "  ▁▂▅█")
        #expect(appearance.sparkline([5, 5, 0], columns: 2) == "█▁")
        #expect(appearance.sparkline([0, 0], columns: 2) == "▁▁")
        #expect(appearance.sparkline([.nan, -1, .infinity, 3], columns: 4) == "▁▁▁█")
        #expect(Appearance(isUTF8: false).sparkline([0, 100], columns: 2) == "_#")
    }
}
