/// A line of a configuration, cut into words as HAProxy cuts it (its configuration manual, section 2.2).
///
/// Comments are gone, quotes and escapes are resolved; two lines are equal if they mean the same to HAProxy.
struct HAProxyLine: Sendable {
    /// One word.
    struct Word: Hashable, Sendable {
        /// What is left of it without quotes and escapes.
        var text: String
        /// Whether HAProxy puts environment variables into it, so that `text` is not yet what it reads.
        var isExpanded = false
    }

    /// Its number in the text, from 1.
    var number: Int
    /// Its words; none for an empty line or a comment.
    var words: [Word]

    /// A line without its line feed.
    ///
    /// A line that HAProxy itself would refuse becomes one word, marked as expanded: it equals nothing but itself, and
    /// nothing can be read out of it.
    init(number: Int, octets: ArraySlice<UInt8>) {
        self.number = number
        let octets = octets.last == UInt8(ascii: "\r") ? octets.dropLast() : octets
        if octets.contains(where: Self.isSpecial) {
            var cutter = WordCutter(octets)
            words = cutter.cut() ?? [Word(text: String(decoding: octets, as: UTF8.self), isExpanded: true)]
        } else {
            words = octets.split(whereSeparator: Self.isBlank).map { Word(text: String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// The first word, if it is plain.
    var keyword: String? {
        guard let first = words.first, !first.isExpanded else { return nil }
        return first.text
    }

    /// The line for messages.
    var description: String { words.map(\.text).joined(separator: " ") }

    static func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }

    /// Octets that need more than a cut at blanks; vertical tab and form feed are blanks to HAProxy too.
    private static func isSpecial(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "#"), UInt8(ascii: "\r"), 0x0b,
            0x0c:
            true
        default: false
        }
    }
}

/// Cuts a line with quotes, escapes or a comment into words.
private struct WordCutter {
    private let octets: ArraySlice<UInt8>
    private var index: Int
    private var words: [HAProxyLine.Word] = []
    private var word: [UInt8] = []
    private var isInWord = false
    private var isExpanded = false
    private var quote: UInt8?

    init(_ octets: ArraySlice<UInt8>) {
        self.octets = octets
        index = octets.startIndex
    }

    /// The words; nil if a quote is left open or an escape is none.
    mutating func cut() -> [HAProxyLine.Word]? {
        while index < octets.endIndex {
            let octet = octets[index]
            index += 1
            switch octet {
            case UInt8(ascii: "'") where quote == nil, UInt8(ascii: "\"") where quote == nil:
                quote = octet
                isInWord = true
            case _ where octet == quote:
                quote = nil
            case UInt8(ascii: "\\") where quote != UInt8(ascii: "'"):
                guard takeEscape() else { return nil }
            case UInt8(ascii: "#") where quote == nil:
                endWord()
                return words
            case UInt8(ascii: " ") where quote == nil, 0x09...0x0d where quote == nil:
                endWord()
            default:
                if octet == UInt8(ascii: "$"), quote == UInt8(ascii: "\"") { isExpanded = true }
                take(octet)
            }
        }
        endWord()
        return quote == nil ? words : nil
    }

    private mutating func take(_ octet: UInt8) {
        word.append(octet)
        isInWord = true
    }

    /// What follows a backslash; one before anything else than this stands for itself.
    private mutating func takeEscape() -> Bool {
        guard index < octets.endIndex else {
            take(UInt8(ascii: "\\"))
            return true
        }
        switch octets[index] {
        case UInt8(ascii: " "), UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "'"), UInt8(ascii: "\""):
            take(octets[index])
        case UInt8(ascii: "$") where quote == UInt8(ascii: "\""):
            take(octets[index])
        case UInt8(ascii: "n"): take(0x0a)
        case UInt8(ascii: "r"): take(0x0d)
        case UInt8(ascii: "t"): take(0x09)
        case UInt8(ascii: "x"):
            guard index + 2 < octets.endIndex, let high = Self.digit(octets[index + 1]),
                let low = Self.digit(octets[index + 2])
            else { return false }
            take(high << 4 | low)
            index += 2
        default:
            take(UInt8(ascii: "\\"))
            return true
        }
        index += 1
        return true
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func endWord() {
        if isInWord {
            words.append(HAProxyLine.Word(text: String(decoding: word, as: UTF8.self), isExpanded: isExpanded))
        }
        word = []
        isInWord = false
        isExpanded = false
    }
}
