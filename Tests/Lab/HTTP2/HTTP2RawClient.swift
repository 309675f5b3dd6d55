/// A client of HTTP/2 that sends whatever it is told, frame by frame, and tells what comes.
///
/// One thread at a time. What comes is never repaired: a frame that cannot be decoded is an error of the test.
public final class HTTP2RawClient {
    /// What a client says first (RFC 9113, section 3.4).
    public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The connection.
    public let socket: Socket
    /// The server's settings so far.
    public private(set) var settings: [HTTP2Setting: UInt32] = [:]
    /// Whether the peer is given room again for every DATA frame that comes.
    public var refillsWindows = true
    /// Whether the server's later settings and PINGs are answered by themselves.
    public var answersControl = true
    /// The GOAWAY that came last.
    public private(set) var goAway: (last: UInt32, code: HTTP2ErrorCode, debug: String)?

    /// What the connection leads through, which must live as long as it.
    var bridge: TLSBridge?
    private var input: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    private var decoder = HPACKDecoder()
    private var answers: [UInt32: HTTP2Answer] = [:]
    private var resets: [UInt32: HTTP2ErrorCode] = [:]
    private var nextStream: UInt32 = 1

    /// A client on `socket`, which has said nothing yet.
    public init(_ socket: Socket) {
        self.socket = socket
    }

    /// A connection to `port` at 127.0.0.1, with settings exchanged if `settings` are given.
    public convenience init(
        port: UInt16, settings: [(HTTP2Setting, UInt32)]? = [], receiveBuffer: Int32? = nil
    ) throws {
        self.init(try Socket.connect(port: port, receiveBuffer: receiveBuffer))
        if let settings { try self.handshake(settings) }
    }

    /// Sends the preface and our settings, and waits for the server's and for its acknowledgement.
    public func handshake(
        _ settings: [(HTTP2Setting, UInt32)] = [], by deadline: Deadline = .after(.seconds(10))
    ) throws {
        try self.socket.send(Self.preface + HTTP2Frame.settings(settings).octets)
        guard case .settings = try self.event(by: deadline) else {
            throw LabError("the server's first frame is not SETTINGS")
        }
        while true {
            switch try self.event(by: deadline) {
            case .settingsAcknowledgement: return
            case .closed: throw LabError("the connection was closed instead of an acknowledgement of SETTINGS")
            case .goAway(_, let code, let debug): throw LabError("GOAWAY(\(code)) in the handshake: \(debug)")
            default: continue
            }
        }
    }

    /// Sends frames in one go.
    public func send(_ frames: HTTP2Frame..., by deadline: Deadline = .after(.seconds(10))) throws {
        try self.socket.send(frames.flatMap(\.octets), by: deadline)
    }

    /// Sends frames in one go.
    public func send(_ frames: [HTTP2Frame], by deadline: Deadline = .after(.seconds(10))) throws {
        try self.socket.send(frames.flatMap(\.octets), by: deadline)
    }

    /// A stream's number that was not used yet.
    public func newStream() -> UInt32 {
        defer { self.nextStream += 2 }
        return self.nextStream
    }

    /// Sends a whole request on a new stream; bodies larger than the windows need ``send(_:by:)``.
    ///
    /// - Returns: the stream.
    public func request(
        _ fields: [HTTP2Field], body: [UInt8]? = nil, trailers: [HTTP2Field]? = nil
    ) throws -> UInt32 {
        let stream = self.newStream()
        var frames = [HTTP2Frame.headers(stream, fields, end: body == nil && trailers == nil)]
        if let body {
            let pieces = stride(from: 0, to: max(1, body.count), by: 16_384)
            for first in pieces {
                let last = first + 16_384 >= body.count
                let piece = Array(body[first..<min(body.count, first + 16_384)])
                frames.append(.data(stream, piece, end: last && trailers == nil))
            }
        }
        if let trailers { frames.append(.headers(stream, trailers)) }
        try self.send(frames)
        return stream
    }

