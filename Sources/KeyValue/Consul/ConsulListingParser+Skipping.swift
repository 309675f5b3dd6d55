extension ConsulListingParser {
    /// Passes over a value that is not known, checking its syntax.
    mutating func skipValue(_ text: Span<UInt8>, depth: Int) throws(Failure) {
        guard depth < Self.depthMax else { throw failure("members nested too deep") }
        guard position < text.count else { throw failure("expected a value") }
        switch text[position] {
        case UInt8(ascii: "\""):
            _ = try parseString(text)
        case UInt8(ascii: "{"):
            position += 1
            try skipMembers(text, depth: depth, end: UInt8(ascii: "}"), isObject: true)
        case UInt8(ascii: "["):
            position += 1
            try skipMembers(text, depth: depth, end: UInt8(ascii: "]"), isObject: false)
        case UInt8(ascii: "t"): try expectWord("true", text)
        case UInt8(ascii: "f"): try expectWord("false", text)
        case UInt8(ascii: "n"): try expectWord("null", text)
        default: try skipNumber(text)
        }
    }

    private mutating func skipMembers(
        _ text: Span<UInt8>, depth: Int, end: UInt8, isObject: Bool
    ) throws(Failure) {
        skipSpace(text)
        if take(end, text) { return }
        repeat {
            skipSpace(text)
            if isObject {
                _ = try parseString(text)
                skipSpace(text)
                try expect(UInt8(ascii: ":"), "':' after a member's name", text)
                skipSpace(text)
            }
            try skipValue(text, depth: depth + 1)
            skipSpace(text)
        } while take(UInt8(ascii: ","), text)
        try expect(end, "',' or the end of a list", text)
    }

    private mutating func skipNumber(_ text: Span<UInt8>) throws(Failure) {
        _ = take(UInt8(ascii: "-"), text)
        let start = position
        guard skipDigits(text) > 0 else { throw failure("expected a value") }
        guard text[start] != UInt8(ascii: "0") || position == start + 1 else {
            throw failure("a number with a leading 0")
        }
        if take(UInt8(ascii: "."), text) {
            guard skipDigits(text) > 0 else { throw failure("a number without digits after the point") }
        }
        if take(UInt8(ascii: "e"), text) || take(UInt8(ascii: "E"), text) {
            _ = take(UInt8(ascii: "+"), text) || take(UInt8(ascii: "-"), text)
            guard skipDigits(text) > 0 else { throw failure("a number without an exponent") }
        }
    }

    private mutating func skipDigits(_ text: Span<UInt8>) -> Int {
        let start = position
        while position < text.count, Self.digit(text[position]) != nil { position += 1 }
        return position - start
    }
}
