import Glibc
import Wire

/// What a connection may begin with before anything is known of it: PROXY headers and hellos of TLS.
extension WireInvariants {
    /// PROXY headers: one outcome however they arrive, agreement with the C library's reading of a line, and the same client
    /// when written again.
    static func proxy(_ bytes: [UInt8]) -> String? {
        let outcome = parseProxy(bytes)
        if let violation = stability(bytes, outcome, parseProxy) { return violation }
        guard case .complete(let header) = outcome else {
            return referenceLine(bytes).map { "refused with \(outcome), but the reference reads \($0)" }
        }
        if header.count > bytes.count || header.count > ProxyHeader.limit { return "ends beyond its bytes" }
        if bytes[0] == UInt8(ascii: "P") {
            guard let reference = referenceLine(bytes) else { return "accepted, but the reference refuses it" }
            if reference != header { return "read as \(header), but the reference reads \(reference)" }
        }
        guard case .client(let source, let destination) = header.origin else { return nil }
        for version in [ProxyHeader.Version.v1, .v2] {
            let written = writeProxy(version, source, destination)
            let again = ProxyOutcome.complete(ProxyHeader(origin: header.origin, count: written.count))
            if parseProxy(written) != again { return "reads differently again: \(parseProxy(written))" }
        }
        return nil
    }

    static func parseProxy(_ bytes: [UInt8]) -> ProxyOutcome {
        unsafe bytes.withUnsafeBytes { unsafe ProxyHeader.parse($0) }
    }

    static func writeProxy(
        _ version: ProxyHeader.Version, _ source: ProxiedAddress?, _ destination: ProxiedAddress?
    ) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: ProxyHeader.writtenLimit) { area, count in
            count = unsafe ProxyHeader.write(
                version, source: source, destination: destination, into: UnsafeMutableRawBufferPointer(area))
        }
    }

    /// A whole line of version 1 at the beginning, read by means of the C library; nil if there is none.
    private static func referenceLine(_ bytes: [UInt8]) -> ProxyHeader? {
        guard let end = bytes.prefix(107).firstIndex(of: 10), end > 0, bytes[end - 1] == 13 else { return nil }
        let words = bytes[..<(end - 1)].split(separator: 32, omittingEmptySubsequences: false).map(Array.init)
        guard words.count >= 2, words[0] == Array("PROXY".utf8) else { return nil }
        if words[1] == Array("UNKNOWN".utf8) { return ProxyHeader(origin: .unknown, count: end + 1) }
        let isIPv6 = words[1] == Array("TCP6".utf8)
        guard words.count == 6, isIPv6 || words[1] == Array("TCP4".utf8),
            let source = referenceAddress(words[2], port: words[4], isIPv6: isIPv6),
            let destination = referenceAddress(words[3], port: words[5], isIPv6: isIPv6)
        else { return nil }
        return ProxyHeader(origin: .client(source: source, destination: destination), count: end + 1)
    }

    private static func referenceAddress(_ text: [UInt8], port: [UInt8], isIPv6: Bool) -> ProxiedAddress? {
        let digits = String(decoding: port, as: UTF8.self)
        guard !text.contains(0), let number = UInt16(digits), "\(number)" == digits else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        let string = text.map { CChar(bitPattern: $0) } + [0]
        let isRead = unsafe withUnsafeMutableBytes(of: &words) {
            unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, string, $0.baseAddress) == 1
        }
        return isRead ? ProxiedAddress(high: words.0, low: words.1, port: number, isIPv6: isIPv6) : nil
    }

    private static func stability(
        _ bytes: [UInt8], _ outcome: ProxyOutcome, _ parse: ([UInt8]) -> ProxyOutcome
    ) -> String? {
        let step = max(1, bytes.count / 300)
        for count in stride(from: 0, to: bytes.count, by: step) {
            let early = parse(Array(bytes[..<count]))
            if early == .incomplete || early == outcome { continue }
            return "\(early) after \(count) octets, then \(outcome)"
        }
        guard case .complete(let header) = outcome, header.count > 0, header.count <= bytes.count else { return nil }
        let last = parse(Array(bytes[..<(header.count - 1)]))
        return last == .incomplete ? nil : "\(last) before its last octet"
    }

    // MARK: - Hellos

    /// A hello and its name.
    struct Hello: Equatable {
        var outcome: HelloOutcome
        var name: [UInt8]
    }

    /// Hellos: one outcome however they arrive, and whatever records the message is in.
    static func hello(_ bytes: [UInt8], seed: UInt64) -> String? {
        let whole = parseHello(bytes)
        let step = max(1, bytes.count / 60)
        for count in stride(from: 0, to: bytes.count, by: step) {
            let early = parseHello(Array(bytes[..<count]))
            if early.outcome == .incomplete || early == whole { continue }
            return "\(early) after \(count) octets, then \(whole)"
        }
        guard case .complete(let hello) = whole.outcome else { return nil }
        if hello.nameCount != whole.name.count || hello.nameCount > ClientHello.nameLimit { return "a long name" }
        guard let message = message(of: bytes) else { return "complete, but the records end before it" }
        var random = SeededGenerator(seed: seed)
        for size in [1, 1000, Int.random(in: 2...40, using: &random)] {
            let again = records(message, size: size)
            guard again.count < ClientHello.limit else { continue }
            if parseHello(again) != whole { return "in records of \(size) it is \(parseHello(again)), not \(whole)" }
            // What belongs to no hello is not looked at.
            if parseHello(again + [0, 1, 2]) != whole { return "what follows changes it" }
        }
        return nil
    }

    static func parseHello(_ bytes: [UInt8]) -> Hello {
        var name = [UInt8](repeating: 0, count: ClientHello.nameLimit)
        let outcome = unsafe bytes.withUnsafeBytes { bytes in
            unsafe name.withUnsafeMutableBytes { unsafe ClientHello.parse(bytes, name: $0) }
        }
        guard case .complete(let hello) = outcome else { return Hello(outcome: outcome, name: []) }
        return Hello(outcome: outcome, name: Array(name[..<hello.nameCount]))
    }

    /// The first message in records that hold it.
    private static func message(of bytes: [UInt8]) -> [UInt8]? {
        var message: [UInt8] = []
        var index = 0
        while index + 5 <= bytes.count {
            let count = Int(bytes[index + 3]) << 8 | Int(bytes[index + 4])
            message += bytes[(index + 5)..<min(bytes.count, index + 5 + count)]
            index += 5 + count
            guard message.count >= 4 else { continue }
            let length = 4 + (Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3]))
            if message.count >= length { return Array(message[..<length]) }
        }
        return nil
    }

    /// `message` in records of at most `size` octets.
    static func records(_ message: [UInt8], size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: size) {
            let part = message[start..<min(message.count, start + size)]
            bytes += [22, 3, 1, UInt8(part.count >> 8), UInt8(part.count & 255)] + part
        }
        return bytes
    }
}
