/// The walk over a file's octets behind ``SwiftSource``.
struct SwiftScanner {
    let bytes: [UInt8]
    private(set) var tokens: [SwiftSource.Token] = []
    private(set) var comments: [Int: String] = [:]
    private var position = 0
    private var line = 1
    private var isLineEmpty = true
    private var lastEnd = -1

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Scans to the end, or, inside an interpolation, past the parenthesis that closes it.
    mutating func scan(untilClosingParenthesis: Bool) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                isLineEmpty = true
                position += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                lineComment()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                blockComment()
            case UInt8(ascii: "/") where isRegexBeginning():
                regex(hashes: 0)
            case UInt8(ascii: "\""):
                string(hashes: 0)
            case UInt8(ascii: "#"):
                hash()
            case UInt8(ascii: "`"):
                position += 1
            default:
                if Self.isWord(byte) || byte == UInt8(ascii: "@") {
                    word()
                    continue
                }
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    depth -= 1
                    if untilClosingParenthesis, depth < 0 {
                        position += 1
                        return
                    }
                }
                emit(position..<position + 1)
            }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    private func peek(_ offset: Int) -> UInt8 { position + offset < bytes.count ? bytes[position + offset] : 0 }

    private mutating func emit(_ range: Range<Int>, as text: String? = nil) {
        let text = text ?? String(decoding: bytes[range], as: UTF8.self)
        let isAttached = range.lowerBound == lastEnd
        tokens.append(.init(text: text, line: line, isFirstOnLine: isLineEmpty, isAttached: isAttached))
        lastEnd = range.upperBound
        isLineEmpty = false
        position = range.upperBound
    }

    private mutating func word() {
        var end = position + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        emit(position..<end)
    }

    /// `#if`, `#"raw"#`, `#/regex/#`, or a lone `#`.
    private mutating func hash() {
        var count = 0
        while peek(count) == UInt8(ascii: "#") { count += 1 }
        if peek(count) == UInt8(ascii: "\"") {
            position += count
            string(hashes: count)
        } else if peek(count) == UInt8(ascii: "/") {
            position += count
            regex(hashes: count)
        } else {
            word()
        }
    }

    private mutating func note(_ range: Range<Int>) {
        let text = String(decoding: bytes[range], as: UTF8.self)
        comments[line] = comments[line].map { $0 + " " + text } ?? text
    }

    private mutating func lineComment() {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        note(start..<position)
    }

    private mutating func blockComment() {
        var start = position
        var depth = 0
        while position < bytes.count {
            if peek(0) == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if peek(0) == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
                if depth == 0 { break }
            } else {
                if bytes[position] == UInt8(ascii: "\n") {
                    note(start..<position)
                    start = position + 1
                    line += 1
                }
                position += 1
            }
        }
        note(start..<position)
    }

    /// Whether `ahead` hashes stand at `offset`.
    private func hasHashes(_ count: Int, at offset: Int) -> Bool {
        (0..<count).allSatisfy { peek(offset + $0) == UInt8(ascii: "#") }
    }

    private mutating func string(hashes: Int) {
        let quote = UInt8(ascii: "\"")
        let isLong = peek(1) == quote && peek(2) == quote
        let marks = isLong ? 3 : 1
        emit(position..<position + marks, as: SwiftSource.literal)
        while position < bytes.count {
            if (0..<marks).allSatisfy({ peek($0) == quote }), hasHashes(hashes, at: marks) {
                position += marks + hashes
                return
            }
            if peek(0) == UInt8(ascii: "\\"), hasHashes(hashes, at: 1) {
                position += 1 + hashes
                if peek(0) == UInt8(ascii: "(") {
                    position += 1
                    scan(untilClosingParenthesis: true)
                    continue
                }
            }
            if peek(0) == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    /// A bare `/` begins a regular expression where no operand can end, and only if it is closed on its line.
    private func isRegexBeginning() -> Bool {
        guard let last = tokens.last?.text, ["(", ",", "=", ":", "{", "[", "return"].contains(last) else {
            return false
        }
        guard peek(1) != UInt8(ascii: " "), peek(1) != UInt8(ascii: "\n") else { return false }
        var offset = 1
        while peek(offset) != UInt8(ascii: "\n"), position + offset < bytes.count {
            if peek(offset) == UInt8(ascii: "\\") {
                offset += 1
            } else if peek(offset) == UInt8(ascii: "/") {
                return true
            }
            offset += 1
        }
        return false
    }

    private mutating func regex(hashes: Int) {
        emit(position..<position + 1, as: SwiftSource.literal)
        while position < bytes.count {
            if peek(0) == UInt8(ascii: "\\") {
                position += 1
            } else if peek(0) == UInt8(ascii: "/"), hasHashes(hashes, at: 1) {
                position += 1 + hashes
                return
            }
            if peek(0) == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }
}
