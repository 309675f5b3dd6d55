extension ConsulListingParser {
    /// The `ID` in the object that Consul answers a session's creation with.
    static func parseSessionID(_ text: Span<UInt8>) throws(Failure) -> String {
        var parser = ConsulListingParser()
        return try parser.parseID(text)
    }

    private mutating func parseID(_ text: Span<UInt8>) throws(Failure) -> String {
        var id = ""
        skipSpace(text)
        try expect(UInt8(ascii: "{"), "an object", text)
        repeat {
            skipSpace(text)
            let name = try parseString(text)
            skipSpace(text)
            try expect(UInt8(ascii: ":"), "':' after a member's name", text)
            skipSpace(text)
            if name == "ID" {
                id = try parseString(text)
            } else {
                try skipValue(text, depth: 0)
            }
            skipSpace(text)
        } while take(UInt8(ascii: ","), text)
        try expect(UInt8(ascii: "}"), "',' or '}' after a member", text)
        skipSpace(text)
        guard position == text.count, !id.isEmpty else { throw failure("an object without ID") }
        return id
    }
}
