/// Keys are octets to the stores, so they are compared as octets: `String`'s own order and equality are those of Unicode,
/// which takes two spellings of one character for the same key.
enum KeyOrder {
    /// Whether `left` sorts before `right`.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let left = left.utf8Span.span
        let right = right.utf8Span.span
        let shared = min(left.count, right.count)
        var position = 0
        while position < shared {
            if left[position] != right[position] { return left[position] < right[position] }
            position += 1
        }
        return left.count < right.count
    }

    /// Whether both are the same octets.
    static func equals(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && hasPrefix(left, right)
    }

    /// Whether `key` begins with the octets of `prefix`.
    static func hasPrefix(_ key: String, _ prefix: String) -> Bool {
        let key = key.utf8Span.span
        let prefix = prefix.utf8Span.span
        guard key.count >= prefix.count else { return false }
        var position = 0
        while position < prefix.count {
            if key[position] != prefix[position] { return false }
            position += 1
        }
        return true
    }
}
