import Lab
import Testing

extension IntegrationTests {
    /// Connections that ask for more than they should end, in bounded time and memory, and nobody else notices.
    @Suite(.timeLimit(.minutes(2))) struct HTTP2Abuse {
        /// Frames that are sent over and over.
        struct Flood: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// Batches within which it must end.
            let limit: Int
            /// Whether the attacker reads.
            var reads = true
            /// What comes before.
            var opening: [HTTP2Frame] = []
            /// The octets of a batch.
            let batch: @Sendable (Int) -> [UInt8]
        }

        private static let block = HPACKEncoder.block(HTTP2Attack.fields())
        private static let post = HTTP2Frame.headers(1, HTTP2Attack.fields("POST"), end: false)

        /// `count` times the octets of `frames`.
        private static func many(_ count: Int, _ frames: HTTP2Frame...) -> [UInt8] {
            let octets = frames.flatMap(\.octets)
            return (0..<count).flatMap { _ in octets }
        }

        /// Fifty new streams, each with `frames`.
        private static func streams(_ batch: Int, _ frames: (UInt32) -> [HTTP2Frame]) -> [UInt8] {
            (0..<50).flatMap { index in frames(UInt32(batch * 50 + index) * 2 + 1).flatMap(\.octets) }
        }

        static let floods: [Flood] = [
            Flood(testDescription: "requests that are reset at once (CVE-2023-44487)", limit: 400) { batch in
                streams(batch) { [.headers($0, block: block), .reset($0)] }
            },
            Flood(
                testDescription: "requests that the edge must reset: nought added to a window (CVE-2025-8671)",
                limit: 400
            ) {
                batch in streams(batch) { [.headers($0, block: block, end: false), .windowUpdate($0, by: 0)] }
            },
            Flood(
                testDescription: "requests that the edge must reset: a window above the most (CVE-2025-8671)",
                limit: 400
            ) {
                batch in
                streams(batch) {
                    [.headers($0, block: block, end: false), .windowUpdate($0, by: 0x7fff_ffff)]
                }
            },
            Flood(testDescription: "requests that the edge must reset: malformed", limit: 400) { batch in
                streams(batch) { [.headers($0, block: block + HPACKEncoder.literal("connection", "x"))] }
            },
            Flood(testDescription: "fields without name and value (CVE-2019-9516)", limit: 400) { batch in
                streams(batch) { [.headers($0, block: block + [UInt8](repeating: 0, count: 300))] }
            },
            Flood(
                testDescription: "CONTINUATION without end, small (VU#421644)", limit: 20_000,
                opening: [.headers(1, block: block, endHeaders: false)]
            ) { _ in
                many(10, .continuation(1, block: HPACKEncoder.literal("x", "y"), endHeaders: false))
            },
            Flood(
                testDescription: "CONTINUATION without end, empty (VU#421644)", limit: 200,
                opening: [.headers(1, block: block, endHeaders: false)]
            ) { _ in many(100, .continuation(1, block: [], endHeaders: false)) },
            Flood(
                testDescription: "CONTINUATION without end, large (VU#421644)", limit: 200,
                opening: [.headers(1, block: block, endHeaders: false)]
            ) { _ in
                many(
                    4,
                    .continuation(1, block: HTTP2Case.filler + HTTP2Case.filler + HTTP2Case.filler, endHeaders: false))
            },
            Flood(testDescription: "SETTINGS (CVE-2019-9515)", limit: 400) { _ in
                many(100, .settings([(.initialWindowSize, 65_535)]))
            },
            Flood(testDescription: "SETTINGS whose acknowledgements nobody reads", limit: 2_000, reads: false) { _ in
                many(100, .settings([]))
            },
            Flood(testDescription: "PING (CVE-2019-9512)", limit: 400) { _ in many(100, .ping()) },
            Flood(testDescription: "PING whose answers nobody reads", limit: 4_000, reads: false) { _ in
                many(100, .ping())
            },
            Flood(testDescription: "DATA without octets (CVE-2019-9518)", limit: 400, opening: [post]) { _ in
                many(100, .data(1, []))
            },
            Flood(testDescription: "DATA of padding alone", limit: 400, opening: [post]) { _ in
                many(20, .data(1, [], padding: 8))
            },
            Flood(testDescription: "windows that grow by 1", limit: 400, opening: [post]) { _ in
                many(100, .windowUpdate(0, by: 1), .windowUpdate(1, by: 1))
            },
            Flood(testDescription: "PRIORITY (CVE-2019-9513)", limit: 400) { batch in
                (0..<100).flatMap { HTTP2Frame.priority(UInt32(batch * 100 + $0) * 2 + 1, .init()).octets }
            },
            Flood(testDescription: "frames of unknown kinds", limit: 400) { _ in
                many(100, HTTP2Frame(HTTP2Frame.Kind(rawValue: 0x7f), [], stream: 0, [1]))
            },
        ]

        @Test("a flood ends with ENHANCE_YOUR_CALM or a bare end, and does little until then", arguments: floods)
        func flood(flood: Flood) throws {
            try HTTP2Attack.run { attack in
                let client = try attack.client()
                try client.send(flood.opening)
                let start = ContinuousClock.now
                let code = try HTTP2Attack.flood(client, limit: flood.limit, reads: flood.reads, flood.batch)
                #expect(ContinuousClock.now - start < .seconds(8))
                // All of it may fit into the sockets' buffers. NO_ERROR is how idle connections end: then it was let pass.
                if let code {
                    let fitting: [HTTP2ErrorCode] = [.enhanceYourCalm, .protocolError, .flowControlError]
                    #expect(fitting.contains(code), "\(code)")
                }
                #expect(attack.backend.requestCount < 5_000)
                try attack.backend.waitForConnections { $0 <= 256 }
                let next = try HTTP2RawClient(port: attack.setting.edge.port)
                #expect(try next.get(host: "web-80.test").status == 200, "whoever comes next is served")
            }
        }

