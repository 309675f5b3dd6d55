/// Rows and columns of a terminal.
struct ScreenSize: Equatable, Sendable {
    var rows: Int
    var columns: Int

    /// What is assumed where nobody says, and never less than one cell or more than a wall of screens.
    init(rows: Int = 24, columns: Int = 80) {
        self.rows = min(max(rows, 1), 1000)
        self.columns = min(max(columns, 1), 1000)
    }
}

/// One whole picture of the screen, cell by cell; what is put beyond an edge is cut off.
struct Canvas: Equatable, Sendable {
    /// A place for one letter.
    struct Cell: Equatable, Sendable {
        /// Empty: the right half of a wide letter.
        private(set) var text = " "
        var style = TextStyle.plain

        fileprivate init(text: String = " ", style: TextStyle = .plain) {
            self.text = text
            self.style = style
        }
    }

    let size: ScreenSize
    let appearance: Appearance
    private(set) var cells: [Cell]

    init(size: ScreenSize, appearance: Appearance) {
        self.size = size
        self.appearance = appearance
        cells = Array(repeating: Cell(), count: size.rows * size.columns)
    }

    /// A row's cells.
    func row(_ row: Int) -> ArraySlice<Cell> { cells[row * size.columns..<(row + 1) * size.columns] }

    /// A row as text.
    func text(_ row: Int) -> String { self.row(row).map(\.text).joined() }

    /// Puts text into a row, and says how many columns it took.
    ///
    /// - Parameter width: columns that it may take; longer text ends in an ellipsis.
    @discardableResult
    mutating func put(
        _ text: String, row: Int, column: Int, width: Int = .max, style: TextStyle = .plain
    ) -> Int {
        put(appearance.display(text), row: row, column: column, width: width, style: style)
    }

    /// Puts text into a row, and says how many columns it took.
    @discardableResult
    mutating func put(
        _ text: DisplayText, row: Int, column: Int, width: Int = .max, style: TextStyle = .plain
    ) -> Int {
        let room = min(width, size.columns - column)
        guard (0..<size.rows).contains(row), column >= 0, room > 0 else { return 0 }
        let isCut = text.columns > room
        let place = row * size.columns + column
        var used = 0
        for glyph in text.glyphs {
            guard used + glyph.columns <= room - (isCut ? 1 : 0) else { break }
            cells[place + used] = Cell(text: glyph.text, style: style)
            if glyph.columns == 2 { cells[place + used + 1] = Cell(text: "", style: style) }
            used += glyph.columns
        }
        if isCut {
            cells[place + used] = Cell(text: appearance.ellipsis, style: style)
            used += 1
        }
        return used
    }

    /// Gives the whole of a row one look.
    mutating func paint(row: Int, _ change: (inout TextStyle) -> Void) {
        guard (0..<size.rows).contains(row) else { return }
        for place in row * size.columns..<(row + 1) * size.columns { change(&cells[place].style) }
    }
}
