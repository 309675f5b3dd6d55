/// Names in a form that any configuration's language takes as one plain word.
enum EdgeWord {
    /// The most octets of one: what HAProxy, nginx and people can stand.
    static let maximumCount = 128

    /// `text` itself if it is such a word; else what of it can stay, with a mark that tells it from others.
    ///
    /// - Parameter colons: whether there may be colons, which HAProxy does not mind and nginx reads as a port's.
    static func word(_ text: String, colons: Bool = false) -> String {
        func isKept(_ octet: UInt8) -> Bool { isPlain(octet) && (colons || octet != UInt8(ascii: ":")) }
        if text.utf8.count <= maximumCount, text.utf8.allSatisfy(isKept) { return text }
        let kept = text.utf8.prefix(maximumCount - 9).map { isKept($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: kept, as: UTF8.self) + "-" + mark(of: text)
    }

    /// Whether an octet needs quotes nowhere: HAProxy's names are of these (its configuration manual, section 2.1).
    static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_.:-".utf8.contains(octet)
        }
    }

    /// Eight hexadecimal digits of FNV-1a over the octets: the same in every run.
    private static func mark(of text: String) -> String {
        var hash: UInt32 = 0x811c_9dc5
        for octet in text.utf8 { hash = (hash ^ UInt32(octet)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
