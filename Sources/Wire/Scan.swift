/// The scanning loops of the head parser: each runs to the first octet that is not plain, eight at a time.
///
/// All of them return an index between `start` and the view's `count`; `count` means that the bytes ended first.
enum Scan {
    /// The end of a token (a field name or a method), and whether a `_` was in it.
    ///
    /// Names are nearly always letters and dashes, which a word tests at once; other token octets go by the set.
    @inline(__always)
    static func tokenEnd(_ bytes: Octets, from start: Int, sawUnderscore: inout Bool) -> Int {
        var index = start
        while bytes.hasWord(at: index) {
            let word = bytes.word(at: index)
            let odd = ~(Swar.letters(word) | Swar.equal(word, 0x2D)) & Swar.highBits
            if odd == 0 {
                index &+= 8
                continue
            }
            index &+= Swar.index(odd)
            let octet = bytes[index]
            if octet == Octet.colon || !OctetSet.token.contains(octet) { return index }
            if octet == Octet.underscore { sawUnderscore = true }
            index &+= 1
        }
        while index < bytes.count {
            let octet = bytes[index]
            if !OctetSet.token.contains(octet) { return index }
            if octet == Octet.underscore { sawUnderscore = true }
            index &+= 1
        }
        return index
    }

    /// The end of a field value: the first control octet that is not a tab (RFC 9110 §5.5).
    @inline(__always)
    static func valueEnd(_ bytes: Octets, from start: Int) -> Int {
        var index = start
        while bytes.hasWord(at: index &+ 8) {
            if Swar.notPrintable(bytes.word(at: index)) | Swar.notPrintable(bytes.word(at: index &+ 8)) != 0 { break }
            index &+= 16
        }
        while bytes.hasWord(at: index) {
            let word = bytes.word(at: index)
            let stop = Swar.firstBelow(word, 0x20) | Swar.firstEqual(word, 0x7F)
            if stop == 0 {
                index &+= 8
                continue
            }
            index &+= Swar.index(stop)
            if bytes[index] != Octet.tab { return index }
            index &+= 1
        }
        while index < bytes.count {
            let octet = bytes[index]
            if (octet < 0x20 && octet != Octet.tab) || octet == 0x7F { return index }
            index &+= 1
        }
        return index
    }

    /// The end of a target's path: the first octet that is not visible ASCII, or one of `?`, `#`, `\`.
    @inline(__always)
    static func pathEnd(_ bytes: Octets, from start: Int) -> Int {
        var index = start
        while bytes.hasWord(at: index) {
            let word = bytes.word(at: index)
            let stop =
                Swar.firstBelow(word, 0x21) | Swar.firstEqual(word, 0x7F) | Swar.firstEqual(word, 0x3F)
                | Swar.firstEqual(word, 0x23) | Swar.firstEqual(word, 0x5C) | (word & Swar.highBits)
            if stop != 0 { return index &+ Swar.index(stop) }
            index &+= 8
        }
        while index < bytes.count {
            let octet = bytes[index]
            if octet < 0x21 || octet >= 0x7F || octet == 0x3F || octet == 0x23 || octet == 0x5C { return index }
            index &+= 1
        }
        return index
    }

    /// The end of a target's query: the first octet that is not visible ASCII, or `#`.
    @inline(__always)
    static func queryEnd(_ bytes: Octets, from start: Int) -> Int {
        var index = start
        while bytes.hasWord(at: index) {
            let word = bytes.word(at: index)
            let stop =
                Swar.firstBelow(word, 0x21) | Swar.firstEqual(word, 0x7F) | Swar.firstEqual(word, 0x23)
                | (word & Swar.highBits)
            if stop != 0 { return index &+ Swar.index(stop) }
            index &+= 8
        }
        while index < bytes.count {
            let octet = bytes[index]
            if octet < 0x21 || octet >= 0x7F || octet == 0x23 { return index }
            index &+= 1
        }
        return index
    }
}
