import Lab
import Testing

@testable import Reactor

@Suite struct BufferTests {
    private func text(_ buffer: Buffer) -> String {
        unsafe String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test func numbersAreWrittenAsText() {
        var pool = BufferPool()
        for number: UInt64 in [0, 1, 9, 10, 99, 100, 12_345, 4_294_967_296, .max] {
            var buffer = pool.take(64)
            buffer.append(decimal: number)
            buffer.append(byte: 32)
            buffer.append(hexadecimal: number)
            #expect(text(buffer) == "\(number) \(String(number, radix: 16))")
            pool.give(&buffer)
        }
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 0x0123_4567, 0x89ab_cdef, 0xffff_ffff] as [UInt32])
    func eightDigitsAreWrittenAtOnce(number: UInt32) {
        var pool = BufferPool()
        var buffer = pool.take(64)
        buffer.append(hexadecimalOf: number)
        let digits = String(number, radix: 16)
        #expect(text(buffer) == String(repeating: "0", count: 8 - digits.count) + digits)
        pool.give(&buffer)
    }

    @Test func whatIsConsumedIsGoneAndRoomComesBackWhenAllIs() {
        var pool = BufferPool()
        var buffer = pool.take(1)
        buffer.append("hello, world")
        buffer.consume(7)
        #expect(text(buffer) == "world")
        #expect(buffer.count == 5)
        buffer.consume(5)
        #expect(buffer.isEmpty)
        #expect(buffer.room == 4_096)
        pool.give(&buffer)
        #expect(unsafe buffer.base == nil)
    }

    @Test func reservingKeepsTheContentHoweverItIsMadeRoomFor() {
        var pool = BufferPool()
        var buffer = Buffer()
        var model: [UInt8] = []
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let piece = (0..<Int.random(in: 0...3_000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            pool.reserve(piece.count, in: &buffer)
            #expect(buffer.room >= piece.count)
            unsafe piece.withUnsafeBytes { unsafe buffer.append($0) }
            model += piece
            let used = Int.random(in: 0...model.count, using: &generator)
            buffer.consume(used)
            model.removeFirst(used)
            #expect(unsafe Array(buffer.bytes) == model)
            if Int.random(in: 0..<50, using: &generator) == 0 {
                pool.give(&buffer)
                model = []
            }
        }
        pool.give(&buffer)
        #expect(pool.bytesOut == 0)
    }

    @Test func memoryIsReusedUpToABound() {
        var pool = BufferPool()
        for size in [1, 4_096, 4_097, 32_768, 32_769, 163_840] {
            var buffer = pool.take(size)
            #expect(Int(buffer.capacity) >= size)
            let memory = unsafe buffer.base
            pool.give(&buffer)
            var again = pool.take(size)
            #expect(unsafe again.base == memory)
            pool.give(&again)
        }
        var huge = pool.take(1 << 20)
        #expect(huge.capacity == 1 << 20)
        pool.give(&huge)
        var all = (0..<600).map { _ in pool.take(10) }
        #expect(pool.bytesOut == 600 * 4_096)
        for index in all.indices { pool.give(&all[index]) }
        #expect(pool.bytesOut == 0)
        #expect(pool.freeCount.0 == 256)
    }

    @Test func piecesAreSentFromWhereTheyStand() {
        let (one, two, three) = (Array("ab".utf8), Array("cde".utf8), Array("f".utf8))
        unsafe one.withUnsafeBytes { one in
            unsafe two.withUnsafeBytes { two in
                unsafe three.withUnsafeBytes { three in
                    var pieces = Pieces()
                    unsafe pieces.append(one)
                    unsafe pieces.append(UnsafeRawBufferPointer(start: nil, count: 0))
                    unsafe pieces.append(two)
                    unsafe pieces.append(three)
                    #expect(pieces.used == 3)
                    #expect(pieces.count == 6)
                    for sent in 0...6 {
                        var rest = ""
                        unsafe pieces.forEach(after: sent) { bytes in
                            unsafe rest += String(decoding: bytes, as: UTF8.self)
                        }
                        #expect(rest == "abcdef".dropFirst(sent))
                    }
                }
            }
        }
    }
}
