import Foundation
import Testing
import Wire

@testable import Gateway
@testable import Lab

/// Encoders against the tools that everybody reads their output with.
@Suite(.apart) struct EncoderTests {
    /// What reads a coding: gzip(1) and zstd(1); for brotli, which has no tool everywhere, curl does (``CompressionTests``).
    private static let tools: [(ContentCoding, String)] = [(.gzip, "/usr/bin/gzip"), (.zstd, "/usr/bin/zstd")]

    /// Puts `pieces` through `encoder`, with a mark behind each, into outputs of `room` octets.
    private static func encode(
        _ encoder: Encoder, _ pieces: [[UInt8]], room: Int, flushes: Bool
    ) throws -> [UInt8] {
        var all: [UInt8] = []
        var output = [UInt8](repeating: 0, count: room)
        for (number, piece) in pieces.enumerated() {
            let mark: Encoder.Mark = number == pieces.count - 1 ? .end : flushes ? .flush : .none
            var rest = piece[...]
            for turn in 0... {
                let step = unsafe rest.withUnsafeBytes { rest in
                    unsafe output.withUnsafeMutableBytes { unsafe encoder.step(rest, $0, mark) }
                }
                guard !step.hasFailed, turn < 1_000_000 else { throw LabError("the encoder has failed") }
                all += output[..<step.produced]
                rest = rest.dropFirst(step.consumed)
                if step.isDone { break }
            }
            if !rest.isEmpty { throw LabError("\(rest.count) octets were not taken") }
        }
        return all
    }

    /// What is there; the macros cannot call what changes a pool.
    private static func some(_ encoder: Encoder?) throws -> Encoder {
        guard let encoder else { throw LabError("there is no encoder") }
        return encoder
    }

    private static func decode(_ octets: [UInt8], by tool: String) throws -> [UInt8] {
        let folder = try ScratchFolder()
        try Data(octets).write(to: URL(fileURLWithPath: folder.path + "/body"))
        let child = try ChildProcess("/bin/sh", ["-c", "\(tool) -dc < body > plain"], in: folder.path)
        guard try child.waitForEnd() == .exited(0) else { throw LabError("\(tool): \(child.tail)") }
        return try Array(Data(contentsOf: URL(fileURLWithPath: folder.path + "/plain")))
    }

    /// Text that repeats itself here and there, in pieces of any size.
    private static func pieces(_ generator: inout SeededGenerator) -> [[UInt8]] {
        (0..<Int(1 + generator.next() % 8)).map { _ in
            let words = generator.next() % 3 == 0 ? generator.next() % 20_000 : generator.next() % 20
            return (0..<Int(words)).flatMap { _ in Array("word\(generator.next() % 50) ".utf8) }
        }
    }

    @Test func whatComesOutIsReadByTheTools() throws {
        var generator = SeededGenerator(seed: 5)
        for (coding, tool) in Self.tools where FileManager.default.fileExists(atPath: tool) {
            for round in 0..<12 {
                let encoder = try #require(Encoder.make(coding, level: UInt8(round % 10)))
                for room in [1, 7, 4096] {
                    // The second body with what the first has left.
                    let pieces = Self.pieces(&generator)
                    let octets = try Self.encode(encoder, pieces, room: room == 1 ? 64 : room, flushes: round % 2 == 0)
                    #expect(try Self.decode(octets, by: tool) == pieces.flatMap { $0 }, "\(coding) \(round) \(room)")
                    #expect(encoder.reset())
                }
                encoder.free()
            }
        }
    }

    @Test(arguments: [ContentCoding.gzip, .zstd, .brotli])
    func aBodyThatIsCutShortLeavesNoTrace(coding: ContentCoding) throws {
        guard Encoder.isAvailable(coding) else { return }
        var pool = EncoderPool(limit: 16 << 20)
        let first = try Self.some(pool.take(coding, level: 0))
        var output = [UInt8](repeating: 0, count: 16)
        let text = Array(String(repeating: "abcdefghij", count: 5000).utf8)
        _ = unsafe text.withUnsafeBytes { text in
            unsafe output.withUnsafeMutableBytes { unsafe first.step(text, $0, .flush) }
        }
        pool.give(first)
        let second = try Self.some(pool.take(coding, level: 0))
        let octets = try Self.encode(second, [Array("hello".utf8)], room: 4096, flushes: false)
        let fresh = try #require(Encoder.make(coding, level: 0))
        #expect(try octets == Self.encode(fresh, [Array("hello".utf8)], room: 4096, flushes: false))
        fresh.free()
        pool.give(second)
    }

    @Test func thereAreNeverMoreThanMayBe() throws {
        var pool = EncoderPool(limit: 3 * Encoder.memory(.gzip, level: 1))
        var taken: [Encoder] = []
        while let encoder = pool.take(.gzip, level: 1) { taken.append(encoder) }
        #expect(taken.count == 3)
        let none = pool.take(.zstd, level: 0)
        #expect(none == nil)
        taken.forEach { pool.give($0) }
        let bytes = pool.bytes
        #expect(bytes == 3 * Encoder.memory(.gzip, level: 1))
        let other = try Self.some(pool.take(.gzip, level: 9))
        #expect(other.coding == .gzip)
    }

    @Test func anotherCodingsIdleEncodersMakeRoom() throws {
        guard Encoder.isAvailable(.zstd) else { return }
        var pool = EncoderPool(limit: Encoder.memory(.zstd, level: 0))
        let gzip = try Self.some(pool.take(.gzip, level: 0))
        let none = pool.take(.zstd, level: 0)
        #expect(none == nil)
        pool.give(gzip)
        let zstd = try Self.some(pool.take(.zstd, level: 0))
        let bytes = pool.bytes
        #expect(bytes == Encoder.memory(.zstd, level: 0))
        pool.give(zstd)
    }
}
