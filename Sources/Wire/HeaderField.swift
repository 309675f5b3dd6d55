/// One field line of a parsed head: where its name, its value and the whole line lie.
@frozen
public struct HeaderField: Sendable {
    /// Offset of the name, which is also where the line begins.
    public var nameStart: UInt32
    /// Offset of the value with optional white space trimmed (RFC 9112 §5.1).
    public var valueStart: UInt32
    /// Octets in the trimmed value.
    public var valueCount: UInt32
    /// Offset just past the line's CRLF.
    public var lineEnd: UInt32
    /// Octets in the name.
    public var nameCount: UInt16
    /// Which of the names that Portico acts on this is.
    public var name: HeaderName
    /// Set by ``ConnectionOptions``: the field was named in `Connection` and goes no further (RFC 9110 §7.6.1).
    public var isHopByHop: Bool

    /// A field line; the parser is the only one who makes them.
    @inlinable
    public init(
        nameStart: UInt32, nameCount: UInt16, valueStart: UInt32, valueCount: UInt32, lineEnd: UInt32,
        name: HeaderName, isHopByHop: Bool = false
    ) {
        self.nameStart = nameStart
        self.nameCount = nameCount
        self.valueStart = valueStart
        self.valueCount = valueCount
        self.lineEnd = lineEnd
        self.name = name
        self.isHopByHop = isHopByHop
    }

    /// Where the value lies.
    @inlinable
    public var value: ByteRange { ByteRange(start: valueStart, count: valueCount) }
}
