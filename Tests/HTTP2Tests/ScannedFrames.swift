import Lab
import Reactor

@testable import HTTP2

/// What the scanner saw of a run of octets.
enum ScannedFrames {
    struct Head: Equatable {
        var type: UInt8
        var flags: UInt8
        var stream: UInt32
        var count: Int

        init(_ frame: RawFrame) {
            type = frame.type
            flags = frame.flags
            stream = frame.stream
            count = frame.payload.count
        }

        init(_ head: FrameScanner.Head) {
            type = head.type
            flags = head.flags
            stream = UInt32(head.stream)
            count = Int(head.length)
        }
    }

    /// Scans `bytes` in pieces.
    static func scan(_ bytes: [UInt8], cutting random: inout SeededGenerator) -> [Head] {
        var scanner = FrameScanner(isServer: true)
        var heads: [Head] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...40, using: &random))
            unsafe bytes[start..<end].withUnsafeBytes { piece in
                var index = 0
                while let head = unsafe scanner.next(piece, &index) { heads.append(Head(head)) }
            }
            start = end
        }
        return heads
    }
}

extension Peer {
    /// Octets in buffers of the engine's; texts of the last events are among them until the next call.
    var heldBytes: Int {
        unsafe engine.state.pointee.clearEvents()
        return unsafe engine.state.pointee.pool.bytesOut
    }

    /// Blocks that nghttp2's memory was asked of the system.
    var systemBlocks: Int { engine.memory.systemCount }
}
