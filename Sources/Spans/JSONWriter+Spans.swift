internal import Gateway
internal import KeyValue

/// The parts of OTLP's documents.
extension JSONWriter {
    /// `SpanKind`.
    enum SpanKind: Int {
        case server = 2
        case client = 3
    }

    mutating func list(_ name: String, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        array(body)
    }

    /// The trace's id, the span's and its parent's, in hexadecimal (OTLP/JSON).
    mutating func ids(of request: TracedRequest, span: UInt64, parent: UInt64) {
        member("traceId", Self.hexadecimal(request.traceHigh) + Self.hexadecimal(request.traceLow))
        member("spanId", Self.hexadecimal(span))
        if parent != 0 { member("parentSpanId", Self.hexadecimal(parent)) }
        // Sampled, as W3C has it.
        member("flags", 1)
    }

    mutating func frame(kind: SpanKind, from start: UInt64, to end: UInt64) {
        member("kind", kind.rawValue)
        member("startTimeUnixNano", "\(start)")
        member("endTimeUnixNano", "\(max(start, end))")
    }

    mutating func event(_ name: String, at time: UInt64) {
        object { writer in
            writer.member("timeUnixNano", "\(time)")
            writer.member("name", name)
        }
    }

    /// The status of what went wrong; without a message where the code says it all.
    mutating func error(_ message: String) {
        name("status")
        object { writer in
            writer.member("code", 2)
            if !message.isEmpty { writer.member("message", message) }
        }
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