    /// Sends a GET and waits for its answer.
    public func get(
        _ path: String = "/", host: String, scheme: String = "http", within duration: Duration = .seconds(10)
    ) throws -> HTTP2Answer {
        try self.answer(
            on: self.request(.request("GET", path, host: host, scheme: scheme)), by: .after(duration))
    }

    /// Waits for the whole answer on `stream`, and keeps what comes on others for their turn.
    public func answer(on stream: UInt32, by deadline: Deadline = .after(.seconds(10))) throws -> HTTP2Answer {
        while true {
            if let answer = self.answers[stream], answer.isComplete {
                self.answers[stream] = nil
                return answer
            }
            if let code = self.resets[stream] { throw LabError("stream \(stream) was reset: \(code)") }
            switch try self.event(by: deadline) {
            case .goAway(let last, let code, let debug) where last < stream:
                throw LabError("GOAWAY(\(code)), last stream \(last), instead of an answer on \(stream): \(debug)")
            case .closed:
                throw LabError("the connection was closed instead of an answer on \(stream)")
            default: continue
            }
        }
    }

    /// Waits until the answer on `stream` has begun, and gives what is there of it.
    public func head(on stream: UInt32, by deadline: Deadline = .after(.seconds(10))) throws -> HTTP2Answer {
        try self.wait(by: deadline, until: "a head on \(stream)") { _ in
            self.answers[stream].flatMap { $0.status > 0 ? $0 : nil }
        }
    }

    /// Waits until `condition` gives something for an event, or for no event at first.
    @discardableResult
    public func wait<Result>(
        by deadline: Deadline = .after(.seconds(10)), until what: String, _ condition: (HTTP2Event?) throws -> Result?
    ) throws -> Result {
        if let result = try condition(nil) { return result }
        var last = "nothing came"
        while true {
            if deadline.hasPassed { throw LabError("no \(what) in time; last: \(last)") }
            let event = try self.event(by: deadline)
            if let result = try condition(event) { return result }
            last = event.description
            if case .closed = event {
                let goodbye = self.goAway.map { "GOAWAY(\($0.code)), last \($0.last), \($0.debug)" } ?? "no GOAWAY"
                throw LabError("no \(what): the connection was closed, after \(goodbye)")
            }
        }
    }

    /// Waits until the peer has closed; gives the GOAWAY's code, nil if it said none.
    @discardableResult
    public func waitForEnd(by deadline: Deadline = .after(.seconds(10))) throws -> HTTP2ErrorCode? {
        while true {
            if case .closed = try self.event(by: deadline) { return self.goAway?.code }
        }
    }

    /// The next event.
    public func event(by deadline: Deadline) throws -> HTTP2Event {
        guard let frame = try self.frame(by: deadline) else { return .closed }
        let event = try self.event(of: frame, by: deadline)
        self.note(event)
        return event
    }

    /// Whether an event is there at once, or by `deadline`.
    public func hasEvent(by deadline: Deadline = .after(.zero)) -> Bool {
        self.hasEnded || self.start < self.input.count || self.socket.isReadable(by: deadline)
    }

    private func note(_ event: HTTP2Event) {
        switch event {
        case .headers(let stream, _, _):
            self.answers[stream, default: HTTP2Answer()].take(event)
        case .data(let stream, _, let size, let end):
            self.answers[stream, default: HTTP2Answer()].take(event)
            if self.refillsWindows, size > 0 {
                // The peer may be gone already; then its end is the next event.
                try? self.send(.windowUpdate(0, by: UInt32(size)))
                if !end { try? self.send(.windowUpdate(stream, by: UInt32(size))) }
            }
        case .reset(let stream, let code):
            self.resets[stream] = code
        case .goAway(let last, let code, let debug):
            self.goAway = (last, code, debug)
        case .settings(let settings):
            for (setting, value) in settings { self.settings[setting] = value }
            if self.answersControl { try? self.send(.settingsAcknowledgement) }
        case .ping(let octets):
            if self.answersControl { try? self.send(.ping(octets, isAnswer: true)) }
        default:
            break
        }
    }

