import Lab
import Testing

/// What a client of HTTP/2 does and how a server may take it: one line of the conformance suite.
struct HTTP2Case: Sendable {
    /// How a server may react.
    enum Verdict: Sendable {
        /// GOAWAY with one of the codes, or a bare end of the connection (RFC 9113, section 5.4.1).
        case connectionError([HTTP2ErrorCode])
        /// RST_STREAM or GOAWAY with one of the codes, or a bare end of the connection (section 5.4.2 and 5.4.3).
        case streamError([HTTP2ErrorCode])
        /// The same with PROTOCOL_ERROR, or 400 (section 8.1.1); and no endpoint gets the whole request.
        case malformed
        /// GOAWAY with this code and no other.
        case goAway(HTTP2ErrorCode)
        /// RST_STREAM on stream 1 with this code and no other.
        case reset(HTTP2ErrorCode)
        /// The connection's end, whatever is said before.
        case closed
        /// A head on stream 1.
        case head
        /// The acknowledgement of the PING that ``HTTP2Probe/ping()`` sends.
        case pong
        /// The same, or the connection's end.
        case pongOrClosed
        /// Acknowledged settings.
        case acknowledgement
        /// DATA on stream 1, and the first of them of this size, or of any.
        case data(Int?)
    }

    /// The section, of RFC 7540 where h2spec has the case from there.
    let section: String
    /// What is sent.
    let name: String
    let verdict: Verdict
    /// Whether settings are exchanged before.
    var hasHandshake = true
    let act: @Sendable (HTTP2Probe) throws -> Void

    init(
        _ section: String, _ name: String, _ verdict: Verdict, hasHandshake: Bool = true,
        _ act: @escaping @Sendable (HTTP2Probe) throws -> Void
    ) {
        self.section = section
        self.name = name
        self.verdict = verdict
        self.hasHandshake = hasHandshake
        self.act = act
    }

    /// What the server did wrong; nil if nothing.
    ///
    /// - Parameter patience: how long it has for its reaction.
    func fault(at port: UInt16, patience: Duration = .seconds(5)) -> String? {
        do {
            let client = try HTTP2RawClient(port: port, settings: self.hasHandshake ? [] : nil)
            client.refillsWindows = false
            defer { client.socket.close() }
            let probe = HTTP2Probe(client: client)
            try self.act(probe)
            return try self.judge(client, by: .after(patience))
        } catch {
            return "\(self.section) \(self.name): \(error)"
        }
    }

    /// Reads until the verdict is clear.
    private func judge(_ client: HTTP2RawClient, by deadline: Deadline) throws -> String? {
        var seen: [String] = []
        while !deadline.hasPassed {
            let event = try client.hasEvent(by: deadline) ? client.event(by: deadline) : nil
            guard let event else { break }
            if let isRight = self.verdict.judge(event) {
                if isRight { return nil }
                seen.append("\(event), which is wrong")
                break
            }
            seen.append(event.description)
            if case .closed = event { break }
        }
        return "\(self.section) \(self.name): not \(self.verdict) but \(seen.isEmpty ? "nothing" : "\(seen)")"
    }
}

extension HTTP2Case.Verdict {
    /// Whether `event` is what was asked for; nil if it says nothing either way.
    fileprivate func judge(_ event: HTTP2Event) -> Bool? {
        switch (self, event) {
        // Says goodbye without blame: what counts is what comes before it or after.
        case (_, .goAway(_, .noError, _)): nil
        case (.connectionError(let codes), .goAway(_, let code, _)): codes.contains(code)
        case (.connectionError, .closed), (.streamError, .closed), (.malformed, .closed): true
        case (.streamError(let codes), .goAway(_, let code, _)), (.streamError(let codes), .reset(_, let code)):
            codes.contains(code)
        case (.malformed, .goAway(_, let code, _)), (.malformed, .reset(_, let code)): code == .protocolError
        case (.malformed, .headers(_, let fields, _)): fields[":status"] == "400"
        case (.goAway(let wanted), .goAway(_, let code, _)): code == wanted
        case (.reset(let wanted), .reset(1, let code)): code == wanted
        case (.closed, .closed), (.pongOrClosed, .closed): true
        case (.closed, _): nil
        case (.head, .headers(1, _, _)): true
        case (.pong, .pong(let octets)), (.pongOrClosed, .pong(let octets)): octets == HTTP2Probe.pingOctets
        case (.acknowledgement, .settingsAcknowledgement): true
        case (.data(let wanted), .data(1, _, let size, _)): wanted.map { $0 == size } ?? true
        case (.head, .reset(1, _)), (.data, .reset(1, _)), (_, .closed): false
        case (_, .goAway): false
        default: nil
        }
    }
}

/// The client of a case: its sending never fails, for the server may have closed for good reason.
struct HTTP2Probe {
    static let host = "web-80.test"
    /// What ``ping()`` sends.
    static let pingOctets = Array("portico!".utf8)

    let client: HTTP2RawClient

    /// The fields of a GET, or of a request with another method.
    static func fields(_ method: String = "GET", _ more: HTTP2Field...) -> [HTTP2Field] {
        .request(method, host: Self.host) + more
    }

    /// A request's fields without `name`, whose values are `values` in its place.
    static func fields(replacing name: String, by values: [String]) -> [HTTP2Field] {
        Self.fields().flatMap { field in field.name == name ? values.map { HTTP2Field(name, $0) } : [field] }
    }

    func send(_ frames: HTTP2Frame...) {
        try? self.client.send(frames)
    }

    func send(octets: [UInt8]) {
        try? self.client.socket.send(octets)
    }

    /// A GET on `stream`, with the end of the stream or without.
    func get(_ stream: UInt32 = 1, end: Bool = true) {
        self.send(.headers(stream, Self.fields(), end: end))
    }

    /// A request on stream 1 with `fields`.
    func request(_ fields: [HTTP2Field], end: Bool = true) {
        self.send(.headers(1, fields, end: end))
    }

    /// A POST's head on stream 1, and pieces of body.
    func post(_ pieces: HTTP2Frame..., fields: HTTP2Field...) {
        try? self.client.send([.headers(1, Self.fields("POST") + fields, end: false)] + pieces)
    }

    /// A GET on stream 1 with `octets` after its block, or before it.
    func encoded(then octets: [UInt8] = [], after first: [UInt8] = []) {
        self.send(.headers(1, block: first + HPACKEncoder.block(Self.fields()) + octets))
    }

    func ping() {
        self.send(.ping(Self.pingOctets))
    }

    /// Waits until the answer on stream 1 has ended.
    func waitForAnswer() throws {
        _ = try self.client.answer(on: 1)
    }

    /// Waits for the acknowledgement of settings that were just sent.
    func waitForAcknowledgement() throws {
        try self.client.wait(until: "acknowledgement") {
            if case .settingsAcknowledgement? = $0 { true } else { nil }
        }
    }
}