        @Test("streams above the limit are refused, those below are served, and there is room again after them")
        func manyStreams() throws {
            let gate = Gate()
            try HTTP2Attack.run(.identity(after: gate)) { attack in
                let client = try HTTP2RawClient(port: attack.setting.edge.port, settings: nil)
                // As long as the limit is not acknowledged it is no offence to pass it.
                client.answersControl = false
                try client.handshake()
                let limit = Int(try #require(client.settings[.maxConcurrentStreams]))
                #expect((32...256).contains(limit))
                let streams = try (0..<(limit + 20)).map { _ in try client.request(HTTP2Attack.fields()) }
                for stream in streams[limit...] {
                    let error = #expect(throws: LabError.self) { try client.answer(on: stream) }
                    let reason = error?.description ?? ""
                    #expect(reason.contains("REFUSED_STREAM"))
                }
                #expect(attack.backend.acceptedConnections <= limit)
                gate.open()
                for stream in streams[..<limit] { #expect(try client.answer(on: stream).text == "web") }
                #expect(try client.get(host: "web-80.test").text == "web", "there is room again")
            }
        }

        @Test("whoever passes the limit that he has acknowledged gets no more than it to an endpoint")
        func limitPassed() throws {
            let gate = Gate()
            try HTTP2Attack.run(.identity(after: gate)) { attack in
                let client = try attack.client()
                let limit = try #require(client.settings[.maxConcurrentStreams])
                try client.send((0..<(4 * limit)).map { .headers(2 * $0 + 1, HTTP2Attack.fields()) })
                try client.wait(until: "refusal") { event in
                    switch event {
                    case .reset(_, .refusedStream)?, .goAway(_, .protocolError, _)?, .goAway(_, .enhanceYourCalm, _)?:
                        true
                    default: nil
                    }
                }
                #expect(attack.backend.acceptedConnections <= Int(limit))
                gate.open()
            }
        }

        @Test("resetting requests that the backend still works at makes no room for endless new ones")
        func resetHolds() throws {
            try HTTP2Attack.run(.stall) { attack in
                for _ in 0..<4 {
                    let client = try attack.client()
                    let batch = { (number: Int) in
                        Self.streams(number) { [.headers($0, block: Self.block), .reset($0)] }
                    }
                    try HTTP2Attack.flood(client, limit: 200, batch)
                    client.socket.close()
                }
                try attack.backend.waitForConnections { $0 == 0 }
                #expect(attack.backend.acceptedConnections < 4_000)
            }
        }

        @Test("a head that references one large entry over and over is 431 or worse, and is not unfolded (HPACK bomb)")
        func bomb() throws {
            try HTTP2Attack.run { attack in
                let client = try attack.client()
                let entry = HPACKEncoder.indexedLiteral("x-bomb", String(repeating: "b", count: 3_900))
                let references = [UInt8](repeating: 0x80 | 62, count: 16_000)
                try client.send(
                    .headers(1, block: Self.block + entry),
                    .headers(3, block: Self.block + references[..<10_000]))
                try Self.expectRefusal(of: 3, at: client)
                #expect(attack.backend.requestCount <= 1)
            }
        }

        @Test(
            "a head larger than SETTINGS_MAX_HEADER_LIST_SIZE is 431, and so is one of too many fields",
            arguments: [true, false])
        func largeHead(isOneField: Bool) throws {
            try HTTP2Attack.run { attack in
                let client = try attack.client()
                let limit = Int(try #require(client.settings[.maxHeaderListSize]))
                #expect(limit <= 256 << 10)
                let many = (0..<200).map { HTTP2Field("x-\($0)", "1") }
                let large = [HTTP2Field("x-large", String(repeating: "x", count: limit))]
                let block = HPACKEncoder.block(HTTP2Attack.fields() + (isOneField ? large : many))
                var frames = [
                    HTTP2Frame.headers(1, block: Array(block.prefix(16_000)), endHeaders: block.count <= 16_000)
                ]
                for first in stride(from: 16_000, to: block.count, by: 16_000) {
                    frames.append(
                        .continuation(
                            1, block: Array(block[first..<min(block.count, first + 16_000)]),
                            endHeaders: first + 16_000 >= block.count))
                }
                try client.send(frames)
                try Self.expectRefusal(of: 1, at: client)
                #expect(attack.backend.requestCount == 0)
            }
        }

        /// Waits for 431 on `stream`, its reset, or the end of the connection.
        private static func expectRefusal(of stream: UInt32, at client: HTTP2RawClient) throws {
            try client.wait(until: "refusal of \(stream)") { event in
                switch event {
                case .headers(stream, let fields, _):
                    #expect(fields[":status"] == "431")
                    return true
                case .reset(stream, let code):
                    #expect(
                        [.enhanceYourCalm, .protocolError, .internalError, .refusedStream].contains(code), "\(code)")
                    return true
                case .goAway(_, let code, _):
                    #expect(
                        [.enhanceYourCalm, .protocolError, .internalError, .compressionError].contains(code), "\(code)")
                    return true
                case .closed: return true
                default: return nil
                }
            }
        }
    }
}
