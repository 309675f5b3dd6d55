/// What a SETTINGS frame speaks of (RFC 9113, section 6.5.2).
public struct HTTP2Setting: RawRepresentable, Sendable, Hashable {
    /// The identifier on the wire.
    public let rawValue: UInt16

    /// The setting of this identifier.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Octets of the dynamic table that the sender decodes with.
    public static let headerTableSize = HTTP2Setting(rawValue: 1)
    /// Whether the sender takes PUSH_PROMISE.
    public static let enablePush = HTTP2Setting(rawValue: 2)
    /// Streams that the peer may have open.
    public static let maxConcurrentStreams = HTTP2Setting(rawValue: 3)
    /// Octets that the peer may send on a new stream.
    public static let initialWindowSize = HTTP2Setting(rawValue: 4)
    /// Octets of the largest payload that the sender takes.
    public static let maxFrameSize = HTTP2Setting(rawValue: 5)
    /// Octets of the largest head that the sender takes.
    public static let maxHeaderListSize = HTTP2Setting(rawValue: 6)
    /// Whether the sender takes extended CONNECT (RFC 8441).
    public static let enableConnectProtocol = HTTP2Setting(rawValue: 8)
    /// Whether the sender ignores RFC 7540's priorities (RFC 9218).
    public static let noRFC7540Priorities = HTTP2Setting(rawValue: 9)
}