    /// The next frame; nil at the end of the stream, however it came.
    private func frame(by deadline: Deadline) throws -> HTTP2Frame? {
        guard let head = try self.take(9, by: deadline) else { return nil }
        let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
        guard let payload = try self.take(length, by: deadline) else { return nil }
        return HTTP2Frame(
            HTTP2Frame.Kind(rawValue: head[3]), HTTP2Frame.Flags(rawValue: head[4]),
            stream: Self.number(head[5...]) & 0x7fff_ffff, payload)
    }

    private func take(_ count: Int, by deadline: Deadline) throws -> [UInt8]? {
        while self.input.count - self.start < count {
            if self.hasEnded { return nil }
            if self.start > 1 << 16 || self.start == self.input.count {
                self.input.removeFirst(self.start)
                self.start = 0
            }
            do {
                let received = try self.socket.receive(into: &self.input, limit: 64 << 10, by: deadline)
                if received == 0 { self.hasEnded = true }
            } catch let error as LabError where error.isReset {
                self.hasEnded = true
            }
        }
        let octets = Array(self.input[self.start..<(self.start + count)])
        self.start += count
        return octets
    }

    private func event(of frame: HTTP2Frame, by deadline: Deadline) throws -> HTTP2Event {
        let payload = frame.payload
        switch frame.kind {
        case .headers:
            let block = try self.block(of: frame, by: deadline)
            return .headers(
                stream: frame.stream, fields: try self.decoder.fields(of: block), end: frame.flags.contains(.endStream))
        case .data:
            return .data(
                stream: frame.stream, octets: Self.unpadded(frame), size: payload.count,
                end: frame.flags.contains(.endStream))
        case .reset where payload.count == 4:
            return .reset(stream: frame.stream, HTTP2ErrorCode(rawValue: Self.number(payload[...])))
        case .settings where frame.flags.contains(.ack):
            return .settingsAcknowledgement
        case .settings where payload.count.isMultiple(of: 6):
            return .settings(
                stride(from: 0, to: payload.count, by: 6).map { at in
                    let identifier = UInt16(payload[at]) << 8 | UInt16(payload[at + 1])
                    return (HTTP2Setting(rawValue: identifier), Self.number(payload[(at + 2)...]))
                })
        case .ping where payload.count == 8:
            return frame.flags.contains(.ack) ? .pong(payload) : .ping(payload)
        case .goAway where payload.count >= 8:
            return .goAway(
                last: Self.number(payload[...]) & 0x7fff_ffff, HTTP2ErrorCode(rawValue: Self.number(payload[4...])),
                debug: String(decoding: payload[8...], as: UTF8.self))
        case .windowUpdate where payload.count == 4:
            return .windowUpdate(stream: frame.stream, by: Self.number(payload[...]))
        default:
            return .other(frame)
        }
    }

    private func block(of frame: HTTP2Frame, by deadline: Deadline) throws -> [UInt8] {
        var block = Self.unpadded(frame)
        if frame.flags.contains(.priority) { block.removeFirst(5) }
        var last = frame
        while !last.flags.contains(.endHeaders) {
            guard let next = try self.frame(by: deadline), next.kind == .continuation, next.stream == frame.stream
            else { throw LabError("a head on \(frame.stream) is not continued") }
            block += next.payload
            last = next
        }
        return block
    }

    private static func unpadded(_ frame: HTTP2Frame) -> [UInt8] {
        guard frame.flags.contains(.padded), let padding = frame.payload.first else { return frame.payload }
        return Array(frame.payload.dropFirst().dropLast(Int(padding)))
    }

    /// The number in the first four octets.
    private static func number(_ octets: ArraySlice<UInt8>) -> UInt32 {
        octets.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
