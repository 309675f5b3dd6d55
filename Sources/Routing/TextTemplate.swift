/// Text with `$1`, `${name}` and `$variable` in it, read once and filled in for each request.
struct TextTemplate: Sendable {
    /// A piece of it.
    enum Part: Sendable, Equatable {
        /// As it stands.
        case literal([UInt8])
        /// A group of a regular expression, by number.
        case group(Int)
        /// A group by name: each expression has its own number for it.
        case namedGroup(String)
        /// Something of the request.
        case variable(Variable)
    }

    /// What of a request a redirect can name.
    enum Variable: String, Sendable, CaseIterable {
        /// `http` or `https`.
        case scheme
        /// The host without its port.
        case host
        /// Host and port as the client sent them.
        case authority
        /// Path and query.
        case requestURI = "request_uri"
        /// The path.
        case path
        /// What follows the `?`.
        case query
    }

    /// The pieces in order.
    private(set) var parts: [Part] = []

    /// Reads `text`; `$$` is a dollar sign.
    init(_ text: String) throws(PatternError) {
        let octets = Array(text.utf8)
        var position = 0
        while position < octets.count {
            let octet = octets[position]
            position += 1
            guard octet == UInt8(ascii: "$") else {
                append([octet])
                continue
            }
            guard position < octets.count else {
                throw PatternError(reason: "`\(text)` ends in a single `$`: write `$$` for a dollar sign")
            }
            if octets[position] == UInt8(ascii: "$") {
                append([UInt8(ascii: "$")])
                position += 1
                continue
            }
            let name = try Self.name(octets, &position, of: text)
            if let number = Int(name) {
                parts.append(.group(number))
            } else if let variable = Variable(rawValue: name) {
                parts.append(.variable(variable))
            } else {
                parts.append(.namedGroup(name))
            }
        }
    }

    private mutating func append(_ octets: [UInt8]) {
        if case .literal(let before) = parts.last {
            parts[parts.count - 1] = .literal(before + octets)
        } else {
            parts.append(.literal(octets))
        }
    }

    /// What follows a `$`: digits, letters and underscores, or anything in braces.
    private static func name(_ octets: [UInt8], _ position: inout Int, of text: String) throws(PatternError) -> String {
        let isBraced = octets[position] == UInt8(ascii: "{")
        if isBraced { position += 1 }
        let start = position
        let isNumber = position < octets.count && isDigit(octets[position])
        while position < octets.count, isDigit(octets[position]) || (!isNumber && isLetter(octets[position])) {
            position += 1
        }
        let name = String(decoding: octets[start..<position], as: UTF8.self)
        if isBraced {
            guard position < octets.count, octets[position] == UInt8(ascii: "}") else {
                throw PatternError(reason: "`\(text)` has a `${` that does not end: write `${name}`")
            }
            position += 1
        }
        guard !name.isEmpty, name.utf8.count <= 32 else {
            throw PatternError(
                reason: "`\(text)` has a `$` before no name: write `$1`, `${name}`, or `$$` for a dollar sign")
        }
        return name
    }

    private static func isDigit(_ octet: UInt8) -> Bool { octet &- UInt8(ascii: "0") < 10 }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (octet | 0x20) &- UInt8(ascii: "a") < 26 || octet == UInt8(ascii: "_")
    }

    /// What `text` names that none of `regexes` has, or nil.
    func missingGroup(in regexes: [Regex]) -> String? {
        for part in parts {
            switch part {
            case .group(let number):
                if number > 0, !regexes.contains(where: { $0.groupCount >= number }) { return "$\(number)" }
                if number == 0, regexes.isEmpty { return "$0" }
            case .namedGroup(let name):
                if !regexes.contains(where: { $0.group(named: name) != nil }) { return "${\(name)}" }
            case .literal, .variable:
                break
            }
        }
        return nil
    }

    /// Appends the group that `part` names of `match`, if it took part.
    static func appendGroup(_ part: Part, of match: RegexMatch?, to output: inout [UInt8]) {
        let number: Int?
        switch part {
        case .group(let index): number = index
        case .namedGroup(let name): number = match?.regex.group(named: name)
        case .literal, .variable: number = nil
        }
        guard let match, let number, number < match.groups.count, let range = match.groups[number] else { return }
        output += match.subject[range]
    }
}

/// A match of a regular expression, kept with what it was found in.
struct RegexMatch {
    /// The expression.
    var regex: Regex
    /// What it was matched against.
    var subject: [UInt8]
    /// Where its groups lie, the whole match first.
    var groups: [Range<Int>?]

    /// The match of `regex` in `subject`, if there is one.
    init?(_ regex: Regex, in subject: [UInt8]) {
        guard let groups = unsafe regex.groups(in: subject.span.bytes) else { return nil }
        self.regex = regex
        self.subject = subject
        self.groups = groups
    }
}
