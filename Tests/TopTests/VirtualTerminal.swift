@testable import Top

/// A terminal that takes what ``ScreenWriter`` sends, and nothing else.
struct VirtualTerminal {
    struct Cell: Equatable {
        var text = " "
        var style = ""
    }

    /// What a terminal would have done, had it been sent such a thing.
    struct Surprise: Error { var what: String }

    let size: ScreenSize
    private(set) var cells: [Cell]
    private var row = 0
    private var column = 0
    private var style = "0"

    init(_ size: ScreenSize) {
        self.size = size
        cells = Array(repeating: Cell(text: "?"), count: size.rows * size.columns)
    }

    mutating func take(_ octets: [UInt8]) throws {
        var rest = Array(String(decoding: octets, as: UTF8.self).unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar != "\u{1B}" else {
                guard rest.popFirst() == "[" else { throw Surprise(what: "an escape that is no CSI") }
                let parameters = rest.prefix { !$0.properties.isAlphabetic }
                rest = rest.dropFirst(parameters.count)
                let text = String(String.UnicodeScalarView(parameters))
                try control(text, rest.popFirst() ?? " ")
                continue
            }
            guard scalar.value >= 0x20, !(0x7F..<0xA0).contains(scalar.value) else {
                throw Surprise(what: "a control character: \(scalar.value)")
            }
            try put(scalar)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) throws {
        let width = TextWidth.columns(of: scalar)
        if width == 0 {
            let place = row * size.columns + column - 1
            guard column > 0 else { throw Surprise(what: "a mark without a letter") }
            cells[cells[place].text.isEmpty ? place - 1 : place].text.unicodeScalars.append(scalar)
            return
        }
        guard column + width <= size.columns else { throw Surprise(what: "text beyond the edge") }
        let place = row * size.columns + column
        cells[place] = Cell(text: String(scalar), style: style)
        if width == 2 { cells[place + 1] = Cell(text: "", style: style) }
        column += width
    }

    private mutating func control(_ parameters: String, _ final: Unicode.Scalar) throws {
        switch (parameters, final) {
        case ("?2026", "h"), ("?2026", "l"): break
        case ("2", "J"): cells = Array(repeating: Cell(style: style), count: cells.count)
        case ("", "H"): (row, column) = (0, 0)
        case (_, "H"):
            let numbers = parameters.split(separator: ";").compactMap { Int($0) }
            guard numbers.count == 2, (1...size.rows).contains(numbers[0]), (1...size.columns).contains(numbers[1])
            else {
                throw Surprise(what: "a place outside: \(parameters)")
            }
            (row, column) = (numbers[0] - 1, numbers[1] - 1)
        case (_, "m"): style = parameters
        default: throw Surprise(what: "CSI \(parameters) \(final)")
        }
    }
}

extension Canvas {
    /// As a terminal would show it.
    var shown: [VirtualTerminal.Cell] {
        cells.map { cell in
            let code = cell.style.selection(hasColor: appearance.hasColor).dropFirst(2).dropLast()
            return VirtualTerminal.Cell(text: cell.text, style: String(code))
        }
    }
}
