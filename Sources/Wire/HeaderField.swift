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

/// The field names that Portico acts on; all others are `.other` and are compared by their octets.
@frozen
public enum HeaderName: UInt8, Sendable, CaseIterable {
    case other
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive, expect
    case proxyConnection, proxyAuthorization, proxyAuthenticate, proxy, http2Settings
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xForwardedPrefix, xForwardedServer
    case xForwardedSSL, xRealIP, xRequestID, via
    case cookie, authorization, userAgent, referer, accept, date, server, location, secWebSocketKey, secWebSocketVersion
    /// A name that differs from one of the trusted names above only by `_` for `-` (`X_Forwarded_For`): servers that map
    /// both to one variable would believe it, so it is always dropped.
    case underscoreTwin
}

/// The fields of the head being parsed: a fixed table that a worker owns and every parse reuses.
///
/// Invariants: `base` points to `capacity` initialised fields that outlive the table; `count <= capacity`; only the thread
/// that owns it touches it.
@safe
@frozen
public struct FieldTable {
    /// The first field.
    public let base: UnsafeMutablePointer<HeaderField>
    /// The most fields that one head may have.
    public let capacity: Int

    /// Allocates a table; ``deallocate()`` gives it back.
    public init(capacity: Int) {
        unsafe base = .allocate(capacity: capacity)
        unsafe base.initialize(
            repeating: HeaderField(nameStart: 0, nameCount: 0, valueStart: 0, valueCount: 0, lineEnd: 0, name: .other),
            count: capacity)
        self.capacity = capacity
    }

    /// Gives the memory back; the table must not be used afterwards.
    public func deallocate() {
        unsafe base.deallocate()
    }

    /// The field at `index`, which must be below `capacity`.
    @inlinable
    public subscript(index: Int) -> HeaderField {
        get {
            precondition(index >= 0 && index < capacity)
            return unsafe base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < capacity)
            unsafe base[index] = newValue
        }
    }
}
