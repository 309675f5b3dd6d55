internal import Reactor

/// Access log lines from entries: combined form, JSON, or a line of the operator's own.
///
/// Whatever a client sent is escaped: a line is a line. What is written goes straight into the output, whose memory is used
/// again: lines cost no allocation.
struct LogFormatter: ~Copyable {
    private let format: AccessLogConfiguration.Format
    private let combined: [LogTemplate.Piece]
    private var dates = LogDates()
    private var pool = BufferPool()

    init(format: AccessLogConfiguration.Format) {
        self.format = format
        combined = Self.combined
    }

    /// The combined form; what follows it where there is a permission or a trace is added behind.
    private static var combined: [LogTemplate.Piece] {
        let text =
            #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "#
            + #""$http_user_agent" host=$host id=$request_id route=$route service=$service endpoint=$endpoint "#
            + "failure=$failure gen=$generation tries=$tries in=$request_length "
            + "ms=$sent_ms/$first_byte_ms/$duration_ms"
        return (try? LogTemplate(text))?.pieces ?? []
    }

    /// What JSON has where there is something, and what it always has.
    private static let texts: [(StaticString, LogVariable)] = [
        ("host", .host), ("referer", .referer), ("user_agent", .userAgent), ("request_id", .requestID),
        ("route", .route), ("service", .service), ("endpoint", .endpoint), ("failure", .failure), ("user", .remoteUser),
        ("trace_id", .traceID), ("span_id", .spanID),
    ]
    private static let numbers: [(StaticString, LogVariable)] = [
        ("status", .status), ("bytes_in", .bytesIn), ("bytes_out", .bytesOut), ("generation", .generation),
        ("tries", .tries), ("sent_ms", .sentMilliseconds), ("first_byte_ms", .firstByteMilliseconds),
        ("duration_ms", .durationMilliseconds),
    ]

    /// Appends the lines of all entries in `bytes`, which holds whole entries.
    mutating func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        LogEntry.each(in: bytes) { entry, texts in
            dates.set(entry.time / 1_000_000_000)
            switch format {
            case .combined:
                append(combined, entry, texts, to: &output)
                if entry.asked > 0 {
                    output.append(text: " auth_ms=")
                    output.append(milliseconds: entry.asked)
                }
                if entry.hasTrace {
                    output.append(text: " trace=")
                    append(.traceID, entry, texts, to: &output)
                }
            case .json: appendJSON(entry, texts, to: &output)
            case .template(let template): append(template.pieces, entry, texts, to: &output)
            }
            output.append(10)
        }
    }

    private mutating func append(
        _ pieces: [LogTemplate.Piece], _ entry: LogEntry, _ texts: LogTexts, to output: inout [UInt8]
    ) {
        for piece in pieces {
            switch piece {
            case .text(let text): output.append(contentsOf: text)
            case .variable(let variable):
                let before = output.count
                append(variable, entry, texts, to: &output)
                // A line with words in it has no empty ones; the request stands in quotes.
                if output.count == before, variable != .request { output.append(UInt8(ascii: "-")) }
            }
        }
    }

    private mutating func appendJSON(_ entry: LogEntry, _ texts: LogTexts, to output: inout [UInt8]) {
        output.append(text: "{\"time\":\"")
        append(.timeISO, entry, texts, to: &output)
        output.append(text: "\",\"client\":\"")
        append(.remoteAddress, entry, texts, to: &output)
        output.append(text: "\",\"request\":\"")
        output.append(escaped: texts.line, asJSON: true)
        output.append(text: "\"")
        for (name, variable) in Self.texts {
            let start = output.count
            output.append(text: ",\"")
            output.append(text: name)
            output.append(text: "\":\"")
            let before = output.count
            append(variable, entry, texts, to: &output, asJSON: true)
            if output.count > before { output.append(text: "\"") } else { output.removeLast(before - start) }
        }
        for (name, variable) in Self.numbers {
            output.append(text: ",\"")
            output.append(text: name)
            output.append(text: "\":")
            append(variable, entry, texts, to: &output)
        }
        if entry.asked > 0 {
            output.append(text: ",\"auth_ms\":")
            output.append(milliseconds: entry.asked)
        }
        output.append(text: "}")
    }

    /// Appends what `variable` is, nothing where it is none.
    private mutating func append(
        _ variable: LogVariable, _ entry: LogEntry, _ texts: LogTexts, to output: inout [UInt8], asJSON: Bool = false
    ) {
        func text(_ octets: ArraySlice<UInt8>) { output.append(escaped: octets, asJSON: asJSON) }
        switch variable {
        case .remoteAddress: append(entry.peer, to: &output)
        case .remoteUser: output.append(escaped: texts.user, asJSON: asJSON, isWord: !asJSON)
        case .timeLocal: output.append(contentsOf: dates.combined)
        case .timeISO: output.append(contentsOf: dates.iso)
        case .seconds: output.append(seconds: entry.time)
        case .request: text(texts.line)
        case .method: text(texts.word(0))
        case .target: text(texts.word(1))
        case .path: text(texts.word(1).prefix { $0 != UInt8(ascii: "?") })
        case .query: text(texts.word(1).drop { $0 != UInt8(ascii: "?") }.dropFirst())
        case .version: text(texts.word(2))
        case .host: text(texts.host)
        case .referer: text(texts.referer)
        case .userAgent: text(texts.agent)
        case .status: output.append(decimal: UInt64(entry.status))
        case .bodyBytes: output.append(decimal: entry.bytesOut &- entry.headOut)
        case .bytesOut: output.append(decimal: entry.bytesOut)
        case .bytesIn: output.append(decimal: entry.bytesIn)
        case .requestTime: output.append(seconds: entry.duration)
        case .requestID: text(texts.requestID)
        case .upstreamAddress, .endpoint: text(texts.endpoint)
        case .upstreamHeaderTime:
            if entry.firstByteAfter > 0 { output.append(seconds: entry.firstByteAfter &- entry.sentAfter) }
        case .upstreamTime:
            if !texts.endpoint.isEmpty { output.append(seconds: entry.duration &- entry.sentAfter) }
        case .route: text(texts.route)
        case .service: text(texts.service)
        case .failure: text(texts.failure)
        case .generation: output.append(decimal: entry.generation)
        case .tries: output.append(decimal: UInt64(entry.tries))
        case .sentMilliseconds: output.append(milliseconds: entry.sentAfter)
        case .firstByteMilliseconds: output.append(milliseconds: entry.firstByteAfter)
        case .durationMilliseconds: output.append(milliseconds: entry.duration)
        case .permissionMilliseconds: if entry.asked > 0 { output.append(milliseconds: entry.asked) }
        case .traceID:
            guard entry.hasTrace else { return }
            output.append(hexadecimalOf: entry.traceHigh)
            output.append(hexadecimalOf: entry.traceLow)
        case .spanID: if entry.hasTrace { output.append(hexadecimalOf: entry.span) }
        }
    }

    private mutating func append(_ address: SocketAddress, to output: inout [UInt8]) {
        var buffer = pool.take(64)
        address.append(to: &buffer)
        unsafe output.append(contentsOf: buffer.bytes)
        pool.give(&buffer)
    }
}

extension SocketAddress {
    /// The address alone, as logs have it.
    var text: String {
        var pool = BufferPool()
        var buffer = pool.take(64)
        append(to: &buffer)
        let text = unsafe String(decoding: buffer.bytes, as: UTF8.self)
        pool.give(&buffer)
        return text
    }
}
