/// Takes chunked framing off a body as it streams past (RFC 9112 §7.1).
///
/// Size lines and extensions are checked and dropped; the data is moved to the front of the buffer that it came in, so that
/// it leaves in one piece under framing of our own. It stops after the last chunk's size line: the trailer section is parsed
/// by ``HeadParser/parseTrailers(_:fields:count:consumed:)``.
///
/// States: a size (`digits`, then possibly an `extension`) ends in CRLF (`sizeLineFeed`); then either the data and its
/// own CRLF (`dataReturn`, `dataLineFeed`) and the next size, or, after a size of zero, `finished`. The outcome does not
/// depend on how the bytes are split; once rejected, it stays so.
@frozen
public struct ChunkedDecoder: Sendable {
    /// What one call made of its buffer.
    @frozen
    public struct Step: Sendable {
        /// Octets of the buffer that were used up, framing and data.
        public var consumed: Int
        /// Octets of data, now at the buffer's beginning.
        public var produced: Int
        /// Where the body stands.
        public var progress: Progress
    }

    /// Where the body stands after a step.
    @frozen
    public enum Progress: Sendable, Equatable {
        /// All was used up and more is to come.
        case more
        /// The last chunk was seen; the trailer section begins at `consumed`.
        case trailers
        /// The framing is broken: stop forwarding and close.
        case rejected(HeadRejection)
    }

    @usableFromInline
    enum State: UInt8, Sendable {
        case digits, chunkExtension, sizeLineFeed, data, dataReturn, dataLineFeed, finished, failed
    }

    /// Octets of extensions on one size line.
    public static let extensionLineLimit = 256
    /// Octets of extensions in one body: legitimate ones are next to never seen, and each is work for nothing.
    public static let extensionBodyLimit = 4 << 10
    /// Digits of a size, leading zeroes included.
    public static let digitLimit = 16

    @usableFromInline var remaining: Int64 = 0
    @usableFromInline var extensionCount: UInt32 = 0
    @usableFromInline var lineExtensionCount: UInt16 = 0
    @usableFromInline var digitCount: UInt8 = 0
    @usableFromInline var state = State.digits
    @usableFromInline var rejection = HeadRejection.badChunk

    /// A decoder at the beginning of a body.
    public init() {}

    /// Decodes what is in `buffer`, moving its data to the front.
    ///
    /// Octets at `consumed` and beyond are never touched. Once the last chunk was seen or the body was rejected, further
    /// calls consume nothing and say so again.
    public mutating func decode(_ buffer: UnsafeMutableRawBufferPointer) -> Step {
        var consumed = 0
        var produced = 0
        while true {
            if state == .finished { return Step(consumed: consumed, produced: produced, progress: .trailers) }
            if state == .failed {
                return Step(consumed: consumed, produced: produced, progress: .rejected(rejection))
            }
            guard consumed < buffer.count else {
                return Step(consumed: consumed, produced: produced, progress: .more)
            }
            if state == .data {
                let count = Int(min(remaining, Int64(buffer.count - consumed)))
                if produced != consumed { unsafe Self.move(buffer, from: consumed, to: produced, count: count) }
                consumed += count
                produced += count
                remaining -= Int64(count)
                if remaining == 0 { state = .dataReturn }
            } else {
                take(unsafe buffer[consumed])
                if state != .failed { consumed += 1 }
            }
        }
    }

    /// Moves data down within the buffer; the two ranges may overlap.
    private static func move(_ buffer: UnsafeMutableRawBufferPointer, from source: Int, to target: Int, count: Int) {
        guard let base = buffer.baseAddress else { return }
        precondition(target <= source && source + count <= buffer.count)
        unsafe (base + target).copyMemory(from: base + source, byteCount: count)
    }

    /// Takes one octet of framing.
    @inline(__always)
    private mutating func take(_ octet: UInt8) {
        switch state {
        case .digits: takeDigit(octet)
        case .chunkExtension: takeExtension(octet)
        case .sizeLineFeed:
            guard octet == Octet.lineFeed else { return fail(.badChunk) }
            state = remaining > 0 ? .data : .finished
        case .dataReturn:
            guard octet == Octet.carriageReturn else { return fail(.badChunk) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard octet == Octet.lineFeed else { return fail(.badChunk) }
            state = .digits
            digitCount = 0
            lineExtensionCount = 0
        case .data, .finished, .failed: break
        }
    }

    /// A digit of the size, or what ends it; signs, blanks and `0x` are none of these.
    @inline(__always)
    private mutating func takeDigit(_ octet: UInt8) {
        let digit = Octet.hexValue(octet)
        if digit < 16 {
            guard digitCount < UInt8(Self.digitLimit), remaining <= Int64.max >> 4 else { return fail(.chunkTooLarge) }
            remaining = remaining << 4 | Int64(digit)
            digitCount += 1
            return
        }
        guard digitCount > 0 else { return fail(.badChunk) }
        switch octet {
        case Octet.carriageReturn: state = .sizeLineFeed
        case Octet.semicolon:
            state = .chunkExtension
            countExtension()
        default: fail(.badChunk)
        }
    }

    /// An octet of an extension: dropped unread, but held to what a field value may hold.
    private mutating func takeExtension(_ octet: UInt8) {
        if octet == Octet.carriageReturn {
            state = .sizeLineFeed
        } else if (octet < Octet.space && octet != Octet.tab) || octet == 0x7F {
            fail(.badChunk)
        } else {
            countExtension()
        }
    }

    private mutating func countExtension() {
        lineExtensionCount += 1
        extensionCount += 1
        if lineExtensionCount > UInt16(Self.extensionLineLimit) || extensionCount > UInt32(Self.extensionBodyLimit) {
            fail(.chunkExtensionTooLong)
        }
    }

    private mutating func fail(_ reason: HeadRejection) {
        rejection = reason
        state = .failed
    }
}
