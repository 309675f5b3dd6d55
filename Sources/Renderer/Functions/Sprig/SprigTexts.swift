internal import Template

/// Sprig's functions on texts.
enum SprigTexts {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        addCases(to: &table)
        addTrims(to: &table)
        addCuts(to: &table)
        addJoins(to: &table)
        table.register("hello") { () in "Hello!" }
        table.register("contains") { (part: GoString, s: GoString) in Octets.contains(s.octets, part.octets) }
        table.register("hasPrefix") { (part: GoString, s: GoString) in s.octets.starts(with: part.octets) }
        table.register("hasSuffix") { (part: GoString, s: GoString) in Octets.hasSuffix(s.octets, part.octets) }
        table.register("replace") { (old: GoString, new: GoString, s: GoString) in
            GoString(try TextFunctions.replace(s.octets, old.octets, with: new.octets))
        }
        table.register("plural") { (one: GoString, many: GoString, count: Int) in count == 1 ? one : many }
        table.register("fail") { (message: String) -> String in throw FunctionError(message) }
        table.register("toString") { (value: Value) in GoString(value.sprigText) }
        table.register("toStrings") { (value: Value) in value.sprigTexts.map { GoString($0) } }
    }

    private static func addCases(to table: inout FunctionTable) {
        table.register("upper") { (s: GoString) in GoString(Octets.map(s.octets, LetterCase.upper)) }
        table.register("lower") { (s: GoString) in GoString(Octets.map(s.octets, LetterCase.lower)) }
        table.register("title") { (s: GoString) in GoString(LetterCase.titleAfterSeparators(s.octets)) }
        table.register("untitle") { (s: GoString) in
            var isAtStart = true
            return GoString(
                Octets.map(s.octets) { rune in
                    defer { isAtStart = Octets.isSpace(rune) }
                    return isAtStart ? LetterCase.lower(rune) : rune
                })
        }
        table.register("swapcase") { (s: GoString) in
            GoString(
                Octets.map(s.octets) { rune in
                    if LetterCase.isUpper(rune) { return LetterCase.lower(rune) }
                    return LetterCase.isLower(rune) ? LetterCase.upper(rune) : rune
                })
        }
        table.register("snakecase") { (s: GoString) in GoString(WordCase.lower(s.octets, connector: 0x5F)) }
        table.register("kebabcase") { (s: GoString) in GoString(WordCase.lower(s.octets, connector: 0x2D)) }
        table.register("camelcase") { (s: GoString) in GoString(WordCase.camel(s.octets)) }
        table.register("initials") { (s: GoString) in
            var isAtStart = true
            return GoString(
                Octets.encode(
                    Octets.runes(s.octets).filter { rune in
                        let isSpace = Octets.isSpace(rune)
                        defer { isAtStart = isSpace }
                        return isAtStart && !isSpace
                    }))
        }
        table.register("nospace") { (s: GoString) in
            GoString(Octets.encode(Octets.runes(s.octets).filter { !Octets.isSpace($0) }))
        }
    }

    private static func addTrims(to table: inout FunctionTable) {
        table.register("trim") { (s: GoString) in GoString(Octets.trimSpace(s.octets)) }
        for name in ["trimAll", "trimall"] {
            table.register(name) { (cutset: GoString, s: GoString) in
                GoString(Octets.trim(s.octets, cutset: cutset.octets))
            }
        }
        table.register("trimSuffix") { (part: GoString, s: GoString) in
            GoString(Octets.trimSuffix(s.octets, part.octets))
        }
        table.register("trimPrefix") { (part: GoString, s: GoString) in
            GoString(Octets.trimPrefix(s.octets, part.octets))
        }
    }

    private static func addCuts(to table: inout FunctionTable) {
        table.register("trunc") { (count: Int, s: GoString) in
            if count < 0, s.octets.count + count > 0 { return GoString(Array(s.octets.suffix(-count))) }
            return count >= 0 && s.octets.count > count ? GoString(Array(s.octets.prefix(count))) : s
        }
        table.register("substr") { (start: Int, end: Int, s: GoString) in
            if start < 0 { return GoString(Array(try cut(s.octets, nil, end))) }
            if end < 0 || end > s.octets.count { return GoString(Array(try cut(s.octets, start, nil))) }
            return GoString(Array(try cut(s.octets, start, end)))
        }
        table.register("abbrev") { (width: Int, s: GoString) in
            width < 4 ? s : GoString(Abbreviation.shorten(s.octets, offset: 0, width: width))
        }
        table.register("abbrevboth") { (offset: Int, width: Int, s: GoString) in
            width < 4 || offset > 0 && width < 7
                ? s : GoString(Abbreviation.shorten(s.octets, offset: offset, width: width))
        }
        table.register("wrap") { (width: Int, s: GoString) in
            GoString(try Wrapping(width: width, newLine: [0x0A], breaksWords: false).wrap(s.octets))
        }
        table.register("wrapWith") { (width: Int, newLine: GoString, s: GoString) in
            let newLine = newLine.octets.isEmpty ? [0x0A] : newLine.octets
            return GoString(try Wrapping(width: width, newLine: newLine, breaksWords: true).wrap(s.octets))
        }
    }

    /// A part of a text; bounds that are not in it fail as Go's do.
    private static func cut(_ octets: [UInt8], _ start: Int?, _ end: Int?) throws(FunctionError) -> ArraySlice<UInt8> {
        let high = end ?? octets.count
        let low = start ?? 0
        if high < 0 { throw FunctionError("runtime error: slice bounds out of range [:\(high)]") }
        if high > octets.count {
            throw FunctionError("runtime error: slice bounds out of range [:\(high)] with length \(octets.count)")
        }
        if low > high { throw FunctionError("runtime error: slice bounds out of range [\(low):\(high)]") }
        return octets[low..<high]
    }

    private static func addJoins(to table: inout FunctionTable) {
        table.register("repeat") { (count: Int, s: GoString) in
            guard count >= 0 else { throw FunctionError("strings: negative Repeat count") }
            try ResultLimit.check(octets: s.octets.count, times: count)
            return GoString(s.octets.isEmpty ? [] : Array(repeatElement(s.octets, count: count).joined()))
        }
        table.register("quote") { (values: Rest<Value>) in
            GoString(try present(values).map { GoFormat.quote($0.sprigText) }.spaced())
        }
        table.register("squote") { (values: Rest<Value>) in
            GoString(try present(values).map { [0x27] + GoFormat.text(of: $0) + [0x27] }.spaced())
        }
        table.register("cat") { (values: Rest<Value>) in
            GoString(try present(values).map { GoFormat.text(of: $0) }.spaced())
        }
        table.register("indent") { (count: Int, s: GoString) in GoString(try indent(s.octets, by: count)) }
        table.register("nindent") { (count: Int, s: GoString) in GoString([0x0A] + (try indent(s.octets, by: count))) }
    }

    private static func present(_ values: Rest<Value>) -> [Value] {
        values.elements.filter { value in
            if case .null = value { false } else { true }
        }
    }

    private static func indent(_ octets: [UInt8], by count: Int) throws(FunctionError) -> [UInt8] {
        guard count >= 0 else { throw FunctionError("strings: negative Repeat count") }
        try ResultLimit.check(octets: count, times: octets.count { $0 == 0x0A } + 1)
        let blanks = [UInt8](repeating: 0x20, count: count)
        return blanks + Octets.replace(octets, [0x0A], with: [0x0A] + blanks)
    }
}

extension [[UInt8]] {
    /// The texts with blanks between.
    fileprivate func spaced() throws(FunctionError) -> [UInt8] { try TextFunctions.join(self, [0x20]) }
}
