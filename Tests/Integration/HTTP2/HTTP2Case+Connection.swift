import Lab

extension HTTP2Case {
    private static let fields = HTTP2Probe.fields()
    private static let unknown: [UInt8] = [0, 0, 8, 0x16, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
    /// A field of 4,000 octets, as an unfinished head gets more of.
    static let filler = HPACKEncoder.block([HTTP2Field("x-dummy0", String(repeating: "x", count: 4_000))])

    /// The preface, frames as such, and the errors of a connection: sections 3.4, 4 and 5.4.
    static let connection: [HTTP2Case] = [
        HTTP2Case("3.5", "an invalid preface", .closed, hasHandshake: false) {
            $0.send(octets: Array("INVALID CONNECTION PREFACE\r\n\r\n".utf8))
        },
        HTTP2Case("3.4", "a preface without SETTINGS", .connectionError([.protocolError]), hasHandshake: false) {
            $0.send(octets: HTTP2RawClient.preface)
            $0.ping()
        },
        HTTP2Case("4.1", "a frame of unknown kind", .pong) {
            $0.send(octets: unknown)
            $0.ping()
        },
        HTTP2Case("4.1", "undefined flags", .pong) {
            $0.send(HTTP2Frame(.ping, .init(rawValue: 0x16), stream: 0, HTTP2Probe.pingOctets))
        },
        HTTP2Case("4.1", "the reserved bit", .pong) {
            $0.send(HTTP2Frame(.ping, .init(rawValue: 0x16), stream: 1 << 31, HTTP2Probe.pingOctets))
        },
        HTTP2Case("4.2", "DATA of 2^14 octets", .head) {
            $0.post(.data(1, [UInt8](repeating: 120, count: 1 << 14), end: true))
        },
        HTTP2Case("4.2", "DATA larger than the settings allow", .streamError([.frameSizeError])) {
            $0.post(.data(1, [UInt8](repeating: 120, count: 1 << 14 + 1), end: true))
        },
        HTTP2Case("4.2", "HEADERS larger than the settings allow", .connectionError([.frameSizeError])) {
            $0.send(.headers(1, block: HPACKEncoder.block(fields) + filler + filler + filler + filler + filler))
        },
        HTTP2Case("4.3", "an undecodable head", .connectionError([.compressionError])) {
            $0.send(.headers(1, block: [0x40]))
        },
        HTTP2Case("4.3", "PRIORITY inside a head", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, end: false, endHeaders: false), .priority(1, .init()))
            $0.send(.continuation(1, block: filler))
        },
        HTTP2Case("4.3", "HEADERS on another stream inside a head", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, end: false, endHeaders: false))
            $0.get(3)
            $0.send(.continuation(1, block: filler))
        },
        HTTP2Case("5.4.1", "an invalid PING: the connection is closed", .closed) {
            $0.send(HTTP2Frame(.ping, [], stream: 3, HTTP2Probe.pingOctets))
        },
        HTTP2Case("5.4.1", "an invalid PING: GOAWAY comes first", .goAway(.protocolError)) {
            $0.send(HTTP2Frame(.ping, [], stream: 3, HTTP2Probe.pingOctets))
        },
        HTTP2Case("5.5", "an extension's frame", .pong) {
            $0.send(octets: unknown)
            $0.ping()
        },
        HTTP2Case("5.5", "an extension's frame inside a head", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, endHeaders: false))
            $0.send(octets: unknown)
        },
        HTTP2Case("7", "GOAWAY with an unknown code", .pongOrClosed) {
            $0.send(.goAway(HTTP2ErrorCode(rawValue: 0xff)))
            $0.ping()
        },
        HTTP2Case("7", "RST_STREAM with an unknown code", .pong) {
            $0.post(.reset(1, HTTP2ErrorCode(rawValue: 0xff)))
            $0.ping()
        },
        HTTP2Case("8.2", "PUSH_PROMISE from a client", .connectionError([.protocolError])) {
            $0.send(HTTP2Frame(.pushPromise, .endHeaders, stream: 1, [0, 0, 0, 3] + HPACKEncoder.block(fields)))
        },
    ]

    /// The states of streams and their numbers: sections 5.1 and 5.3.
    static let streams: [HTTP2Case] = [
        HTTP2Case("5.1", "idle: DATA", .connectionError([.protocolError])) { $0.send(.data(1, "test", end: true)) },
        HTTP2Case("5.1", "idle: RST_STREAM", .connectionError([.protocolError])) { $0.send(.reset(1)) },
        HTTP2Case("5.1", "idle: WINDOW_UPDATE", .connectionError([.protocolError])) {
            $0.send(.windowUpdate(1, by: 100))
        },
        HTTP2Case("5.1", "idle: CONTINUATION", .connectionError([.protocolError])) {
            $0.send(.continuation(1, block: HPACKEncoder.block(fields)))
        },
        HTTP2Case("5.1", "half-closed: DATA", .streamError([.streamClosed])) {
            $0.send(.headers(1, fields), .data(1, "test", end: true))
        },
        HTTP2Case("5.1", "half-closed: HEADERS", .streamError([.streamClosed])) {
            $0.send(.headers(1, fields), .headers(1, fields))
        },
        HTTP2Case("5.1", "half-closed: CONTINUATION", .streamError([.streamClosed, .protocolError])) {
            $0.send(.headers(1, fields), .continuation(1, block: HPACKEncoder.block(fields)))
        },
        HTTP2Case("5.1", "reset: DATA", .streamError([.streamClosed])) {
            $0.send(.headers(1, fields, end: false), .reset(1), .data(1, "test", end: true))
        },
        HTTP2Case("5.1", "reset: HEADERS", .streamError([.streamClosed])) {
            $0.send(.headers(1, fields, end: false), .reset(1), .headers(1, fields))
        },
        HTTP2Case("5.1", "reset: CONTINUATION", .streamError([.streamClosed, .protocolError])) {
            $0.send(.headers(1, fields, end: false), .reset(1), .continuation(1, block: filler))
        },
        HTTP2Case("5.1", "closed: DATA", .connectionError([.streamClosed])) {
            $0.get()
            try $0.waitForAnswer()
            $0.send(.data(1, "test", end: true))
        },
        HTTP2Case("5.1", "closed: HEADERS", .connectionError([.streamClosed])) {
            $0.get()
            try $0.waitForAnswer()
            $0.get()
        },
        HTTP2Case("5.1", "closed: CONTINUATION", .connectionError([.streamClosed, .protocolError])) {
            $0.get()
            try $0.waitForAnswer()
            $0.send(.continuation(1, block: filler))
        },
        HTTP2Case("5.1.1", "an even stream", .connectionError([.protocolError])) { $0.get(2) },
        HTTP2Case("5.1.1", "a stream lower than the last", .connectionError([.protocolError])) {
            $0.send(.headers(5, fields), .headers(3, fields))
        },
        HTTP2Case("5.1.1", "HEADERS on a half-closed stream", .streamError([.streamClosed])) {
            $0.send(.headers(5, fields), .headers(5, fields))
        },
        HTTP2Case("5.1.2", "more streams than allowed", .streamError([.protocolError, .refusedStream])) { probe in
            guard let limit = probe.client.settings[.maxConcurrentStreams] else {
                throw LabError("the server sets no limit")
            }
            probe.send(.settings([(.initialWindowSize, 0)]))
            try? probe.client.send((0...limit).map { .headers(2 * $0 + 1, fields) })
        },
        HTTP2Case("5.3.1", "HEADERS that depend on themselves", .streamError([.protocolError])) {
            $0.send(.headers(1, fields, priority: .init(parent: 1)))
        },
        HTTP2Case("5.3.1", "PRIORITY that depends on itself", .streamError([.protocolError])) {
            $0.send(.priority(1, .init(parent: 1)))
        },
    ]
}
