/// What a view does with its table, whatever its rows are.
protocol TableListing: Sendable {
    var filter: String { get set }
    var detail: String? { get }
    /// Rows shown, and all there are.
    var counts: (shown: Int, all: Int) { get }
    /// Moves the choice by so many rows.
    mutating func move(by rows: Int)
    /// Sorts by the next column to the left (-1) or right (1).
    mutating func shiftSort(by step: Int)
    /// Sorts by the column of this letter; false if there is none.
    mutating func sort(letter: Character) -> Bool
    mutating func reverse()
    /// Draws title and rows into these rows of the canvas.
    mutating func draw(into canvas: inout Canvas, rows: Range<Int>)
    /// Letters that sort, and what by.
    var letters: [(letter: Character, title: String)] { get }
}

/// Rows that can be sorted, filtered, scrolled and chosen from.
struct TableList<Row: TableRow>: TableListing {
    let columns: [TableColumn<Row>]
    /// As they came.
    private(set) var rows: [Row] = []
    /// Those that the filter leaves, sorted.
    private(set) var arranged: [Row] = []
    /// A column's index.
    private(set) var sortColumn: Int
    private(set) var isDescending: Bool
    var filter = "" {
        didSet { if filter != oldValue { arrange() } }
    }
    private var index = 0
    private var first = 0
    /// The chosen row, once somebody has chosen: it stays chosen wherever it moves.
    private var chosen: String?

    init(columns: [TableColumn<Row>], sortedBy sortColumn: Int) {
        self.columns = columns
        self.sortColumn = sortColumn
        isDescending = columns[sortColumn].startsDescending
    }

    /// The row that an order would be for.
    var choice: Row? { arranged.indices.contains(index) ? arranged[index] : nil }
    var detail: String? { choice?.detail }
    var counts: (shown: Int, all: Int) { (arranged.count, rows.count) }
    var letters: [(letter: Character, title: String)] {
        columns.compactMap { column in column.letter.map { ($0, column.title) } }
    }

    /// The same table with other rows.
    mutating func replace(_ rows: [Row]) {
        self.rows = rows
        arrange()
    }

    mutating func move(by rows: Int) {
        guard !arranged.isEmpty else { return }
        index = min(max(0, index.addingReportingOverflow(rows).partialValue), arranged.count - 1)
        chosen = arranged[index].identity
    }

    mutating func shiftSort(by step: Int) {
        let able = columns.indices.filter { columns[$0].isBefore != nil }
        guard let place = able.firstIndex(of: sortColumn) else { return }
        sort(by: able[(place + step + able.count) % able.count])
    }

    mutating func sort(letter: Character) -> Bool {
        guard let column = columns.firstIndex(where: { $0.letter == letter }) else { return false }
        if column == sortColumn { reverse() } else { sort(by: column) }
        return true
    }

    mutating func reverse() {
        isDescending.toggle()
        arrange()
    }

    private mutating func sort(by column: Int) {
        sortColumn = column
        isDescending = columns[column].startsDescending
        arrange()
    }

    private mutating func arrange() {
        let wanted = filter.lowercased()
        arranged =
            wanted.isEmpty
            ? rows : rows.filter { $0.searched.contains { $0.lowercased().contains(wanted) } }
        if let isBefore = columns[sortColumn].isBefore {
            arranged.sort { left, right in
                let (low, high) = isDescending ? (right, left) : (left, right)
                if isBefore(low, high) { return true }
                if isBefore(high, low) { return false }
                // Rows of one value keep their places from one report to the next.
                return left.identity < right.identity
            }
        }
        if let chosen, let place = arranged.firstIndex(where: { $0.identity == chosen }) {
            index = place
        } else {
            index = min(index, max(0, arranged.count - 1))
            chosen = chosen == nil ? nil : choice?.identity
        }
    }

    // MARK: On the screen

    mutating func draw(into canvas: inout Canvas, rows: Range<Int>) {
        guard let top = rows.first else { return }
        let room = rows.count - 1
        first = max(0, min(first, index, arranged.count - room), index - room + 1)
        let shown = arranged.dropFirst(first).prefix(max(0, room))
        let appearance = canvas.appearance
        let layout = TableColumn.layout(columns, width: canvas.size.columns) { column in
            let limit = column.widthMaximum
            return shown.map {
                appearance.display(column.content($0, limit, appearance).text, limit: limit).columns
            }.max() ?? 0
        }
        drawTitles(into: &canvas, row: top, layout)
        for (place, row) in shown.enumerated() {
            draw(row, into: &canvas, row: top + 1 + place, layout)
            if first + place == index { canvas.paint(row: top + 1 + place) { $0 = .reversed } }
        }
    }

    private func drawTitles(into canvas: inout Canvas, row: Int, _ layout: [(index: Int, width: Int)]) {
        var place = 0
        for (index, width) in layout {
            var title = columns[index].title
            if index == sortColumn {
                title += isDescending ? canvas.appearance.descending : canvas.appearance.ascending
            }
            put(
                canvas.appearance.display(title), into: &canvas, row: row, column: place, width: width,
                isLeading: columns[index].isLeading, style: .bold)
            place += width + 1
        }
        canvas.paint(row: row) { $0.isReversed = true }
    }

    private func draw(_ item: Row, into canvas: inout Canvas, row: Int, _ layout: [(index: Int, width: Int)]) {
        var place = 0
        for (index, width) in layout {
            let content = columns[index].content(item, width, canvas.appearance)
            put(
                canvas.appearance.display(content.text, limit: width + 1), into: &canvas, row: row, column: place,
                width: width,
                isLeading: columns[index].isLeading, style: content.style)
            place += width + 1
        }
    }

    private func put(
        _ text: DisplayText, into canvas: inout Canvas, row: Int, column: Int, width: Int, isLeading: Bool,
        style: TextStyle
    ) {
        let space = isLeading ? 0 : max(0, width - text.columns)
        canvas.put(text, row: row, column: column + space, width: width - space, style: style)
    }

    // MARK: As plain text

    /// All rows as lines of text, as wide as they are; columns of a terminal's own are left out.
    func lines(_ appearance: Appearance) -> [String] {
        let shown = columns.filter { !$0.isElastic }
        let cells =
            [shown.map { appearance.display($0.title) }]
            + arranged.map { row in shown.map { appearance.display($0.content(row, $0.widthMaximum, appearance).text) }
            }
        let widths = shown.indices.map { index in cells.map { $0[index].columns }.max() ?? 0 }
        return cells.map { line in
            var text = ""
            for (index, cell) in line.enumerated() {
                let space = String(repeating: " ", count: widths[index] - cell.columns)
                let word = cell.glyphs.map(\.text).joined()
                text += (index > 0 ? "  " : "") + (shown[index].isLeading ? word + space : space + word)
            }
            while text.last == " " { text.removeLast() }
            return text
        }
    }
}
