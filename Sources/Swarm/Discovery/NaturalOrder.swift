/// The order in which people list names with numbers in them: `node-9` before `node-10`.
enum NaturalOrder {
    /// Below 0 if `left` comes first, above 0 if `right` does, 0 if they are the same.
    static func compare(_ left: String, _ right: String) -> Int {
        let (one, two) = (left.utf8.span, right.utf8.span)
        var (place, other) = (0, 0)
        while place < one.count, other < two.count {
            let (first, second) = (one[place], two[other])
            if first.isDigit, second.isDigit {
                let order = compareNumbers(one, &place, two, &other)
                if order != 0 { return order }
                continue
            }
            if first != second { return first < second ? -1 : 1 }
            place += 1
            other += 1
        }
        let (rest, otherRest) = (one.count - place, two.count - other)
        if rest != otherRest { return rest == 0 ? -1 : 1 }
        // Alike but for zeros in front.
        return left == right ? 0 : left < right ? -1 : 1
    }

    /// Compares the numbers that begin at two places, and goes on behind them; zeros in front do not count.
    private static func compareNumbers(
        _ one: borrowing Span<UInt8>, _ place: inout Int, _ two: borrowing Span<UInt8>, _ other: inout Int
    ) -> Int {
        while place < one.count, one[place] == 0x30 { place += 1 }
        while other < two.count, two[other] == 0x30 { other += 1 }
        var order = 0
        while true {
            let digit = place < one.count && one[place].isDigit ? one[place] : nil
            let counterpart = other < two.count && two[other].isDigit ? two[other] : nil
            switch (digit, counterpart) {
            case (nil, nil): return order
            case (nil, _): return -1
            case (_, nil): return 1
            case (let digit?, let counterpart?):
                if order == 0, digit != counterpart { order = digit < counterpart ? -1 : 1 }
            }
            place += 1
            other += 1
        }
    }
}
