/// A frame of HTTP/2 as it goes over the wire (RFC 9113, section 4.1), right or wrong.
public struct HTTP2Frame: Sendable, Equatable {
    /// What a frame is for; any octet is one.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The octet.
        public let rawValue: UInt8

        /// The kind of this octet.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A piece of a body.
        public static let data = Kind(rawValue: 0)
        /// A head, or trailers.
        public static let headers = Kind(rawValue: 1)
        /// A stream's place in RFC 7540's tree.
        public static let priority = Kind(rawValue: 2)
        /// The end of a stream by an error.
        public static let reset = Kind(rawValue: 3)
        /// What the sender wants the peer to know of it, or the acknowledgement of that.
        public static let settings = Kind(rawValue: 4)
        /// A request that a server answers before it is asked.
        public static let pushPromise = Kind(rawValue: 5)
        /// A question whether the peer is there, or its answer.
        public static let ping = Kind(rawValue: 6)
        /// The announcement of a connection's end.
        public static let goAway = Kind(rawValue: 7)
        /// More room to send into.
        public static let windowUpdate = Kind(rawValue: 8)
        /// The rest of a head.
        public static let continuation = Kind(rawValue: 9)
    }

    /// What a frame's flags say; each kind has its own use for the bits.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The octet.
        public let rawValue: UInt8

        /// The flags of this octet.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Nothing follows on the stream.
        public static let endStream = Flags(rawValue: 1)
        /// The answer to a PING or SETTINGS.
        public static let ack = Flags(rawValue: 1)
        /// The head ends here.
        public static let endHeaders = Flags(rawValue: 4)
        /// The first octet says how many of the last are padding.
        public static let padded = Flags(rawValue: 8)
        /// A priority stands before the head.
        public static let priority = Flags(rawValue: 0x20)
    }

    /// What it is for.
    public var kind: Kind
    /// What its flags say.
    public var flags: Flags
    /// Its stream, 0 for the connection; the reserved bit is written as it is here.
    public var stream: UInt32
    /// What follows the nine octets of the head.
    public var payload: [UInt8]

    /// Any frame.
    public init(_ kind: Kind, _ flags: Flags = [], stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// The frame on the wire.
    public var octets: [UInt8] {
        let count = UInt32(self.payload.count)
        return [UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8), UInt8(count & 0xff)]
            + [self.kind.rawValue, self.flags.rawValue] + Self.octets(self.stream) + self.payload
    }

    /// Four octets, the highest first.
    static func octets(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension HTTP2Frame {
    /// A piece of a body.
    public static func data(_ stream: UInt32, _ octets: [UInt8], end: Bool = false, padding: Int? = nil) -> HTTP2Frame {
        var frame = HTTP2Frame(.data, end ? .endStream : [], stream: stream, octets)
        if let padding { frame.pad(padding) }
        return frame
    }

    /// A piece of a body.
    public static func data(_ stream: UInt32, _ text: String, end: Bool = false) -> HTTP2Frame {
        .data(stream, Array(text.utf8), end: end)
    }

    /// A head, or a part of one, already encoded.
    public static func headers(
        _ stream: UInt32, block: [UInt8], end: Bool = true, endHeaders: Bool = true, padding: Int? = nil,
        priority: Priority? = nil
    ) -> HTTP2Frame {
        var flags: Flags = end ? .endStream : []
        if endHeaders { flags.insert(.endHeaders) }
        if priority != nil { flags.insert(.priority) }
        var frame = HTTP2Frame(.headers, flags, stream: stream, (priority?.octets ?? []) + block)
        if let padding { frame.pad(padding) }
        return frame
    }

    /// A head of `fields`, encoded without a trace in the dynamic table.
    public static func headers(
        _ stream: UInt32, _ fields: [HTTP2Field], end: Bool = true, endHeaders: Bool = true, padding: Int? = nil,
        priority: Priority? = nil
    ) -> HTTP2Frame {
        .headers(
            stream, block: HPACKEncoder.block(fields), end: end, endHeaders: endHeaders, padding: padding,
            priority: priority)
    }

    /// The rest of a head, or a part of it.
    public static func continuation(_ stream: UInt32, block: [UInt8], endHeaders: Bool = true) -> HTTP2Frame {
        HTTP2Frame(.continuation, endHeaders ? .endHeaders : [], stream: stream, block)
    }

    /// The end of a stream by an error.
    public static func reset(_ stream: UInt32, _ code: HTTP2ErrorCode = .cancel) -> HTTP2Frame {
        HTTP2Frame(.reset, [], stream: stream, Self.octets(code.rawValue))
    }

    /// Settings in their order.
    public static func settings(_ settings: [(HTTP2Setting, UInt32)]) -> HTTP2Frame {
        HTTP2Frame(
            .settings, [], stream: 0,
            settings.flatMap { [UInt8(truncatingIfNeeded: $0.rawValue >> 8), UInt8($0.rawValue & 0xff)] + octets($1) })
    }

    /// The acknowledgement of the peer's settings.
    public static let settingsAcknowledgement = HTTP2Frame(.settings, .ack)

    /// A PING of eight octets, or of whatever is given.
    public static func ping(_ octets: [UInt8] = Array("portico!".utf8), isAnswer: Bool = false) -> HTTP2Frame {
        HTTP2Frame(.ping, isAnswer ? .ack : [], stream: 0, octets)
    }

    /// The announcement of the connection's end.
    public static func goAway(last: UInt32 = 0, _ code: HTTP2ErrorCode = .noError, debug: String = "") -> HTTP2Frame {
        HTTP2Frame(.goAway, [], stream: 0, octets(last) + octets(code.rawValue) + Array(debug.utf8))
    }

    /// More room on a stream, or with 0 on the connection.
    public static func windowUpdate(_ stream: UInt32, by increment: UInt32) -> HTTP2Frame {
        HTTP2Frame(.windowUpdate, [], stream: stream, octets(increment))
    }

    /// A stream's place in RFC 7540's tree.
    public static func priority(_ stream: UInt32, _ priority: Priority) -> HTTP2Frame {
        HTTP2Frame(.priority, [], stream: stream, priority.octets)
    }

    /// A stream's place in RFC 7540's tree.
    public struct Priority: Sendable {
        let parent: UInt32
        let weight: UInt8
        let isExclusive: Bool

        /// A place under `parent`; the weight is one less than what it means.
        public init(parent: UInt32 = 0, weight: UInt8 = 255, isExclusive: Bool = false) {
            self.parent = parent
            self.weight = weight
            self.isExclusive = isExclusive
        }

        var octets: [UInt8] { HTTP2Frame.octets(self.parent | (self.isExclusive ? 1 << 31 : 0)) + [self.weight] }
    }

    /// Appends `count` octets of padding and says so.
    private mutating func pad(_ count: Int) {
        self.flags.insert(.padded)
        self.payload = [UInt8(count)] + self.payload + [UInt8](repeating: 0, count: count)
    }
}
