import Lab

extension HTTP2Case {
    private static let fields = HTTP2Probe.fields()

    private static func malformed(_ section: String, _ name: String, _ fields: [HTTP2Field]) -> HTTP2Case {
        HTTP2Case(section, name, .malformed) { $0.request(fields) }
    }

    private static func refused(_ section: String, _ name: String, _ fields: [HTTP2Field]) -> HTTP2Case {
        HTTP2Case(section, name, .streamError([.protocolError])) { $0.request(fields) }
    }

    /// Requests that are malformed, by h2spec's list: RFC 7540, sections 8.1 and 8.1.2.
    static let messages: [HTTP2Case] = [
        HTTP2Case("8.1", "a second HEADERS without END_STREAM", .streamError([.protocolError])) {
            $0.post(.data(1, "test"), .headers(1, [HTTP2Field("x-test", "ok")], end: false))
        },
        refused("8.1.2", "an upper-case name", fields + [HTTP2Field("X-TEST", "ok")]),
        refused("8.1.2.1", "an unknown pseudo field", fields + [HTTP2Field(":test", "ok")]),
        refused("8.1.2.1", "a response's pseudo field", fields + [HTTP2Field(":status", "200")]),
        HTTP2Case("8.1.2.1", "a pseudo field in trailers", .streamError([.protocolError])) {
            $0.post(.data(1, "test"), .headers(1, [HTTP2Field(":method", "POST")], end: true))
        },
        refused("8.1.2.1", "a pseudo field after another", [HTTP2Field("x-test", "ok")] + fields),
        refused("8.1.2.2", "Connection", fields + [HTTP2Field("connection", "keep-alive")]),
        refused("8.1.2.2", "TE of something else than trailers", fields + [HTTP2Field("te", "trailers, deflate")]),
        refused("8.1.2.3", "an empty :path", HTTP2Probe.fields(replacing: ":path", by: [""])),
        refused("8.1.2.3", "no :method", HTTP2Probe.fields(replacing: ":method", by: [])),
        refused("8.1.2.3", "no :scheme", HTTP2Probe.fields(replacing: ":scheme", by: [])),
        refused("8.1.2.3", "no :path", HTTP2Probe.fields(replacing: ":path", by: [])),
        refused("8.1.2.3", "two :method", HTTP2Probe.fields(replacing: ":method", by: ["GET", "GET"])),
        refused("8.1.2.3", "two :scheme", HTTP2Probe.fields(replacing: ":scheme", by: ["http", "http"])),
        refused("8.1.2.3", "two :path", HTTP2Probe.fields(replacing: ":path", by: ["/", "/"])),
        HTTP2Case("8.1.2.6", "a length that DATA does not keep", .streamError([.protocolError])) {
            $0.post(.data(1, "test", end: true), fields: HTTP2Field("content-length", "1"))
        },
        HTTP2Case("8.1.2.6", "a length that several DATA do not keep", .streamError([.protocolError])) {
            $0.post(.data(1, "test"), .data(1, "test", end: true), fields: HTTP2Field("content-length", "1"))
        },
    ]

