import Lab

extension HTTP2Case {
    /// What every server must take: h2spec's generic part.
    static let generic: [HTTP2Case] = [
        HTTP2Case("3.4", "the client's preface", .acknowledgement, hasHandshake: false) {
            $0.send(octets: HTTP2RawClient.preface)
            $0.send(.settings([]))
        },
        HTTP2Case("5.1", "PRIORITY on an idle stream", .pong) {
            $0.send(.priority(1, .init()))
            $0.ping()
        },
        HTTP2Case("5.1", "WINDOW_UPDATE on a half-closed stream", .data(nil)) {
            $0.send(.settings([(.initialWindowSize, 0)]))
            $0.get()
            $0.send(.windowUpdate(1, by: 1))
        },
        HTTP2Case("5.1", "PRIORITY on a half-closed stream", .data(nil)) {
            $0.send(.settings([(.initialWindowSize, 0)]))
            $0.get()
            $0.send(.priority(1, .init()), .windowUpdate(1, by: 1))
        },
        HTTP2Case("5.1", "RST_STREAM on a half-closed stream", .pongOrClosed) {
            $0.get()
            $0.send(.reset(1))
            $0.ping()
        },
        HTTP2Case("5.1", "PRIORITY on a closed stream", .pong) {
            $0.get()
            try $0.waitForAnswer()
            $0.send(.priority(1, .init()))
            $0.ping()
        },
        HTTP2Case("6.1", "DATA", .head) { $0.post(.data(1, "test", end: true)) },
        HTTP2Case("6.1", "several DATA", .head) { $0.post(.data(1, "test"), .data(1, "test", end: true)) },
        HTTP2Case("6.1", "DATA with padding", .head) {
            $0.post(.data(1, Array("test".utf8), end: true, padding: 6))
        },
        HTTP2Case("6.2", "HEADERS", .head) { $0.get() },
        HTTP2Case("6.2", "HEADERS with padding", .head) { $0.send(.headers(1, HTTP2Probe.fields(), padding: 8)) },
        HTTP2Case("6.2", "HEADERS with a priority", .head) {
            $0.send(.headers(1, HTTP2Probe.fields(), priority: .init()))
        },
        HTTP2Case("6.3", "PRIORITY with weight 1", .head) { probe in
            probe.send(.priority(1, .init(weight: 0)))
            probe.get()
        },
        HTTP2Case("6.3", "PRIORITY with weight 256", .head) { probe in
            probe.send(.priority(1, .init(weight: 255)))
            probe.get()
        },
        HTTP2Case("6.3", "PRIORITY with a parent", .head) { probe in
            probe.send(.priority(3, .init(parent: 1, weight: 0)))
            probe.get()
        },
        HTTP2Case("6.3", "PRIORITY, exclusive", .head) { probe in
            probe.send(.priority(1, .init(weight: 0, isExclusive: true)))
            probe.get()
        },
        HTTP2Case("6.3", "PRIORITY for an idle stream, then HEADERS on a lower one", .head) { probe in
            probe.send(.priority(3, .init()))
            probe.get()
        },
        HTTP2Case("6.4", "RST_STREAM", .pongOrClosed) {
            $0.get(end: false)
            $0.send(.reset(1))
            $0.ping()
        },
        HTTP2Case("6.5", "SETTINGS", .acknowledgement) {
            $0.send(
                .settings([
                    (.headerTableSize, 4096), (.enablePush, 1), (.maxConcurrentStreams, 100),
                    (.initialWindowSize, 65_535), (.maxFrameSize, 16_384), (.maxHeaderListSize, 100),
                ]))
        },
        HTTP2Case("6.7", "PING", .pong) { $0.ping() },
        HTTP2Case("6.8", "GOAWAY", .pongOrClosed) {
            $0.send(.goAway(debug: "bye"))
            $0.ping()
        },
        HTTP2Case("6.9", "WINDOW_UPDATE on the connection", .pong) {
            $0.send(.windowUpdate(0, by: 1))
            $0.ping()
        },
        HTTP2Case("6.9", "WINDOW_UPDATE on a stream", .head) {
            $0.get()
            $0.send(.windowUpdate(1, by: 1))
        },
        HTTP2Case("6.10", "CONTINUATION", .head) {
            let block = HPACKEncoder.block(HTTP2Probe.fields())
            $0.send(.headers(1, block: Array(block[..<5]), endHeaders: false))
            $0.send(.continuation(1, block: Array(block[5...])))
        },
        HTTP2Case("6.10", "several CONTINUATIONs", .head) {
            let block = HPACKEncoder.block(HTTP2Probe.fields())
            $0.send(.headers(1, block: Array(block[..<5]), endHeaders: false))
            $0.send(.continuation(1, block: Array(block[5..<10]), endHeaders: false))
            $0.send(.continuation(1, block: Array(block[10...])))
        },
        HTTP2Case("8.1", "GET", .head) { $0.get() },
        HTTP2Case("8.1", "HEAD", .head) { $0.request(HTTP2Probe.fields("HEAD")) },
        HTTP2Case("8.1", "POST", .head) { $0.post(.data(1, "test", end: true)) },
        HTTP2Case("8.1", "POST with trailers", .head) {
            $0.post(
                .data(1, "test"), .headers(1, [HTTP2Field("x-test", "ok")]), fields: HTTP2Field("trailer", "x-test"))
        },
    ]

    /// HPACK's representations, each of which a decoder must take (RFC 7541, section 6).
    static let representations: [HTTP2Case] =
        [
            HTTP2Case("HPACK 6.1", "an indexed field", .head) { $0.encoded(then: HPACKEncoder.index(58)) },
            HTTP2Case("HPACK 6.3", "a table size of nought", .head) { $0.encoded(after: HPACKEncoder.tableSize(0)) },
            HTTP2Case("HPACK 6.3", "two table sizes", .head) {
                $0.encoded(after: HPACKEncoder.tableSize(0) + HPACKEncoder.tableSize(4096))
            },
        ]
        + [("with incremental indexing", 0x40, 6), ("without indexing", 0x00, 4), ("never indexed", 0x10, 4)]
        .flatMap { (name: String, first: UInt8, prefix: Int) in
            // "user-agent" is entry 58; the names and the value "h2spec" are given plain, then in Huffman's code.
            let value: [UInt8] = [6] + Array("h2spec".utf8)
            let coded: [UInt8] = [0x84, 0x9c, 0x48, 0xac, 0xa4]
            let indexed = HPACKEncoder.integer(58, prefix: prefix, first: first)
            let fresh = [first, 6] + Array("x-test".utf8)
            let freshCoded: [UInt8] = [first, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff]
            return [
                HTTP2Case("HPACK 6.2", "a field \(name), its name indexed", .head) {
                    $0.encoded(then: indexed + value)
                },
                HTTP2Case("HPACK 6.2", "a field \(name), its name indexed, in Huffman's code", .head) {
                    $0.encoded(then: indexed + coded)
                },
                HTTP2Case("HPACK 6.2", "a field \(name), its name new", .head) { $0.encoded(then: fresh + value) },
                HTTP2Case("HPACK 6.2", "a field \(name), its name new, in Huffman's code", .head) {
                    $0.encoded(then: freshCoded + coded)
                },
            ]
        }
}
