import Lab
import Testing

extension IntegrationTests {
    /// Octets that mean nothing, or nearly something: the edge lives, and others are served.
    @Suite(.timeLimit(.minutes(1))) struct HTTP2Fuzz {
        /// A conversation with something of everything.
        private static func conversation(_ generator: inout SeededGenerator) -> [HTTP2Frame] {
            var frames: [HTTP2Frame] = [
                .settings([(.initialWindowSize, UInt32.random(in: 0...100_000, using: &generator))])
            ]
            var stream: UInt32 = 1
            for _ in 0..<Int.random(in: 3...12, using: &generator) {
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: frames.append(.headers(stream, HTTP2Attack.fields(), priority: .init()))
                case 1: frames.append(.headers(stream, HTTP2Attack.fields(), padding: 10))
                case 2:
                    frames.append(.headers(stream, HTTP2Attack.fields("POST"), end: false))
                    frames.append(.data(stream, "some octets", end: Bool.random(using: &generator)))
                case 3:
                    let block = HPACKEncoder.block(HTTP2Attack.fields())
                    frames.append(.headers(stream, block: Array(block[..<9]), endHeaders: false))
                    frames.append(.continuation(stream, block: Array(block[9...])))
                case 4: frames.append(.reset(stream &- 2))
                case 5: frames.append(.windowUpdate(Bool.random(using: &generator) ? 0 : stream, by: 1_000))
                case 6: frames.append(.ping())
                case 7: frames.append(.settings([(.headerTableSize, 100), (.enablePush, 0)]))
                case 8:
                    frames.append(.headers(stream, HTTP2Attack.fields("POST"), end: false))
                    frames.append(.headers(stream, [HTTP2Field("x-trailer", "1")]))
                default: frames.append(.priority(stream, .init(parent: 7)))
                }
                if Bool.random(using: &generator) { stream += 2 }
            }
            return frames
        }

        /// `octets` with a few changed, left out, doubled or put in.
        private static func mutated(_ octets: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
            var octets = octets
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !octets.isEmpty {
                let at = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: octets.removeSubrange(at..<min(octets.count, at + Int.random(in: 1...20, using: &generator)))
                default:
                    let count = Int.random(in: 1...20, using: &generator)
                    octets.insert(contentsOf: (0..<count).map { _ in .random(in: 0...255, using: &generator) }, at: at)
                }
            }
            return octets
        }

        @Test("mutated conversations over HTTP/2", arguments: [1, 2, 3] as [UInt64])
        func frames(seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed)
            try HTTP2Attack.run { attack in
                for _ in 0..<300 {
                    let frames = Self.mutated(Self.conversation(&generator).flatMap(\.octets), &generator)
                    let socket = try Socket.connect(port: attack.setting.edge.port)
                    let cut = Int.random(in: 0...frames.count, using: &generator)
                    // The edge may close in the middle, for good reason.
                    try? socket.send(HTTP2RawClient.preface + frames[..<cut])
                    try? socket.send(Array(frames[cut...]))
                    if Bool.random(using: &generator) { socket.reset() } else { socket.close() }
                }
                let client = try attack.client()
                client.refillsWindows = true
                #expect(try client.get(host: "web-80.test").text == "web")
            }
        }

        @Test("mutated hellos at the port for TLS")
        func hellos() throws {
            let seen = Guarded<[UInt8]>([])
            let catcher = try TestBackend(
                "catcher",
                .socket { socket in
                    var octets: [UInt8] = []
                    try socket.receive(into: &octets, by: .after(.seconds(5)))
                    seen.change { $0 = octets }
                })
            _ = try Command.run("openssl", ["s_client", "-connect", catcher.address, "-servername", "web-80.test"])
            let hello = seen.read { $0 }
            try #require(hello.count > 100)
            let secure = try SecureSetting(backend: try TestBackend("web"))
            var generator = SeededGenerator(seed: 4)
            for _ in 0..<600 {
                let socket = try Socket.connect(port: secure.port)
                try? socket.send(Self.mutated(hello, &generator) + Self.mutated(hello, &generator).prefix(50))
                if Bool.random(using: &generator) { socket.finishSending() }
                socket.close()
            }
            let answer = try secure.fetch([])
            #expect(answer == "200 2 web")
            #expect(try secure.setting.edge.child.ending == nil)
        }
    }
}
