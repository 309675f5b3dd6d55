internal import Routing
internal import Wire

/// Reads an endpoint's answer to a check's request: octets in, a verdict out, no socket.
struct ProbeAnswer {
    private let check: HealthCheck
    private let method: Method
    private var octets: [UInt8] = []
    private var head = ResponseHead()
    private var hasHead = false
    private var decoder = ChunkedDecoder()
    private var body: [UInt8] = []

    /// The answer to a request of `check`.
    init(_ check: HealthCheck) {
        self.check = check
        method = check.policy.method == "HEAD" ? .head : .get
    }

    /// Takes octets; nil until there is a verdict.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ parser: HeadParser, _ fields: FieldTable) -> ProbeVerdict? {
        unsafe octets.append(contentsOf: bytes)
        while !hasHead {
            let outcome = unsafe octets.withUnsafeBytes {
                unsafe parser.parseResponse($0, to: method, fields: fields, head: &head)
            }
            switch outcome {
            case .incomplete: return nil
            case .rejected(let rejection): return failure("a malformed answer: \(rejection)")
            case .complete: break
            }
            octets.removeFirst(head.headCount)
            if head.status == 101 { return failure("101, which nobody asked for") }
            hasHead = head.status >= 200
        }
        guard check.policy.statuses.contains(head.status) else {
            return failure("\(head.status), expected \(check.policy.statuses)")
        }
        guard check.readsBody else { return .passed }
        return readBody()
    }

    /// The endpoint has ended its side.
    mutating func end(isClean: Bool) -> ProbeVerdict {
        guard hasHead else {
            return failure(octets.isEmpty ? "the connection ended without an answer" : "an incomplete answer")
        }
        guard isClean, head.framing == .untilClose else { return failure("an incomplete body") }
        return judgeBody()
    }

    /// What stands before the reason.
    private func failure(_ reason: String) -> ProbeVerdict {
        .failed("\(check.policy.method) \(check.policy.path): \(reason)")
    }

    private mutating func readBody() -> ProbeVerdict? {
        switch head.framing {
        case .none: return judgeBody()
        case .untilClose: body += octets
        case .length:
            body += octets.prefix(Int(clamping: head.contentLength) - body.count)
            octets = []
            return body.count >= head.contentLength || body.count >= Limits.probeBodyBytes ? judgeBody() : nil
        case .chunked:
            let step = unsafe octets.withUnsafeMutableBytes { unsafe decoder.decode($0) }
            body += octets.prefix(step.produced)
            octets.removeFirst(step.consumed)
            switch step.progress {
            case .more: break
            case .trailers: return judgeBody()
            case .rejected: return failure("a malformed body")
            }
        }
        if head.framing == .untilClose { octets = [] }
        return body.count >= Limits.probeBodyBytes ? judgeBody() : nil
    }

    private func judgeBody() -> ProbeVerdict {
        if unsafe check.accepts(body: body.span.bytes) { return .passed }
        return failure("\(head.status), but the body is not what is expected: \(check.policy.body ?? "")")
    }
}
