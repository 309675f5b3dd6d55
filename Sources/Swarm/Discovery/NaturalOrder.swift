/// The order in which people list names with numbers in them: `node-9` before `node-10`.
enum NaturalOrder {
    /// Below 0 if `left` comes first, above 0 if `right` does, 0 if they are the same.
    static func compare(_ left: String, _ right: String) -> Int {
        var (one, two) = (Array(left.utf8)[...], Array(right.utf8)[...])
        while let first = one.first, let second = two.first {
            if first.isDigit, second.isDigit {
                let (run, other) = (number(&one), number(&two))
                if run.count != other.count { return run.count < other.count ? -1 : 1 }
                for (digit, counterpart) in zip(run, other) where digit != counterpart {
                    return digit < counterpart ? -1 : 1
                }
                continue
            }
            if first != second { return first < second ? -1 : 1 }
            one.removeFirst()
            two.removeFirst()
        }
        if one.count != two.count { return one.isEmpty ? -1 : 1 }
        // Alike but for zeros in front.
        return left == right ? 0 : left < right ? -1 : 1
    }

    /// Takes the digits at the beginning off `text`; without zeros in front.
    private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let run = text.prefix(while: \.isDigit)
        text = text.dropFirst(run.count)
        return run.drop { $0 == 0x30 }
    }
}
