/// IPv4 addresses as text.
enum IPv4Literal {
    /// The address that the octets from `start` to `end` spell, its first octet the highest: four numbers up to 255 without
    /// leading zeroes; nil if they are none.
    static func value(_ bytes: Octets, from start: Int, to end: Int) -> UInt32? {
        var index = start
        var value: UInt32 = 0
        for part in 0..<4 {
            let first = index
            var number: UInt32 = 0
            while index < end, index - first < 3, Octet.isDigit(bytes[index]) {
                number = number * 10 + UInt32(bytes[index] - Octet.zero)
                index += 1
            }
            guard index > first, number <= 255 else { return nil }
            if bytes[first] == Octet.zero, index - first > 1 { return nil }
            value = value << 8 | number
            guard part < 3 else { break }
            guard index < end, bytes[index] == Octet.dot else { return nil }
            index += 1
        }
        return index == end ? value : nil
    }
}
