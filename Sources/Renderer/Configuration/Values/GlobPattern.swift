/// A pattern of names, as Go's `filepath.Match` reads it: `*` and `?` do not cross a `/`, `[a-z]` and `[^a-z]` are one
/// character of a range or none of it, and a backslash takes its meaning from what follows.
public struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Piece: Sendable, Hashable {
        case star
        case any
        case one(Unicode.Scalar)
        case range([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    /// The pattern as it was written.
    public let description: String
    private let pieces: [Piece]

    /// The pattern `text`, nil if a `[` or a backslash in it leads nowhere.
    public init?(_ text: String) {
        description = text
        var pieces: [Piece] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                // Several mean no more than one, and would cost more.
                if pieces.last != .star { pieces.append(.star) }
            case "?": pieces.append(.any)
            case "[":
                guard let range = Self.range(&rest) else { return nil }
                pieces.append(range)
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                pieces.append(.one(escaped))
            default: pieces.append(.one(scalar))
            }
        }
        self.pieces = pieces
    }

    private static func range(_ rest: inout Substring.UnicodeScalarView) -> Piece? {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        while rest.first != "]" || ranges.isEmpty {
            guard let low = bound(&rest) else { return nil }
            var high = low
            if rest.first == "-" {
                rest.removeFirst()
                guard let bound = bound(&rest) else { return nil }
                high = bound
            }
            // Go lets a range run backwards, and nothing is in it.
            ranges.append(low <= high ? low...high : "\u{0}"..."\u{0}")
        }
        rest.removeFirst()
        return .range(ranges, isNegated: isNegated)
    }

    private static func bound(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
        guard let scalar = rest.popFirst(), scalar != "-", scalar != "]" else { return nil }
        return scalar == "\\" ? rest.popFirst() : scalar
    }

    /// Whether all of `name` is as the pattern says.
    ///
    /// Takes at most as many steps as the two lengths multiplied.
    public func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var piece = 0
        var index = 0
        // Where to go on with one more character under the last star.
        var retry: (piece: Int, index: Int)?
        while index < scalars.count || piece < pieces.count {
            if piece < pieces.count, pieces[piece] == .star {
                retry = (piece, index)
                piece += 1
                continue
            }
            if piece < pieces.count, index < scalars.count, Self.matches(pieces[piece], scalars[index]) {
                piece += 1
                index += 1
                continue
            }
            guard let last = retry, last.index < scalars.count, scalars[last.index] != "/" else { return false }
            retry = (last.piece, last.index + 1)
            piece = last.piece + 1
            index = last.index + 1
        }
        return true
    }

    private static func matches(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
        switch piece {
        case .star: false
        case .any: scalar != "/"
        case .one(let wanted): scalar == wanted
        case .range(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }
}
