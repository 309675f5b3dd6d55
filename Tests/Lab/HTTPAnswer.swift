/// A response, whole.
public struct HTTPAnswer: Sendable {
    /// The final head.
    public let head: MessageHead
    /// The body without its framing.
    public let body: [UInt8]
    /// The trailers of a chunked body.
    public let trailers: MessageHead?
    /// The 1xx heads that came before.
    public let interim: [MessageHead]

    /// The status.
    public var status: Int { self.head.status }
    /// The body as text.
    public var text: String { String(decoding: self.body, as: UTF8.self) }
    /// The value of the first field called `name`.
    public subscript(name: String) -> String? { self.head[name] }
}

extension MessageStream {
    /// The next response.
    ///
    /// - Parameters:
    ///   - method: of the request, since a HEAD's response has no body.
    ///   - limit: the most octets of body that are kept; the rest is read and thrown away.
    public func answer(to method: String = "GET", limit: Int = 64 << 20, by deadline: Deadline) throws -> HTTPAnswer {
        var interim: [MessageHead] = []
        while true {
            guard let head = try self.head(by: deadline) else {
                throw LabError("the connection was closed instead of an answer")
            }
            let status = head.status
            guard head.startLine.hasPrefix("HTTP/1."), (100...599).contains(status) else {
                throw LabError("no status line: \(head.startLine.debugDescription)")
            }
            if (100..<200).contains(status), status != 101 {
                interim.append(head)
                continue
            }
            var body: [UInt8] = []
            let trailers = try self.body(Self.framing(of: head, to: method), by: deadline) { piece in
                if body.count < limit { body.append(contentsOf: piece.prefix(limit - body.count)) }
            }
            return HTTPAnswer(head: head, body: body, trailers: trailers, interim: interim)
        }
    }

    /// The framing of a response's body (RFC 9112, section 6.3).
    static func framing(of head: MessageHead, to method: String) throws -> BodyFraming {
        let status = head.status
        if method == "HEAD" || status < 200 || status == 204 || status == 304 { return .none }
        let coding = head.values("Transfer-Encoding")
        let lengths = head.values("Content-Length")
        if !coding.isEmpty {
            guard lengths.isEmpty, coding == ["chunked"] else {
                throw LabError("bad framing: Transfer-Encoding \(coding), Content-Length \(lengths)")
            }
            return .chunked
        }
        guard let first = lengths.first else { return .untilClose }
        guard lengths.count == 1, let length = Int(first), length >= 0 else {
            throw LabError("bad Content-Length \(lengths)")
        }
        return .length(length)
    }
}
