/// A word of HCL and its place.
struct HCLToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case identifier(String)
        /// A text in quotes or a heredoc, as it is meant.
        case text(String)
        case number(String)
        case boolean(Bool)
        case leftBrace, rightBrace, leftBracket, rightBracket, comma, assign
        case end
    }

    var kind: Kind
    var place: SourcePlace
}

extension HCLToken.Kind: CustomStringConvertible {
    /// For messages.
    var description: String {
        switch self {
        case .identifier(let name): name
        case .text: "a text"
        case .number(let text): text
        case .boolean(let value): "\(value)"
        case .leftBrace: "{"
        case .rightBrace: "}"
        case .leftBracket: "["
        case .rightBracket: "]"
        case .comma: "a comma"
        case .assign: "="
        case .end: "the end of the file"
        }
    }
}
