/// `HTTP/1.x`, wherever a start line has it (RFC 9112 §2.3).
enum VersionToken {
    /// What was found.
    enum Outcome {
        /// HTTP/1 with this minor version; eight octets.
        case minor(UInt8)
        /// The bytes end within it.
        case incomplete
        /// It is none (`malformedStartLine`), or one of another major version.
        case rejected(HeadRejection)
    }

    /// Octets of every version.
    static let count = 8

    /// Reads the version at `index`.
    @inline(__always)
    static func parse(_ bytes: Octets, at index: Int) -> Outcome {
        // "HTTP/1.1" as one word; the first octet is the lowest.
        if bytes.hasWord(at: index), bytes.word(at: index) == 0x312E_312F_5054_5448 { return .minor(1) }
        return parseSlowly(bytes, at: index)
    }

    private static func parseSlowly(_ bytes: Octets, at index: Int) -> Outcome {
        let prefix: StaticString = "HTTP/"
        var offset = 0
        while offset < count {
            guard index + offset < bytes.count else { return .incomplete }
            let octet = bytes[index + offset]
            switch offset {
            case 5, 7: guard Octet.isDigit(octet) else { return .rejected(rejection(octet)) }
            case 6: guard octet == Octet.dot else { return .rejected(rejection(octet)) }
            default: guard octet == prefix.octet(offset) else { return .rejected(rejection(octet)) }
            }
            offset += 1
        }
        guard bytes[index + 5] == 0x31 else { return .rejected(.unsupportedVersion) }
        return .minor(bytes[index + 7] &- Octet.zero)
    }

    private static func rejection(_ octet: UInt8) -> HeadRejection {
        octet == Octet.lineFeed ? .bareLineFeed : .malformedStartLine
    }
}
