import Lab
import NIOCore
import Testing

@testable import Swarm

@Suite struct BodyDecoderTests {
    /// What a decoder makes of octets in pieces; nil if the framing is broken.
    private static func decode(
        _ framing: BodyFraming, _ pieces: [ArraySlice<UInt8>]
    ) -> (body: String, isFinished: Bool, rest: Int)? {
        var decoder = BodyDecoder(framing)
        var buffer = ByteBuffer()
        var body: [UInt8] = []
        for piece in pieces {
            buffer.writeBytes(piece)
            do {
                while let data = try decoder.next(&buffer) { body += Array(data.readableBytesView) }
            } catch {
                return nil
            }
        }
        return (String(decoding: body, as: UTF8.self), decoder.isFinished, buffer.readableBytes)
    }

    private static let chunked = "5\r\nhello\r\nB;x=y\r\n, wide worl\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n"

    @Test(arguments: [
        (BodyFraming.none, "next", "", 4), (.length(5), "hellonext", "hello", 4),
        (.chunked, chunked + "next", "hello, wide world", 4),
    ])
    func `a body ends where its framing says`(framing: BodyFraming, text: String, body: String, rest: Int) {
        let octets = Array(text.utf8)
        for cut in 0...octets.count {
            let outcome = Self.decode(framing, [octets[..<cut], octets[cut...]])
            #expect(outcome?.body == body)
            #expect(outcome?.isFinished == true)
            #expect(outcome?.rest == rest)
        }
        let single = Self.decode(framing, octets.indices.map { octets[$0...$0] })
        #expect(single?.body == body)
    }

    @Test func `what has not come is waited for`() {
        let octets = Array(Self.chunked.utf8)
        for end in 0..<octets.count {
            #expect(Self.decode(.chunked, [octets[..<end]])?.isFinished == false)
        }
    }

    @Test(arguments: [
        "\r\n", "x\r\n", "-1\r\n", "+5\r\nhello\r\n", "0x5\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\nhello\r\n",
        "5\r\nhello!\r\n",
        "5\r\nhelloxxx", "FFFFFFFFFFFFFFFF\r\n", "0\r\nbad\u{0}\r\n\r\n", "1;\(String(repeating: "x", count: 400))\r\n",
        "0\r\nX: \(String(repeating: "x", count: 9_000))",
    ])
    func `broken chunks are refused`(text: String) {
        #expect(Self.decode(.chunked, [Array(text.utf8)[...]]) == nil)
    }

    @Test func `hostile octets end the body or wait, and the same however they are cut`() {
        var generator = SeededGenerator(seed: 11)
        let words = ["0", "1", "a", "F", "\r\n", "\r", "\n", ";", "x", "hello", " ", "5\r\nhello\r\n", "0\r\n\r\n"]
        for _ in 0..<4_000 {
            let octets = (0..<Int.random(in: 1...9, using: &generator)).flatMap { _ in
                Array((words.randomElement(using: &generator) ?? "").utf8)
            }
            let whole = Self.decode(.chunked, [octets[...]])
            let cut = Int.random(in: 0...octets.count, using: &generator)
            let other = Self.decode(.chunked, [octets[..<cut], octets[cut...]])
            #expect((whole == nil) == (other == nil))
            if let whole, let other { #expect(whole == other) }
        }
    }
}
