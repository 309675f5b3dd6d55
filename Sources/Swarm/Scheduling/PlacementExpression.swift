/// What a container says of where it wants to be: `zone==eu*`, `container!=db`, `storage==~ssd`.
///
/// A key, an operator and a value; a value that begins with `~` is a wish that gives way where it cannot be met.
public struct PlacementExpression: Sendable, Equatable {
    /// How the value is held against what a node has.
    public enum Comparison: String, Sendable {
        /// One of the node's texts has to match.
        case equal = "=="
        /// None of them may.
        case unequal = "!="
    }

    /// What of a node is looked at: `node`, `container`, `image`, or a label.
    public let key: String
    /// How.
    public let comparison: Comparison
    /// The value as it was written, without its tildes.
    public let value: String
    /// Whether it may be left out where it cannot be met.
    public let isSoft: Bool
    private let pattern: NamePattern

    /// Reads `zone==eu*`.
    ///
    /// `==` is looked for before `!=`. A key has two characters or more, of letters, digits, `-`, `_` and `.`, and begins with
    /// a letter or `_`. A value in slashes is a regular expression that may match anywhere; in any other `*` stands for any
    /// characters and the whole text has to match.
    public init(_ text: String) throws(PlacementError) {
        let comparisons: [Comparison] = [.equal, .unequal]
        for comparison in comparisons {
            guard let (key, value) = Self.split(text, at: comparison.rawValue) else { continue }
            guard Self.isKey(key) else { throw PlacementError("Key '\(key)' is invalid") }
            guard Self.isValue(value) else { throw PlacementError("Value '\(value)' is invalid") }
            self.key = key
            self.comparison = comparison
            isSoft = value.hasPrefix("~")
            self.value = String(value.drop { $0 == "~" })
            pattern = NamePattern(self.value)
            return
        }
        throw PlacementError("One of operator ==, != is expected")
    }

    /// Whether a node that has `texts` to show meets it.
    public func isMet(by texts: some Sequence<String>) -> Bool {
        texts.contains { pattern.matches($0) } == (comparison == .equal)
    }

    private static func split(_ text: String, at mark: String) -> (String, String)? {
        let (octets, mark) = (Array(text.utf8), Array(mark.utf8))
        guard let place = octets.indices.first(where: { octets[$0...].starts(with: mark) }) else { return nil }
        return (
            String(decoding: octets[..<place], as: UTF8.self),
            String(decoding: octets[(place + mark.count)...], as: UTF8.self)
        )
    }

    private static func isKey(_ text: String) -> Bool {
        guard text.utf8.count >= 2, let first = text.utf8.first, first.isLetter || first == UInt8(ascii: "_") else {
            return false
        }
        return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_.".utf8.contains($0) }
    }

    private static func isValue(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if let first = rest.first, "=!/".utf8.contains(first), rest.count > 1 { rest = rest.dropFirst() }
        if rest.first == UInt8(ascii: "~") { rest = rest.dropFirst() }
        return !rest.isEmpty
            && rest.allSatisfy {
                $0.isLetter || $0.isDigit || #":-_.*/()?+[]\^$|"#.utf8.contains($0)
                    || " \t\n\r\u{0C}".utf8.contains($0)
            }
    }
}

extension PlacementExpression: CustomStringConvertible {
    /// `zone==eu*`, without the mark of a wish.
    public var description: String { "\(key)\(comparison.rawValue)\(value)" }

    /// The same values and the same meaning; patterns follow from them.
    public static func == (left: PlacementExpression, right: PlacementExpression) -> Bool {
        left.key == right.key && left.comparison == right.comparison && left.value == right.value
            && left.isSoft == right.isSoft
    }
}
