extension Canvas {
    /// One thing of several in a line.
    struct Part: Sendable {
        var text: String
        var style: TextStyle
        /// Where not all have room, the greatest go first; 0 stays.
        var rank: Int

        init(_ text: String, _ style: TextStyle = .plain, rank: Int) {
            self.text = text
            self.style = style
            self.rank = rank
        }
    }

    /// Puts those of `parts` into a row that have room beside each other.
    mutating func put(_ parts: [Part], row: Int) {
        var shown = parts.map { (part: $0, text: appearance.display($0.text)) }
        func width() -> Int { shown.reduce(0) { $0 + $1.text.columns } + 2 * max(0, shown.count - 1) }
        while width() > size.columns,
            let worst = shown.indices.max(by: { shown[$0].part.rank < shown[$1].part.rank }), shown[worst].part.rank > 0
        {
            shown.remove(at: worst)
        }
        var column = 0
        for (part, text) in shown { column += put(text, row: row, column: column, style: part.style) + 2 }
    }

    /// Puts text over several rows, broken at spaces; the last row ends in an ellipsis if there is more.
    mutating func wrap(_ text: String, rows: Range<Int>) {
        var words = text.split(separator: " ")[...]
        for row in rows {
            guard !words.isEmpty else { return }
            var line = ""
            if row == rows.last {
                line = words.joined(separator: " ")
                words = []
            }
            while let word = words.first {
                let longer = line.isEmpty ? String(word) : "\(line) \(word)"
                guard line.isEmpty || appearance.display(longer).columns <= size.columns else { break }
                line = longer
                words.removeFirst()
            }
            put(line, row: row, column: 0)
        }
    }
}
