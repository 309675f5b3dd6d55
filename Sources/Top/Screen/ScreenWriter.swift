/// What is sent to a terminal so that it shows another picture: only what differs from the one that it shows.
struct ScreenWriter: Sendable {
    /// Whether the terminal said that it holds a picture back until it is whole (private mode 2026).
    var isSynchronized = false
    /// What the terminal shows; nil when that is not known.
    private var shown: Canvas?

    init() {}

    /// The terminal shows something else: the next picture is sent whole.
    mutating func forget() { shown = nil }

    /// The octets that turn what is shown into `canvas`; empty when nothing differs.
    mutating func octets(for canvas: Canvas) -> [UInt8] {
        let former = shown?.size == canvas.size ? shown : nil
        shown = canvas
        var text = ""
        if former == nil { text += "\u{1B}[0m\u{1B}[H\u{1B}[2J" }
        var style = former == nil ? TextStyle.plain : nil
        for row in 0..<canvas.size.rows {
            Self.write(row, of: canvas, former, &style, into: &text)
        }
        guard !text.isEmpty else { return [] }
        text += "\u{1B}[0m"
        return Array((isSynchronized ? "\u{1B}[?2026h\(text)\u{1B}[?2026l" : text).utf8)
    }

    private static func write(
        _ row: Int, of canvas: Canvas, _ former: Canvas?, _ style: inout TextStyle?, into text: inout String
    ) {
        let (cells, old) = (canvas.row(row), former?.row(row))
        // A blank screen has been made where the former picture is not known.
        let blank = Canvas.blank
        // Where the terminal's cursor stands.
        var cursor = -1
        var column = 0
        while column < canvas.size.columns {
            let cell = cells[cells.startIndex + column]
            let width = self.width(cells, column)
            let isSame = (column..<column + width).allSatisfy { place in
                cells[cells.startIndex + place] == (old.map { $0[$0.startIndex + place] } ?? blank)
            }
            guard !isSame else {
                column += width
                continue
            }
            if cursor != column { text += "\u{1B}[\(row + 1);\(column + 1)H" }
            if style != cell.style {
                text += cell.style.selection(hasColor: canvas.appearance.hasColor)
                style = cell.style
            }
            text += cell.text
            column += width
            // Whether a terminal counts a letter with marks or of another alphabet as we do is not to matter further on.
            cursor = cell.text.utf8.count == 1 ? column : -1
        }
    }

    private static func width(_ cells: ArraySlice<Canvas.Cell>, _ column: Int) -> Int {
        let next = cells.startIndex + column + 1
        return next < cells.endIndex && cells[next].text.isEmpty ? 2 : 1
    }
}

extension Canvas {
    /// A cell of a screen that was cleared.
    fileprivate static let blank = Canvas(size: ScreenSize(rows: 1, columns: 1), appearance: Appearance()).cells[0]
}
