internal import NIOCore

/// Follows an engine's answer as it goes by: its status, and where it ends.
///
/// It changes nothing. What it does not understand is taken for a stream that ends with its connection.
struct AnswerScanner: Sendable {
    private enum State {
        case head, body(BodyDecoder), stream, finished
    }

    /// Octets of an answer's head, that of a container's archive has its description in it.
    private static let headBytesMax = 256 << 10

    private let isHead: Bool
    private var state = State.head
    private var lines = LineReader(limit: headBytesMax)
    private var head: [[UInt8]] = []
    /// What has not been understood yet; what has been is not kept.
    private var buffer = ByteBuffer()

    /// The status of the answer, not of a 1xx before it but for 101; nil before its head is whole.
    private(set) var status: Int?

    /// - Parameter method: the request's: HEAD has answers without a body.
    init(to method: String) { isHead = method == "HEAD" }

    /// Whether the answer is whole.
    var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Takes note of octets that have come.
    mutating func take(_ octets: ByteBuffer) {
        var octets = octets
        switch state {
        case .stream, .finished: return
        case .head: buffer.writeBuffer(&octets)
        case .body: if buffer.readableBytes > 0 { buffer.writeBuffer(&octets) } else { buffer = octets }
        }
        advance()
    }

    private mutating func advance() {
        while case .head = state {
            do {
                guard let line = try lines.next(&buffer) else { return }
                if line.isEmpty { settle() } else { head.append(line) }
            } catch {
                become(.stream)
            }
        }
        guard case .body(var decoder) = state else { return }
        do {
            while try decoder.next(&buffer) != nil {}
            if decoder.isFinished { become(.finished) } else { state = .body(decoder) }
        } catch {
            become(.stream)
        }
    }

    private mutating func become(_ next: State) {
        state = next
        buffer = ByteBuffer()
        head = []
    }

    /// What a head that is whole says of the body (RFC 9112 section 6.3).
    private mutating func settle() {
        let words = String(decoding: head.first ?? [], as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return become(.stream)
        }
        if status < 200, status != 101 {
            head = []
            lines = LineReader(limit: Self.headBytesMax)
            return
        }
        self.status = status
        var framing: BodyFraming?
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = FieldList.members(String(decoding: line[(colon + 1)...], as: UTF8.self)).last ?? ""
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "transfer-encoding": framing = value == "chunked" ? .chunked : nil
            case "content-length": if framing == nil { framing = Int(value).map { $0 > 0 ? .length($0) : .none } }
            default: break
            }
        }
        head = []
        if status == 101 { return become(.stream) }
        if isHead || AnswerHead.hasNoBody(status) { return become(.finished) }
        guard let framing else { return become(.stream) }
        state = .body(BodyDecoder(framing))
    }
}
