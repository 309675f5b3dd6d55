/// A line of a table.
protocol TableRow: Sendable {
    /// What makes it the same one as before, whatever else of it changes.
    var identity: String { get }
    /// What a filter is looked for in.
    var searched: [String] { get }
    /// More of it than fits into a line; nil: nothing.
    var detail: String? { get }
}

extension TableRow {
    var detail: String? { nil }
}

/// A column of a table: what it shows, what it takes, and how rows are sorted by it.
struct TableColumn<Row: TableRow>: Sendable {
    /// What stands in one row.
    struct Content: Sendable {
        var text: String
        var style = TextStyle.plain

        init(_ text: String, _ style: TextStyle = .plain) {
            self.text = text
            self.style = style
        }
    }

    var title: String
    /// The key that sorts by it.
    var letter: Character?
    /// Columns of the terminal that it takes at least.
    var width: Int
    /// Columns that it takes where there is room and its content is as long.
    var widthMaximum = 0
    /// Whether it takes all the room up to its maximum, whatever its content.
    var isElastic = false
    /// Whether text begins at its left edge.
    var isLeading = false
    /// Where not all have room, the greatest go first; 0 stays.
    var rank: Int
    /// Whether the greatest are wanted first.
    var startsDescending = true
    /// What it shows, given how many columns it may take.
    var content: @Sendable (Row, _ width: Int, Appearance) -> Content
    /// Whether one row stands before another when sorted upwards; nil: nobody sorts by it.
    var isBefore: (@Sendable (Row, Row) -> Bool)?
}

extension TableColumn {
    /// A column of numbers, which stand at its right edge.
    static func number(
        _ title: String, letter: Character? = nil, width: Int, rank: Int,
        by value: @escaping @Sendable (Row) -> Double, _ content: @escaping @Sendable (Row) -> Content
    ) -> TableColumn {
        TableColumn(
            title: title, letter: letter, width: width, rank: rank,
            content: { row, _, _ in content(row) }, isBefore: { value($0) < value($1) })
    }

    /// A column of text.
    static func text(
        _ title: String, letter: Character? = nil, width: Int, widthMaximum: Int = 0, rank: Int,
        by value: @escaping @Sendable (Row) -> String, style: @escaping @Sendable (Row) -> TextStyle = { _ in .plain }
    ) -> TableColumn {
        TableColumn(
            title: title, letter: letter, width: width, widthMaximum: widthMaximum, isLeading: true, rank: rank,
            startsDescending: false, content: { row, _, _ in Content(value(row), style(row)) },
            isBefore: { value($0) < value($1) })
    }

    /// Which columns have room in `width`, and how much of it each takes: a column of space stands between two.
    ///
    /// - Parameter wanted: how long the longest content of a column is that may grow.
    static func layout(
        _ columns: [TableColumn], width: Int, wanted: (TableColumn) -> Int
    ) -> [(index: Int, width: Int)] {
        var chosen = Array(columns.indices)
        func room() -> Int { width - chosen.reduce(0) { $0 + columns[$1].width } - max(0, chosen.count - 1) }
        while room() < 0, let worst = chosen.max(by: { columns[$0].rank < columns[$1].rank }), columns[worst].rank > 0 {
            chosen.removeAll { $0 == worst }
        }
        var spare = max(0, room())
        return chosen.map { index in
            let column = columns[index]
            guard column.widthMaximum > column.width else { return (index, column.width) }
            let most = column.isElastic ? column.widthMaximum : min(column.widthMaximum, wanted(column))
            let growth = min(spare, max(0, most - column.width))
            spare -= growth
            return (index, column.width + growth)
        }
    }
}
