/// A version number of semver.org, where minor and patch may be left out.
struct SemanticVersion: Comparable {
    /// Major, minor, patch.
    let numbers: [UInt64]
    /// What follows a dash; empty for none.
    let prerelease: String
    /// What follows a plus sign; empty for none.
    let metadata: String
    /// The text that it was read from.
    let original: String
    /// How many of the numbers were there.
    let given: Int

    /// Reads a version, which may begin with a v.
    init?(_ text: String) {
        original = text
        var rest = text.hasPrefix("v") ? text.dropFirst() : text[...]
        var metadata = ""
        if let plus = rest.firstIndex(of: "+") {
            metadata = String(rest[rest.index(after: plus)...])
            guard Self.areIdentifiers(metadata) else { return nil }
            rest = rest[..<plus]
        }
        var prerelease = ""
        if let dash = rest.firstIndex(of: "-") {
            prerelease = String(rest[rest.index(after: dash)...])
            guard Self.areIdentifiers(prerelease) else { return nil }
            rest = rest[..<dash]
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard 1...3 ~= parts.count else { return nil }
        var numbers: [UInt64] = []
        for part in parts {
            guard part.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = UInt64(part) else { return nil }
            numbers.append(number)
        }
        given = parts.count
        self.numbers = numbers + [UInt64](repeating: 0, count: 3 - numbers.count)
        self.prerelease = prerelease
        self.metadata = metadata
    }

    private static func areIdentifiers(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        }
    }

    /// The version in full.
    var text: String {
        numbers.map { String($0) }.joined(separator: ".") + (prerelease.isEmpty ? "" : "-" + prerelease)
            + (metadata.isEmpty ? "" : "+" + metadata)
    }

    /// Versions are equal when neither comes first, whatever was built.
    static func == (left: SemanticVersion, right: SemanticVersion) -> Bool {
        left.numbers == right.numbers && left.prerelease == right.prerelease
    }

    /// The order of precedence.
    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        let (ours, theirs) = (left.prerelease.split(separator: "."), right.prerelease.split(separator: "."))
        for (our, their) in zip(ours, theirs) where our != their {
            switch (UInt64(our), UInt64(their)) {
            case (let our?, let their?): return our < their
            case (nil, nil): return our < their
            case (let our, _): return our != nil
            }
        }
        return ours.count < theirs.count
    }
}

/// Which versions are wanted: `>=1.2 <2 || ^3.1`.
struct VersionConstraint {
    private struct Part {
        var sign: String
        var numbers: [UInt64]
        var given: Int
        var prerelease: String
    }

    private var alternatives: [[Part]] = []

    /// Reads a constraint.
    init?(_ text: String) {
        for alternative in text.split(separator: "||", omittingEmptySubsequences: false) {
            var parts: [Part] = []
            for range in alternative.split(separator: ",") {
                guard let read = Self.parts(String(range)) else { return nil }
                parts += read
            }
            guard !parts.isEmpty else { return nil }
            alternatives.append(parts)
        }
    }

    private static func parts(_ text: String) -> [Part]? {
        if let dash = text.firstRange(of: " - ") {
            guard let low = part("", text[..<dash.lowerBound].filter { $0 != " " }),
                let high = part("", text[dash.upperBound...].filter { $0 != " " })
            else { return nil }
            var parts = [low, high]
            parts[0].sign = ">="
            parts[1].sign = "<="
            return parts
        }
        var parts: [Part] = []
        var rest = text[...].drop { $0 == " " }
        while !rest.isEmpty {
            let sign = rest.prefix { "=<>!~^".contains($0) }
            rest = rest[sign.endIndex...].drop { $0 == " " }
            let version = rest.prefix { $0 != " " && !"=<>!~^".contains($0) }
            rest = rest[version.endIndex...].drop { $0 == " " }
            guard let part = part(String(sign), String(version)) else { return nil }
            parts.append(part)
        }
        return parts
    }

    private static func part(_ sign: String, _ version: String) -> Part? {
        guard ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"].contains(sign) else { return nil }
        let bare = version.hasPrefix("v") ? version.dropFirst() : version[...]
        let core = bare.prefix { $0 != "-" && $0 != "+" }
        let fixed = core.split(separator: ".", omittingEmptySubsequences: false).prefix {
            !["x", "X", "*"].contains($0)
        }
        if fixed.isEmpty { return Part(sign: sign, numbers: [0, 0, 0], given: 0, prerelease: "") }
        guard let read = SemanticVersion(fixed.joined(separator: ".") + bare[core.endIndex...]) else { return nil }
        return Part(sign: sign, numbers: read.numbers, given: read.given, prerelease: read.prerelease)
    }

    /// Whether `version` is wanted; one before a release is so only where the constraint speaks of such.
    func accepts(_ version: SemanticVersion) -> Bool {
        alternatives.contains { parts in parts.allSatisfy { Self.accepts(version, $0) } }
    }

    private static func accepts(_ version: SemanticVersion, _ part: Part) -> Bool {
        let numbers = part.numbers.map { String($0) }.joined(separator: ".")
        guard let bound = SemanticVersion(numbers + (part.prerelease.isEmpty ? "" : "-" + part.prerelease)) else {
            return false
        }
        if !version.prerelease.isEmpty, part.prerelease.isEmpty, part.sign != "!=" { return false }
        let isSame = version.numbers.prefix(part.given).elementsEqual(part.numbers.prefix(part.given))
        switch part.sign {
        case "", "=": return part.given < 3 ? isSame : version == bound
        case "!=": return part.given < 3 ? !isSame : version != bound
        case ">": return part.given < 3 ? version > bound && !isSame : version > bound
        case "<": return version < bound
        case ">=", "=>": return version >= bound
        case "<=", "=<": return part.given < 3 ? version < bound || isSame : version <= bound
        case "~", "~>":
            let fixed = min(max(part.given, part.given == 0 ? 0 : 1), 2)
            return version >= bound && version.numbers.prefix(fixed).elementsEqual(part.numbers.prefix(fixed))
        default:
            // A caret keeps the first number that is not zero, and those before it.
            let significant = (part.numbers.prefix(part.given).firstIndex { $0 != 0 } ?? max(part.given - 1, 0)) + 1
            let fixed = part.given == 0 ? 0 : significant
            return version >= bound && version.numbers.prefix(fixed).elementsEqual(part.numbers.prefix(fixed))
        }
    }
}