    /// Heads that cannot be decoded: RFC 7541, h2spec's third part.
    static let compression: [HTTP2Case] = [
        HTTP2Case("HPACK 2.3.3", "an index beyond the tables", .connectionError([.compressionError])) {
            $0.encoded(then: HPACKEncoder.index(126))
        },
        HTTP2Case("HPACK 2.3.3", "a name's index beyond the tables", .connectionError([.compressionError])) {
            $0.encoded(then: HPACKEncoder.integer(126, prefix: 6, first: 0x40) + HPACKEncoder.string("value"))
        },
        HTTP2Case("HPACK 4.2", "a table size at the end", .connectionError([.compressionError])) {
            $0.encoded(then: HPACKEncoder.tableSize(1))
        },
        HTTP2Case("HPACK 5.2", "more than seven bits of padding", .connectionError([.compressionError])) {
            $0.encoded(then: [0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x84, 0x49, 0x50, 0x9f, 0xff])
        },
        HTTP2Case("HPACK 5.2", "padding of noughts", .connectionError([.compressionError])) {
            $0.encoded(then: [0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x83, 0x49, 0x50, 0x90])
        },
        HTTP2Case("HPACK 5.2", "the end symbol inside a string", .connectionError([.compressionError])) {
            $0.encoded(then: [0, 0x85, 0xf2, 0xb2, 0x4a, 0x87, 0xff, 0xff, 0xff, 0xfd, 0x25, 0x42, 0x7f])
        },
        HTTP2Case("HPACK 6.1", "the index nought", .connectionError([.compressionError])) { $0.encoded(then: [0x80]) },
        HTTP2Case("HPACK 6.3", "a table larger than the settings allow", .connectionError([.compressionError])) {
            let size = Int($0.client.settings[.headerTableSize] ?? 4096)
            $0.encoded(after: HPACKEncoder.tableSize(size + 1))
        },
        HTTP2Case("HPACK 5.1", "an integer that overflows", .connectionError([.compressionError])) {
            $0.encoded(then: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
        },
        HTTP2Case("HPACK 5.2", "a string longer than the block", .connectionError([.compressionError])) {
            $0.encoded(then: [0x00, 0x05, 0x61])
        },
    ]

    /// What RFC 9113 forbids besides, where a gateway that lets it through would forward something else than it saw:
    /// sections 8.1.1, 8.2.1, 8.2.2, 8.3 and 8.5.
    static let beyond: [HTTP2Case] =
        ["keep-alive", "proxy-connection", "transfer-encoding", "upgrade"].map {
            malformed("8.2.2", $0, fields + [HTTP2Field($0, "x")])
        }
        + ["x\u{0}y", "x y", "x\ty", "x\ry", "x\ny", "x:y", "\u{7f}x", "x\u{e9}", ""].map {
            malformed("8.2.1", "the name \($0.debugDescription)", fields + [HTTP2Field($0, "1")])
        }
        + ["a\u{0}b", "a\rb", "a\nb", "a\r\nx-smuggled: 1", " a", "a ", "\ta", "a\t"].map {
            malformed("8.2.1", "the value \($0.debugDescription)", fields + [HTTP2Field("x-test", $0)])
        }
        + ["x", "*", "/\r\nx: y", "/ HTTP/1.1\r\nHost: other", "/a b", "/\u{0}", "/#a", "http://web-80.test/"].map {
            malformed("8.3.1", "the path \($0.debugDescription)", HTTP2Probe.fields(replacing: ":path", by: [$0]))
        }
        + ["", "G T", "GET /", "GET\r\n", "G\u{0}T"].map {
            malformed("8.3.1", "the method \($0.debugDescription)", HTTP2Probe.fields(replacing: ":method", by: [$0]))
        }
        + [
            "user@web-80.test", "web-80.test/x", "web-80.test, other.test", "web-80.test:99999", "web 80.test",
            "a\r\nb",
        ]
        .map {
            malformed("8.3.1", "the host \($0.debugDescription)", HTTP2Probe.fields(replacing: ":authority", by: [$0]))
        }
        + [
            malformed("8.3.1", "Host that is another than :authority", fields + [HTTP2Field("host", "other-80.test")]),
            malformed(
                "8.3.1", "two Host that differ", fields + [HTTP2Field("host", "web-80.test"), HTTP2Field("host", "b")]),
            malformed(
                "8.3.1", "two :authority",
                HTTP2Probe.fields(replacing: ":authority", by: ["web-80.test", "web-80.test"])),
            malformed("8.3.1", "neither :authority nor Host", HTTP2Probe.fields(replacing: ":authority", by: [])),
            malformed("8.5", "CONNECT with :path and :scheme", HTTP2Probe.fields("CONNECT")),
            malformed(
                "8.3", "CONNECT's :protocol with another method", fields + [HTTP2Field(":protocol", "websocket")]),
            HTTP2Case("8.1.1", "two lengths that differ", .malformed) {
                $0.post(
                    .data(1, "test", end: true), fields: HTTP2Field("content-length", "4"),
                    HTTP2Field("content-length", "5"))
            },
            HTTP2Case("8.1.1", "a length without a body", .malformed) {
                $0.request(HTTP2Probe.fields("POST", HTTP2Field("content-length", "4")))
            },
            HTTP2Case("8.1.1", "a signed length", .malformed) {
                $0.post(.data(1, "test", end: true), fields: HTTP2Field("content-length", "+4"))
            },
            HTTP2Case("8.1.1", "a length that the body does not reach", .malformed) {
                $0.post(.data(1, "test", end: true), fields: HTTP2Field("content-length", "5"))
            },
            HTTP2Case("8.1.1", "a length that trailers end too early", .malformed) {
                $0.post(
                    .data(1, "test"), .headers(1, [HTTP2Field("x-test", "ok")]),
                    fields: HTTP2Field("content-length", "5"))
            },
            HTTP2Case("8.2.1", "an upper-case name in trailers", .malformed) {
                $0.post(.data(1, "test"), .headers(1, [HTTP2Field("X-Test", "ok")]))
            },
            HTTP2Case("6.8", "GOAWAY of four octets", .connectionError([.frameSizeError])) {
                $0.send(HTTP2Frame(.goAway, [], stream: 0, [0, 0, 0, 0]))
            },
        ]
}
