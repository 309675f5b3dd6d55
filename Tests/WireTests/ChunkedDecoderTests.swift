import Testing
import Wire

/// What a decoder made of a whole body, however it was fed.
struct DecodedBody: Equatable {
    var data: [UInt8] = []
    var consumed = 0
    var progress = ChunkedDecoder.Progress.more
}

/// Feeds `bytes` in pieces of the sizes that `next` gives, checking that nothing beyond `consumed` is touched.
func decode(_ bytes: [UInt8], next: () -> Int) -> DecodedBody {
    var decoder = ChunkedDecoder()
    var body = DecodedBody()
    while body.consumed < bytes.count, body.progress == .more {
        var piece = Array(bytes[body.consumed..<min(bytes.count, body.consumed + max(1, next()))])
        let before = piece
        let step = unsafe piece.withUnsafeMutableBytes { unsafe decoder.decode($0) }
        #expect(piece[step.consumed...] == before[step.consumed...])
        #expect(step.produced <= step.consumed)
        if step.progress == .more { #expect(step.consumed == piece.count) }
        body.data += piece[..<step.produced]
        body.consumed += step.consumed
        body.progress = step.progress
    }
    return body
}

/// The grammar of RFC 9112 §7.1 written down plainly over a whole body.
func referenceDecode(_ bytes: [UInt8]) -> DecodedBody {
    var body = DecodedBody()
    var extensionTotal = 0
    func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
    func fail(_ reason: HeadRejection) -> DecodedBody {
        body.progress = .rejected(reason)
        return body
    }
    while true {
        var digits = ""
        var size: UInt64 = 0
        while let octet = at(body.consumed), let value = Character(Unicode.Scalar(octet)).hexDigitValue, octet < 128 {
            digits.append(Character(Unicode.Scalar(octet)))
            guard digits.count <= 16 else { return fail(.chunkTooLarge) }
            guard let parsed = UInt64(digits, radix: 16), parsed <= UInt64(Int64.max) else {
                return fail(.chunkTooLarge)
            }
            _ = value
            size = parsed
            body.consumed += 1
        }
        guard let afterSize = at(body.consumed) else { return body }
        if digits.isEmpty { return fail(.badChunk) }
        if afterSize != 0x0D {
            guard afterSize == UInt8(ascii: ";") else { return fail(.badChunk) }
            var line = 0
            while let octet = at(body.consumed), octet != 0x0D {
                if line > 0, octet < 0x20 && octet != 0x09 || octet == 0x7F { return fail(.badChunk) }
                line += 1
                extensionTotal += 1
                if line > 256 || extensionTotal > 4096 { return fail(.chunkExtensionTooLong) }
                body.consumed += 1
            }
            guard at(body.consumed) != nil else { return body }
        }
        body.consumed += 1
        guard let lineFeed = at(body.consumed) else { return body }
        guard lineFeed == 0x0A else { return fail(.badChunk) }
        body.consumed += 1
        if size == 0 {
            body.progress = .trailers
            return body
        }
        let available = min(size, UInt64(bytes.count - body.consumed))
        body.data += bytes[body.consumed..<body.consumed + Int(available)]
        body.consumed += Int(available)
        if available < size { return body }
        for expected in [0x0D, 0x0A] as [UInt8] {
            guard let octet = at(body.consumed) else { return body }
            guard octet == expected else { return fail(.badChunk) }
            body.consumed += 1
        }
    }
}

@Suite struct ChunkedDecoderTests {
    @Test(arguments: [
        ("0\r\n\r\n", "", 3), ("5\r\nhello\r\n0\r\nX: y\r\n\r\n", "hello", 13),
        ("3\r\nabc\r\n2\r\nde\r\n000\r\n", "abcde", 20),
        ("A\r\n0123456789\r\n0\r\n", "0123456789", 18),
        ("a;x=1;y=\"z\t\u{80}\"\r\n0123456789\r\n0;last\r\n", "0123456789", 35),
        ("0000000000000001\r\n\n\r\n0\r\n", "\n", 24), ("2\r\n\r\n\r\n0\r\n", "\r\n", 10),
    ])
    func takesTheFramingOff(_ body: String, _ data: String, _ consumed: Int) {
        let bytes = octets(body)
        let decoded = decode(bytes) { bytes.count }
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
    func refuses(_ body: String, _ reason: HeadRejection) {
        let bytes = octets(body)
        #expect(decode(bytes) { bytes.count }.progress == .rejected(reason))
    }

    @Test func theLargestSizeIsTaken() {
        let bytes = octets("7FFFFFFFFFFFFFFF\r\nabc")
        #expect(decode(bytes) { 1 } == DecodedBody(data: octets("abc"), consumed: bytes.count, progress: .more))
    }

    @Test func extensionsAreLimitedALineAndABody() {
        let line = "1;" + String(repeating: "e", count: 255) + "\r\nx\r\n"
        let longest = octets(line + "0\r\n")
        #expect(decode(longest) { 7 }.progress == .trailers)
        let longer = octets("1;" + String(repeating: "e", count: 256) + "\r\n")
        #expect(decode(longer) { 7 }.progress == .rejected(.chunkExtensionTooLong))
        let fullBody = octets(String(repeating: line, count: 16) + "0\r\n")
        #expect(decode(fullBody) { 100 }.progress == .trailers)
        let overfullBody = octets(String(repeating: line, count: 16) + "0;\r\n")
        #expect(decode(overfullBody) { 100 }.progress == .rejected(.chunkExtensionTooLong))
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
    func theOutcomeDoesNotDependOnTheSplit(_ body: String) {
        let bytes = octets(body)
        let whole = referenceDecode(bytes)
        #expect(decode(bytes) { bytes.count } == whole)
        #expect(decode(bytes) { 1 } == whole)
        // All splits in three.
        for first in 1..<bytes.count {
            for second in 1...(bytes.count - first) {
                var sizes = [first, second]
                #expect(decode(bytes) { sizes.isEmpty ? bytes.count : sizes.removeFirst() } == whole)
            }
        }
    }

    @Test func agreesWithTheReferenceOnRandomBodiesAndSplits() {
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
            let decoded = decode(bytes) { Int.random(in: 1...20, using: &random) }
            #expect(decoded == whole, "round \(round): \(text(bytes).debugDescription)")
        }
    }
}
