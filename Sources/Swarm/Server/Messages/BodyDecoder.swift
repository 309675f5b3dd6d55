internal import NIOCore

/// Takes a body out of its framing as it comes (RFC 9112 section 7).
struct BodyDecoder: Sendable {
    private enum State {
        case data(Int)
        case chunkSize, chunkEnd, trailers, finished
    }

    private static let badChunk = RequestError(400, "malformed chunked encoding")
    /// Octets of a line with a chunk's size: 16 digits, and an extension that nobody uses.
    private static let sizeLineBytesMax = 256
    /// Octets of all fields after the last chunk, which are dropped.
    private static let trailerBytesMax = 8 << 10

    private let isChunked: Bool
    private var state: State
    private var lines = LineReader(limit: sizeLineBytesMax)

    init(_ framing: BodyFraming) {
        isChunked = framing == .chunked
        state =
            switch framing {
            case .none: .finished
            case .length(let length): .data(length)
            case .chunked: .chunkSize
            }
    }

    /// Whether the whole body has been taken.
    var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Octets that are still to come; nil where that is not known.
    var remaining: Int? {
        switch state {
        case .finished: 0
        case .data(let count) where !isChunked: count
        default: nil
        }
    }

    /// The next octets of the body; nil if there are none in the buffer, or it is at its end.
    ///
    /// - Throws: ``RequestError`` if the framing is broken; nothing that follows can be understood then.
    mutating func next(_ buffer: inout ByteBuffer) throws(RequestError) -> ByteBuffer? {
        while true {
            switch state {
            case .finished: return nil
            case .data(let count):
                guard buffer.readableBytes > 0, let piece = buffer.readSlice(length: min(count, buffer.readableBytes))
                else { return nil }
                let left = count - piece.readableBytes
                state = left > 0 ? .data(left) : isChunked ? .chunkEnd : .finished
                if isChunked, left == 0 { lines = LineReader(limit: 2) }
                return piece
            case .chunkEnd:
                guard let line = try line(&buffer) else { return nil }
                guard line.isEmpty else { throw Self.badChunk }
                lines = LineReader(limit: Self.sizeLineBytesMax)
                state = .chunkSize
            case .chunkSize:
                guard let line = try line(&buffer) else { return nil }
                let size = try Self.size(line)
                state = size > 0 ? .data(size) : .trailers
                if size == 0 { lines = LineReader(limit: Self.trailerBytesMax) }
            case .trailers:
                guard let line = try line(&buffer) else { return nil }
                if line.isEmpty { state = .finished }
            }
        }
    }

    private mutating func line(_ buffer: inout ByteBuffer) throws(RequestError) -> [UInt8]? {
        do {
            return try lines.next(&buffer)
        } catch {
            throw Self.badChunk
        }
    }

    private static func size(_ line: [UInt8]) throws(RequestError) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        // 15 digits fit 63 bits.
        guard (1...15).contains(digits.count) else { throw badChunk }
        var size = 0
        for digit in digits {
            let folded = digit.isLetter ? digit | 0x20 : digit
            guard folded.isHexadecimal else { throw badChunk }
            size = size << 4 | Int(folded.isDigit ? folded - UInt8(ascii: "0") : folded - UInt8(ascii: "a") + 10)
        }
        return size
    }
}
