/// How a cell of the screen looks besides its text.
struct TextStyle: Equatable, Sendable {
    /// Colours of the terminal's own palette, which fit its background.
    enum Color: UInt8, Sendable {
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }

    /// nil: the terminal's own.
    var color: Color?
    var isBold = false
    var isFaint = false
    var isReversed = false

    static let plain = TextStyle()
    static let bold = TextStyle(isBold: true)
    static let faint = TextStyle(isFaint: true)
    static let reversed = TextStyle(isReversed: true)

    /// Text in one colour.
    static func colored(_ color: Color, isBold: Bool = false) -> TextStyle { TextStyle(color: color, isBold: isBold) }

    /// The octets that select it, whatever was selected before (ECMA-48, SGR).
    func selection(hasColor: Bool) -> String {
        var codes = "0"
        if isBold { codes += ";1" }
        if isFaint { codes += ";2" }
        if isReversed { codes += ";7" }
        if hasColor, let color { codes += ";\(color.rawValue)" }
        return "\u{1B}[\(codes)m"
    }
}
