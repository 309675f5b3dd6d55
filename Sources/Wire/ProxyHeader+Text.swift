/// Version 1: a line of text.
extension ProxyHeader {
    /// Octets of the longest line, its end included.
    private static let lineLimit = 107

    static func parseText(_ bytes: Octets) -> ProxyOutcome {
        let signature: StaticString = "PROXY "
        for index in 0..<min(bytes.count, signature.utf8CodeUnitCount) where bytes[index] != signature.octet(index) {
            return .rejected(.noSignature)
        }
        var end = 0
        while end < bytes.count, end < lineLimit, bytes[end] != Octet.lineFeed { end += 1 }
        guard end < bytes.count else { return .incomplete }
        guard end < lineLimit else { return .rejected(.tooLong) }
        guard end > signature.utf8CodeUnitCount, bytes[end - 1] == Octet.carriageReturn else {
            return .rejected(.malformed)
        }
        var words = ProxyWords(bytes, from: signature.utf8CodeUnitCount, to: end - 1)
        guard let family = words.next() else { return .rejected(.malformed) }
        // Whatever else the line says of an unknown client is to be passed over.
        if isWord(family, "UNKNOWN", in: bytes) {
            return .complete(ProxyHeader(origin: .unknown, count: end + 1))
        }
        guard let origin = origin(family, &words, bytes) else { return .rejected(.malformed) }
        return .complete(ProxyHeader(origin: origin, count: end + 1))
    }

    private static func origin(_ family: ByteRange, _ words: inout ProxyWords, _ bytes: Octets) -> Origin? {
        let isIPv6 = isWord(family, "TCP6", in: bytes)
        guard isIPv6 || isWord(family, "TCP4", in: bytes) else { return nil }
        guard let first = words.next(), let second = words.next(), let sourcePort = words.port(),
            let destinationPort = words.port(), words.isAtEnd,
            let source = address(first, bytes, isIPv6: isIPv6, port: sourcePort),
            let destination = address(second, bytes, isIPv6: isIPv6, port: destinationPort)
        else { return nil }
        return .client(source: source, destination: destination)
    }

    /// Whether a word is `text`, letter for letter: the protocol knows capitals only.
    private static func isWord(_ word: ByteRange, _ text: StaticString, in bytes: Octets) -> Bool {
        guard word.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[Int(word.start) + index] != text.octet(index) {
            return false
        }
        return true
    }

    private static func address(_ word: ByteRange, _ bytes: Octets, isIPv6: Bool, port: UInt16) -> ProxiedAddress? {
        guard isIPv6 else {
            return IPv4Literal.value(bytes, from: Int(word.start), to: Int(word.end)).map {
                ProxiedAddress(high: UInt64($0.bigEndian), low: 0, port: port, isIPv6: false)
            }
        }
        return IPv6Literal.value(bytes, from: Int(word.start), to: Int(word.end)).map {
            ProxiedAddress(high: $0.high.bigEndian, low: $0.low.bigEndian, port: port, isIPv6: true)
        }
    }
}

/// The words of the line, one blank between two of them.
private struct ProxyWords {
    private let bytes: Octets
    private var index: Int
    private let end: Int

    init(_ bytes: Octets, from start: Int, to end: Int) {
        self.bytes = bytes
        index = start
        self.end = end
    }

    /// No word is left, and no blank after the last.
    var isAtEnd: Bool { index > end }

    /// The next word, which is not empty; nil if there is none.
    mutating func next() -> ByteRange? {
        let start = index
        while index < end, bytes[index] != Octet.space { index += 1 }
        guard index > start else { return nil }
        defer { index += 1 }
        return ByteRange(from: start, to: index)
    }

    /// The next word as a port: 0 to 65535 without leading zeroes.
    mutating func port() -> UInt16? {
        guard let word = next(), word.count <= 5 else { return nil }
        var number = 0
        for place in Int(word.start)..<Int(word.end) {
            guard Octet.isDigit(bytes[place]) else { return nil }
            number = number * 10 + Int(bytes[place] - Octet.zero)
        }
        guard word.count == 1 || bytes[Int(word.start)] != Octet.zero else { return nil }
        return UInt16(exactly: number)
    }
}
