import Testing
import Wire

@Suite struct ChunkedDecoderTests {
    @Test(arguments: [
        ("0\r\n\r\n", "", 3), ("5\r\nhello\r\n0\r\nX: y\r\n\r\n", "hello", 13),
        ("3\r\nabc\r\n2\r\nde\r\n000\r\n", "abcde", 20),
        ("A\r\n0123456789\r\n0\r\n", "0123456789", 18),
        ("a;x=1;y=\"z\t\u{80}\"\r\n0123456789\r\n0;last\r\n", "0123456789", 35),
        ("0000000000000001\r\n\n\r\n0\r\n", "\n", 24), ("2\r\n\r\n\r\n0\r\n", "\r\n", 10),
    ])
    func takesTheFramingOff(_ body: String, _ data: String, _ consumed: Int) throws {
        let bytes = octets(body)
        let decoded = try decode(bytes) { bytes.count }.get()
        #expect(decoded == DecodedBody(data: octets(data), consumed: consumed, progress: .trailers))
    }

    @Test(
        arguments: [
            ("\r\n", .badChunk), (" 5\r\nhello\r\n", .badChunk), ("+5\r\n", .badChunk), ("-5\r\n", .badChunk),
            ("0x5\r\n", .badChunk), ("5_0\r\n", .badChunk), ("5 \r\n", .badChunk), ("5\t;x\r\n", .badChunk),
            ("g\r\n", .badChunk),
            ("5\n", .badChunk), ("5\r5", .badChunk), ("5,\r\n", .badChunk), ("5;x\n", .badChunk),
            ("5;\u{0}\r\n", .badChunk),
            ("5;\u{7F}\r\n", .badChunk), ("5;x\r5", .badChunk), ("5\r\nhello0\r\n", .badChunk),
            ("5\r\nhello\n0\r\n", .badChunk),
            ("5\r\nhello\rx", .badChunk), ("5\r\nhello\r\n\r\n0\r\n", .badChunk), (";x\r\n", .badChunk),
            ("8000000000000000\r\n", .chunkTooLarge), ("FFFFFFFFFFFFFFFF\r\n", .chunkTooLarge),
            ("00000000000000001\r\n", .chunkTooLarge), ("10000000000000000\r\n", .chunkTooLarge),
        ] as [(String, HeadRejection)])
    func refuses(_ body: String, _ reason: HeadRejection) throws {
        let bytes = octets(body)
        #expect(try decode(bytes) { bytes.count }.get().progress == .rejected(reason))
    }

    @Test func theLargestSizeIsTaken() throws {
        let bytes = octets("7FFFFFFFFFFFFFFF\r\nabc")
        #expect(
            try decode(bytes) { 1 }.get() == DecodedBody(data: octets("abc"), consumed: bytes.count, progress: .more))
    }

    @Test func extensionsAreLimitedALineAndABody() throws {
        let line = "1;" + String(repeating: "e", count: 255) + "\r\nx\r\n"
        let longest = octets(line + "0\r\n")
        #expect(try decode(longest) { 7 }.get().progress == .trailers)
        let longer = octets("1;" + String(repeating: "e", count: 256) + "\r\n")
        #expect(try decode(longer) { 7 }.get().progress == .rejected(.chunkExtensionTooLong))
        let fullBody = octets(String(repeating: line, count: 16) + "0\r\n")
        #expect(try decode(fullBody) { 100 }.get().progress == .trailers)
        let overfullBody = octets(String(repeating: line, count: 16) + "0;\r\n")
        #expect(try decode(overfullBody) { 100 }.get().progress == .rejected(.chunkExtensionTooLong))
    }

    @Test func staysWhereItEnded() {
        var decoder = ChunkedDecoder()
        var end = octets("0\r\n")
        var more = octets("5\r\n")
        var bad = octets("x")
        let last = unsafe end.withUnsafeMutableBytes { unsafe decoder.decode($0).progress }
        #expect(last == .trailers)
        let (again, consumed) = unsafe more.withUnsafeMutableBytes { buffer in
            let step = unsafe decoder.decode(buffer)
            return (step.progress, step.consumed)
        }
        #expect(again == .trailers)
        #expect(consumed == 0)
        decoder = ChunkedDecoder()
        for _ in 0..<2 {
            let progress = unsafe bad.withUnsafeMutableBytes { unsafe decoder.decode($0).progress }
            #expect(progress == .rejected(.badChunk))
        }
    }

    static let bodies = [
        "5\r\nhello\r\n1a;ext=\"1\"\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\nGET", "0\r\n",
        "3\r\nabc\r\n2\r\ndeX",
        "3\r\nabc\r\n8000000000000000\r\n", "1;\u{0}", "2\r\n\r\n\r\n0;x\r\n\r\n",
    ]

    @Test(arguments: bodies)
    func theOutcomeDoesNotDependOnTheSplit(_ body: String) throws {
        let bytes = octets(body)
        let whole = referenceDecode(bytes)
        #expect(try decode(bytes) { bytes.count }.get() == whole)
        #expect(try decode(bytes) { 1 }.get() == whole)
        // All splits in three.
        for first in 1..<bytes.count {
            for second in 1...(bytes.count - first) {
                var sizes = [first, second]
                #expect(try decode(bytes) { sizes.isEmpty ? bytes.count : sizes.removeFirst() }.get() == whole)
            }
        }
    }

    @Test func agreesWithTheReferenceOnRandomBodiesAndSplits() throws {
        var random = SeededGenerator(seed: 0x9112)
        for round in 0..<3000 {
            var bytes = [UInt8]()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let size = Int.random(in: 1...40, using: &random)
                bytes += octets(String(size, radix: 16, uppercase: Bool.random(using: &random)))
                if Int.random(in: 0..<4, using: &random) == 0 { bytes += octets(";a=b") }
                bytes += [0x0D, 0x0A]
                for _ in 0..<size { bytes.append(UInt8.random(in: 0...255, using: &random)) }
                bytes += [0x0D, 0x0A]
            }
            bytes += octets("0\r\n\r\n")
            if Int.random(in: 0..<2, using: &random) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = referenceDecode(bytes)
            let decoded = try decode(bytes) { Int.random(in: 1...20, using: &random) }.get()
            #expect(decoded == whole, "round \(round): \(text(bytes).debugDescription)")
        }
    }
}
