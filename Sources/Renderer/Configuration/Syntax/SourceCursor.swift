/// Walks over a text and knows its place.
struct SourceCursor: Sendable {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    /// Where ``current`` stands.
    private(set) var place: SourcePlace

    init(_ text: String, source: String) {
        scalars = Array(text.unicodeScalars)
        place = SourcePlace(source: source, line: 1, column: 1)
    }

    /// What comes next; nil at the end.
    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    /// What comes after ``current``.
    var following: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    /// Passes over what comes next.
    mutating func advance() {
        guard let scalar = current else { return }
        index += 1
        if scalar == "\n" {
            place.line += 1
            place.column = 1
        } else {
            place.column += 1
        }
    }

    /// Passes over `scalar` if it comes next.
    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        advance()
        return true
    }

    /// Takes what comes next while it is `wanted`.
    mutating func take(while wanted: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = current, wanted(scalar) {
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    /// Takes the rest of the line; the line feed is passed over, and not in the text.
    ///
    /// - Returns: the line, and whether a line feed ended it.
    mutating func takeLine() -> (text: String, isEnded: Bool) {
        let line = take { $0 != "\n" }
        return (line, skip("\n"))
    }
}
