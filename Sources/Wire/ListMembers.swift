/// Walks the members of a comma-separated field value (RFC 9110 §5.6.1), blanks around them trimmed.
///
/// Empty members are passed over, as recipients must; `sawEmpty` tells that there were some. Quoted strings are not
/// understood: none of the fields that are read this way may hold them, and a member with a quote is no token.
struct ListMembers {
    private let bytes: Octets
    private var index: Int
    private let end: Int
    /// An empty member was passed over.
    private(set) var sawEmpty = false
    /// The member returned last is a token.
    private(set) var isToken = false

    /// The members of the value that lies at `range`.
    init(_ range: ByteRange, in bytes: Octets) {
        self.bytes = bytes
        index = Int(range.start)
        end = Int(range.end)
        sawEmpty = range.isEmpty
    }

    /// The next member that is not empty, or nil at the end.
    mutating func next() -> ByteRange? {
        while index < end {
            while index < end, Octet.isBlank(bytes[index]) { index += 1 }
            let start = index
            var last = index
            isToken = true
            while index < end, bytes[index] != Octet.comma {
                if !Octet.isBlank(bytes[index]) {
                    // A blank inside a member (`a b`) makes it no token.
                    if last != index || !OctetSet.token.contains(bytes[index]) { isToken = false }
                    last = index + 1
                }
                index += 1
            }
            // Past the comma; one at the very end means an empty last member.
            if index < end {
                index += 1
                if index == end { sawEmpty = true }
            }
            if last > start { return ByteRange(start: UInt32(start), count: UInt32(last - start)) }
            sawEmpty = true
        }
        return nil
    }
}
