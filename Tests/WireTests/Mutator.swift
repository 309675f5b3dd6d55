/// Makes new inputs out of old ones: flips, cuts, repeats, splices, and words that parsers care about.
struct Mutator {
    var random: SeededGenerator
    let seeds: [[UInt8]]

    private static let words: [String] = [
        "\r\n", "\r\n\r\n", "\n", "\r", " ", "\t", ":", ": ", ",", ";", "/", "?", "#", "%", "%2e", "%00", "..", "*",
        "@", "\u{0}",
        "\u{7F}", "\u{80}", "\u{FF}", "0", "1", "9", "a", "F", "-", "+", "_", "HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "GET",
        "HEAD",
        "OPTIONS", "CONNECT", "http://", "https://", "Host: a\r\n", "Content-Length: 1\r\n", "Content-Length",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding", "chunked", "Connection: close\r\n", "Connection: ",
        "close",
        "keep-alive", "upgrade", "Upgrade: websocket\r\n", "Upgrade: h2c\r\n", "h2c", "Expect: 100-continue\r\n",
        "TE: trailers\r\n",
        "Sec-WebSocket-Key: x\r\n", "Sec-WebSocket-Version: 13\r\n", "X-Forwarded-For", "X_Forwarded_For: x\r\n",
        "[::1]", ":80",
        "7fffffffffffffff", "8000000000000000", "9223372036854775807", "0\r\n", "5\r\nhello\r\n",
    ]

    /// An input made from one or two seeds by one to six changes.
    mutating func next() -> [UInt8] {
        var bytes = pick()
        for _ in 0..<Int.random(in: 1...6, using: &random) { change(&bytes) }
        return bytes.count > 4096 ? Array(bytes.prefix(4096)) : bytes
    }

    private mutating func pick() -> [UInt8] { seeds.randomElement(using: &random) ?? [] }

    private mutating func position(_ bytes: [UInt8]) -> Int { Int.random(in: 0...bytes.count, using: &random) }

    private mutating func change(_ bytes: inout [UInt8]) {
        let start = position(bytes)
        let end = min(bytes.count, start + Int.random(in: 0...16, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            if start < bytes.count { bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 1:
            if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &random) }
        case 2: bytes.removeSubrange(start..<end)
        case 3: bytes.insert(contentsOf: Array(bytes[start..<end]), at: position(bytes))
        case 4: bytes.removeSubrange(start...)
        case 5:
            let other = pick()
            let from = position(other)
            bytes.replaceSubrange(start..., with: other[from...])
        case 6:
            // A whole line again somewhere else: duplicates are what framing turns on.
            let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            if let line = lines.randomElement(using: &random), let place = lines.indices.randomElement(using: &random) {
                var copy = lines
                copy.insert(line, at: place)
                bytes = Array(copy.joined(separator: [10]))
            }
        default: bytes.insert(contentsOf: octets(Self.words.randomElement(using: &random) ?? ""), at: start)
        }
    }
}
