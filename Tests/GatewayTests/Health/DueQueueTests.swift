import Lab
import Testing

@testable import Gateway

@Suite struct DueQueueTests {
    @Test func givesAllInTheirOrderAndNoneBeforeItsTime() {
        var random = SeededGenerator(seed: 7)
        var queue = DueQueue()
        var expected: [UInt64] = []
        for number in 0..<2_000 {
            let due = UInt64.random(in: 0..<1_000, using: &random)
            queue.put(DueQueue.Entry(due: due, number: Int32(number), mark: 0))
            expected.append(due)
        }
        expected.sort()
        var taken: [UInt64] = []
        for now in stride(from: UInt64(0), through: 1_000, by: 10) {
            while let entry = queue.take(now: now) {
                #expect(entry.due <= now)
                taken.append(entry.due)
            }
            #expect(queue.next.map { $0 > now } ?? true)
        }
        #expect(taken == expected)
        #expect(queue.count == 0)
    }
}
