/// Text that a terminal can be given: what would steer it, or cannot be seen, stands there escaped.
///
/// Names of services, addresses and reasons come from a store that others write: none of their octets may reach the terminal
/// as they are. This is the only way by which text comes onto a ``Canvas``.
struct DisplayText: Equatable, Sendable {
    /// What takes one or two columns.
    struct Glyph: Equatable, Sendable {
        var text: String
        var columns: Int
        fileprivate var marks = 0

        fileprivate init(_ text: String, columns: Int = 1) {
            self.text = text
            self.columns = columns
        }
    }

    /// Marks above and below one letter that are shown; more would reach into other lines.
    private static let marksMaximum = 3

    private(set) var glyphs: [Glyph] = []
    /// Columns that all of it takes.
    private(set) var columns = 0

    /// - Parameters:
    ///   - isUTF8: whether the terminal takes more than ASCII.
    ///   - limit: columns after which the rest is left out.
    init(_ text: String, isUTF8: Bool = true, limit: Int = 4096) {
        for scalar in text.unicodeScalars {
            guard columns < limit else { break }
            let value = scalar.value
            if (0x20..<0x7F).contains(value) {
                glyphs.append(Glyph(String(scalar)))
                columns += 1
            } else if !isUTF8 || Self.isHidden(scalar) {
                escape(scalar)
            } else {
                append(scalar)
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let width = TextWidth.columns(of: scalar)
        if width > 0 {
            glyphs.append(Glyph(String(scalar), columns: width))
            columns += width
        } else if let last = glyphs.last, last.marks < Self.marksMaximum {
            glyphs[glyphs.count - 1].text.unicodeScalars.append(scalar)
            glyphs[glyphs.count - 1].marks += 1
        } else {
            escape(scalar)
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        let text =
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: "\\u{\(String(scalar.value, radix: 16))}"
            }
        for character in text.unicodeScalars {
            var glyph = Glyph(String(character))
            // A mark after it would change what the escape says.
            glyph.marks = Self.marksMaximum
            glyphs.append(glyph)
        }
        columns += text.utf8.count
    }

    /// Whether a terminal would act on it, or nobody could see it: controls, direction marks, joiners, fillers, what is not
    /// assigned, and spaces that are none.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
