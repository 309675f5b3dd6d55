import Lab
import Testing

@testable import Swarm

@Suite("One body for many engines")
struct BodyFanOutTests {
    /// Reads all of a body.
    private func read(_ fanOut: BodyFanOut, _ number: Int) async throws -> [UInt8] {
        var octets: [UInt8] = []
        for try await piece in fanOut.pieces(number) { octets += piece }
        return octets
    }

    @Test("every engine gets the whole body, whatever their paces", arguments: [1, 2, 7])
    func fansOut(_ readers: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(readers))
        let pieces = (0..<400).map { _ in
            (0..<Int.random(in: 1...900, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        let fanOut = BodyFanOut(readers: readers, window: 2_000)
        let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<readers {
                group.addTask {
                    var octets: [UInt8] = []
                    for try await piece in fanOut.pieces(number) {
                        octets += piece
                        if octets.count % (number + 2) == 0 { await Task.yield() }
                    }
                    return octets
                }
            }
            async let fed: Void = fanOut.feed(PiecewiseBody(pieces))
            var all: [[UInt8]] = []
            for try await octets in group { all.append(octets) }
            await fed
            return all
        }
        #expect(all.count == readers && all.allSatisfy { $0 == pieces.flatMap(\.self) })
    }

    @Test("one that takes nothing is given up, and the rest get all of it")
    func givesUpTheStuck() async throws {
        let fanOut = BodyFanOut(readers: 3, window: 1_000, patience: .seconds(600))
        let pieces = [[UInt8]](repeating: [UInt8](repeating: 7, count: 500), count: 20)
        async let fed: Void = fanOut.feed(PiecewiseBody(pieces))
        let (first, second) = (fanOut.pieces(0).makeAsyncIterator(), fanOut.pieces(1).makeAsyncIterator())
        // The window holds two pieces, and the third is there while its writer waits.
        for _ in 0..<3 {
            _ = try await first.next()
            _ = try await second.next()
        }
        fanOut.giveUpTheSlowest()
        async let one = read(fanOut, 0)
        async let two = read(fanOut, 1)
        #expect(try await [one.count, two.count] == [8_500, 8_500])
        await fed
        await #expect(throws: BodyFanOut.Failure.self) { try await read(fanOut, 2) }
    }

    @Test("one that takes nothing is waited for only so long")
    func losesPatience() async throws {
        let fanOut = BodyFanOut(readers: 1, window: 100, patience: .milliseconds(10))
        #expect(await fanOut.put([UInt8](repeating: 1, count: 101)) == false)
    }

    @Test("one that has answered holds nobody up, and the body ends when nobody reads it")
    func letsGo() async throws {
        let fanOut = BodyFanOut(readers: 2, window: 100, patience: .seconds(600))
        #expect(await fanOut.put([UInt8](repeating: 1, count: 90)))
        fanOut.leave(1)
        async let read = read(fanOut, 0)
        #expect(await fanOut.put([UInt8](repeating: 1, count: 90)))
        fanOut.leave(0)
        #expect(await fanOut.put([1]) == false)
        _ = try? await read
    }

    @Test("a body that breaks off is no whole body to anybody")
    func breaksOff() async throws {
        let fanOut = BodyFanOut(readers: 2)
        async let fed: Void = fanOut.feed(PiecewiseBody([[1, 2]], error: RequestError(400, "the client has gone")))
        for number in 0..<2 {
            await #expect(throws: BodyFanOut.Failure.self) { try await read(fanOut, number) }
        }
        await fed
    }

    @Test("whoever is cancelled leaves")
    func leavesWhenCancelled() async throws {
        let fanOut = BodyFanOut(readers: 2, window: 10, patience: .seconds(600))
        let reading = Task { try await read(fanOut, 0) }
        reading.cancel()
        await #expect(throws: (any Error).self) { try await reading.value }
        async let rest = read(fanOut, 1)
        await fanOut.feed(PiecewiseBody([[UInt8](repeating: 1, count: 50), [2]]))
        #expect(try await rest.count == 51)
    }
}
