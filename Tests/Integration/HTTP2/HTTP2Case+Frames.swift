import Lab

extension HTTP2Case {
    private static let fields = HTTP2Probe.fields()

    /// DATA, HEADERS, PRIORITY, RST_STREAM and CONTINUATION: sections 6.1 to 6.4 and 6.10.
    static let frames: [HTTP2Case] = [
        HTTP2Case("6.1", "DATA on stream 0", .connectionError([.protocolError])) {
            $0.send(.data(0, "test", end: true))
        },
        HTTP2Case("6.1", "DATA on a stream that is not open", .streamError([.streamClosed])) {
            $0.send(.headers(1, HTTP2Probe.fields("POST")), .data(1, "test", end: true))
        },
        HTTP2Case("6.1", "DATA with more padding than octets", .connectionError([.protocolError])) {
            let data = HTTP2Frame(.data, [.endStream, .padded], stream: 1, [6] + Array("Test".utf8))
            $0.post(data, fields: HTTP2Field("content-length", "4"))
        },
        HTTP2Case("6.2", "HEADERS without an end, then PRIORITY", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, end: false, endHeaders: false), .priority(1, .init()))
            $0.send(.continuation(1, block: filler))
        },
        HTTP2Case("6.2", "HEADERS without an end, then HEADERS on another stream", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, end: false, endHeaders: false), .headers(3, fields))
            $0.send(.continuation(1, block: filler))
        },
        HTTP2Case("6.2", "HEADERS on stream 0", .connectionError([.protocolError])) { $0.get(0) },
        HTTP2Case("6.2", "HEADERS with more padding than octets", .streamError([.protocolError])) {
            let block = HPACKEncoder.block(fields)
            $0.send(
                HTTP2Frame(.headers, [.endStream, .endHeaders, .padded], stream: 1, [UInt8(block.count + 2)] + block))
        },
        HTTP2Case("6.3", "PRIORITY on stream 0", .connectionError([.protocolError])) { $0.send(.priority(0, .init())) },
        HTTP2Case("6.3", "PRIORITY of four octets", .streamError([.frameSizeError])) {
            $0.send(.headers(1, fields), HTTP2Frame(.priority, [], stream: 1, [0x80, 0, 0, 1]))
        },
        HTTP2Case("6.4", "RST_STREAM on stream 0", .connectionError([.protocolError])) { $0.send(.reset(0)) },
        HTTP2Case("6.4", "RST_STREAM on an idle stream", .connectionError([.protocolError])) { $0.send(.reset(1)) },
        HTTP2Case("6.4", "RST_STREAM of three octets", .connectionError([.frameSizeError])) {
            $0.send(.headers(1, fields, end: false), HTTP2Frame(.reset, [], stream: 1, [0, 0, 0]))
        },
        HTTP2Case("6.10", "CONTINUATIONs after HEADERS", .head) {
            $0.send(.headers(1, fields, endHeaders: false))
            $0.send(.continuation(1, block: filler, endHeaders: false), .continuation(1, block: filler))
        },
        HTTP2Case("6.10", "CONTINUATION, then another frame", .connectionError([.protocolError])) {
            $0.send(.headers(1, HTTP2Probe.fields("POST"), end: false, endHeaders: false))
            $0.send(.continuation(1, block: filler, endHeaders: false), .data(1, "test", end: true))
        },
        HTTP2Case("6.10", "CONTINUATION on stream 0", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, endHeaders: false), .continuation(0, block: filler))
        },
        HTTP2Case("6.10", "CONTINUATION after a whole head", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields), .continuation(1, block: filler))
        },
        HTTP2Case("6.10", "CONTINUATION after the last CONTINUATION", .connectionError([.protocolError])) {
            $0.send(.headers(1, fields, endHeaders: false))
            $0.send(.continuation(1, block: filler), .continuation(1, block: filler))
        },
        HTTP2Case("6.10", "CONTINUATION after DATA", .connectionError([.protocolError])) {
            $0.send(.headers(1, HTTP2Probe.fields("POST"), end: false), .data(1, "test", end: true))
            $0.send(.continuation(1, block: filler, endHeaders: false), .continuation(0, block: filler))
        },
    ]

    /// SETTINGS, PING and GOAWAY: sections 6.5 to 6.8.
    static let control: [HTTP2Case] = [
        HTTP2Case("6.5", "SETTINGS with ACK and a payload", .connectionError([.frameSizeError])) {
            $0.send(HTTP2Frame(.settings, .ack, stream: 0, [0]))
        },
        HTTP2Case("6.5", "SETTINGS on stream 1", .connectionError([.protocolError])) {
            $0.send(HTTP2Frame(.settings, [], stream: 1, [0, 3, 0, 0, 0, 100]))
        },
        HTTP2Case("6.5", "SETTINGS of eight octets", .connectionError([.protocolError, .frameSizeError])) {
            $0.send(HTTP2Frame(.settings, [], stream: 0, [0, 3, 0, 0, 0, 100, 0, 2]))
        },
        HTTP2Case("6.5.2", "ENABLE_PUSH of 2", .connectionError([.protocolError])) {
            $0.send(.settings([(.enablePush, 2)]))
        },
        HTTP2Case("6.5.2", "INITIAL_WINDOW_SIZE above the most", .connectionError([.flowControlError])) {
            $0.send(.settings([(.initialWindowSize, 0x8000_0000)]))
        },
        HTTP2Case("6.5.2", "MAX_FRAME_SIZE below the least", .connectionError([.protocolError])) {
            $0.send(.settings([(.maxFrameSize, 16_383)]))
        },
        HTTP2Case("6.5.2", "MAX_FRAME_SIZE above the most", .connectionError([.protocolError])) {
            $0.send(.settings([(.maxFrameSize, 0x0100_0000)]))
        },
        HTTP2Case("6.5.2", "an unknown setting", .pong) {
            let unknown: (HTTP2Setting, UInt32) = (HTTP2Setting(rawValue: 0xff), 1)
            $0.send(.settings([unknown]))
            $0.ping()
        },
        HTTP2Case("6.5.3", "one setting twice: the last counts", .data(1)) {
            $0.send(.settings([(.initialWindowSize, 100), (.initialWindowSize, 1)]))
            try $0.waitForAcknowledgement()
            $0.get()
        },
        HTTP2Case("6.5.3", "SETTINGS without ACK", .acknowledgement) { $0.send(.settings([(.enablePush, 0)])) },
        HTTP2Case("6.7", "PING is answered with its octets", .pong) { $0.ping() },
        HTTP2Case("6.7", "PING with ACK is not answered", .pong) {
            $0.send(.ping(Array("invalid!".utf8), isAnswer: true))
            $0.ping()
        },
        HTTP2Case("6.7", "PING on stream 1", .connectionError([.protocolError])) {
            $0.send(HTTP2Frame(.ping, [], stream: 1, HTTP2Probe.pingOctets))
        },
        HTTP2Case("6.7", "PING of six octets", .connectionError([.frameSizeError])) {
            $0.send(.ping([0, 0, 0, 0, 0, 0]))
        },
        HTTP2Case("6.8", "GOAWAY on stream 1", .connectionError([.protocolError])) {
            $0.send(HTTP2Frame(.goAway, [], stream: 1, [UInt8](repeating: 0, count: 8)))
        },
    ]

    /// WINDOW_UPDATE and the windows: section 6.9.
    static let windows: [HTTP2Case] = [
        HTTP2Case("6.9", "WINDOW_UPDATE by nought", .connectionError([.protocolError])) {
            $0.send(.windowUpdate(0, by: 0))
        },
        HTTP2Case("6.9", "WINDOW_UPDATE by nought on a stream", .streamError([.protocolError])) {
            $0.send(.headers(1, fields, end: false), .windowUpdate(1, by: 0))
        },
        HTTP2Case("6.9", "WINDOW_UPDATE of three octets", .connectionError([.frameSizeError])) {
            $0.send(HTTP2Frame(.windowUpdate, [], stream: 0, [0, 0, 1]))
        },
        HTTP2Case("6.9.1", "a window of 1: DATA of one octet", .data(1)) {
            $0.send(.settings([(.initialWindowSize, 1)]))
            try $0.waitForAcknowledgement()
            $0.get()
        },
        HTTP2Case("6.9.1", "the connection's window above the most", .goAway(.flowControlError)) {
            $0.send(.windowUpdate(0, by: 0x7fff_ffff), .windowUpdate(0, by: 0x7fff_ffff))
        },
        HTTP2Case("6.9.1", "a stream's window above the most", .reset(.flowControlError)) {
            $0.send(
                .headers(1, fields, end: false), .windowUpdate(1, by: 0x7fff_ffff), .windowUpdate(1, by: 0x7fff_ffff))
        },
        HTTP2Case("6.9.2", "a larger window opens streams that are there", .data(1)) {
            $0.send(.settings([(.initialWindowSize, 0)]))
            try $0.waitForAcknowledgement()
            $0.get()
            $0.send(.settings([(.initialWindowSize, 1)]))
            try $0.waitForAcknowledgement()
        },
        HTTP2Case("6.9.2", "a window may become negative", .data(1)) {
            $0.send(.settings([(.initialWindowSize, 3)]))
            try $0.waitForAcknowledgement()
            $0.get()
            try $0.client.wait(until: "DATA") { if case .data? = $0 { true } else { nil } }
            $0.send(.settings([(.initialWindowSize, 2)]))
            try $0.waitForAcknowledgement()
            $0.send(.windowUpdate(1, by: 2))
        },
        HTTP2Case("6.9.2", "a window above the most by SETTINGS", .connectionError([.flowControlError])) {
            $0.send(.settings([(.initialWindowSize, 0x8000_0000)]))
        },
        HTTP2Case("6.9.2", "a stream's window above the most by SETTINGS", .streamError([.flowControlError])) {
            $0.send(.headers(1, fields, end: false), .windowUpdate(1, by: 0x7fff_ffff - 65_535))
            $0.send(.settings([(.initialWindowSize, 65_536)]))
        },
    ]
}
