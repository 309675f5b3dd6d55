internal import Template

extension GoRegex {
    /// Up to `limit` matches, none of which begins within another or is empty right behind one.
    func matches(in text: Subject, limit: Int = .max) throws(FunctionError) -> [[Range<Int>?]] {
        let subject = text.octets
        var result: [[Range<Int>?]] = []
        var position = 0
        var previousEnd = -1
        while result.count < limit, position <= subject.count, let groups = try match(text, from: position),
            let whole = groups[0]
        {
            var isAccepted = true
            if whole.upperBound == position {
                isAccepted = whole.lowerBound != previousEnd
                position += position < subject.count ? Octets.decode(subject, at: position).width : 1
            } else {
                position = whole.upperBound
            }
            previousEnd = whole.upperBound
            if isAccepted {
                try ResultLimit.check(elements: result.count)
                result.append(groups)
            }
        }
        return result
    }

    /// `subject` with each match replaced by what `replacement` makes of it.
    func replace(
        _ text: Subject, _ replacement: ([Range<Int>?], inout [UInt8]) -> Void
    ) throws(FunctionError) -> [UInt8] {
        let subject = text.octets
        var result: [UInt8] = []
        var position = 0
        var lastEnd = 0
        while position <= subject.count, let groups = try match(text, from: position), let whole = groups[0] {
            result += subject[lastEnd..<max(whole.lowerBound, lastEnd)]
            if whole.upperBound > lastEnd || whole.lowerBound == 0 { replacement(groups, &result) }
            try ResultLimit.check(octets: result.count)
            lastEnd = whole.upperBound
            let width = position < subject.count ? Octets.decode(subject, at: position).width : 0
            if position + width > whole.upperBound {
                position += width
            } else if position + 1 > whole.upperBound {
                position += 1
            } else {
                position = whole.upperBound
            }
        }
        return result + subject[lastEnd...]
    }

    /// `subject` with each match replaced by `template`, where `$1`, `${1}` and `${name}` stand for groups.
    func replace(_ subject: [UInt8], template: [UInt8]) throws(FunctionError) -> [UInt8] {
        let parts = Self.parts(of: template)
        let text = Subject(subject)
        return try replace(text) { groups, result in
            for part in parts {
                switch part {
                case .text(let text): result += text
                case .group(let name):
                    guard let range = range(of: name, groups) else { continue }
                    result += text.octets[range]
                }
            }
        }
    }

    /// The parts between matches, as Go's Split.
    func split(_ text: Subject, limit: Int) throws(FunctionError) -> [[UInt8]]? {
        let subject = text.octets
        if limit == 0 { return nil }
        if !pattern.isEmpty, subject.isEmpty { return [[]] }
        var parts: [[UInt8]] = []
        var start = 0
        var end = 0
        for match in try matches(in: text, limit: limit < 0 ? .max : limit) {
            if limit > 0, parts.count == limit - 1 { break }
            guard let whole = match[0] else { continue }
            end = whole.lowerBound
            if whole.upperBound != 0 { parts.append(Array(subject[start..<end])) }
            start = whole.upperBound
        }
        if end != subject.count { parts.append(Array(subject[start...])) }
        return parts
    }

    /// What the group of a number captured, or the first that did of those with a name.
    private func range(of name: String, _ groups: [Range<Int>?]) -> Range<Int>? {
        if let number = Self.number(name) { return number < groups.count ? groups[number] : nil }
        return names.lazy.filter { $0.name == name }.compactMap { groups[$0.group] }.first
    }

    private enum Part {
        case text([UInt8])
        case group(String)
    }

    /// The number that a group's name is; nil when it is a name.
    private static func number(_ name: String) -> Int? {
        guard name.utf8.allSatisfy({ $0 &- 0x30 < 10 }), name.utf8.count == 1 || name.utf8.first != 0x30 else {
            return nil
        }
        return Int(name)
    }

    private static func parts(of template: [UInt8]) -> [Part] {
        var parts: [Part] = []
        var text: [UInt8] = []
        var index = 0
        while index < template.count {
            guard template[index] == 0x24 else {
                text.append(template[index])
                index += 1
                continue
            }
            index += 1
            if index < template.count, template[index] == 0x24 {
                text.append(0x24)
                index += 1
                continue
            }
            guard let (name, width) = name(template, at: index) else {
                text.append(0x24)
                continue
            }
            parts.append(.text(text))
            text = []
            parts.append(.group(name))
            index += width
        }
        parts.append(.text(text))
        return parts
    }

    /// The name of a group at `start`, with or without braces.
    private static func name(_ template: [UInt8], at start: Int) -> (name: String, width: Int)? {
        let hasBrace = start < template.count && template[start] == 0x7B
        let first = start + (hasBrace ? 1 : 0)
        var end = first
        while end < template.count {
            let (rune, width) = Octets.decode(template, at: end)
            guard rune == 0x5F || LetterCase.isLetter(rune) || LetterCase.isDigit(rune) else { break }
            end += width
        }
        guard end > first else { return nil }
        if hasBrace { guard end < template.count, template[end] == 0x7D else { return nil } }
        return (String(decoding: template[first..<end], as: UTF8.self), end - start + (hasBrace ? 1 : 0))
    }

    /// `text` with a backslash before all that means something in an expression.
    static func quoteMeta(_ text: [UInt8]) -> [UInt8] {
        let special = Set(#"\.+*?()|[]{}^$"#.utf8)
        return text.flatMap { special.contains($0) ? [0x5C, $0] : [$0] }
    }
}
