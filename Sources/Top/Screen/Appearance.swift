/// What the terminal can show.
struct Appearance: Equatable, Sendable {
    /// Whether it takes more than ASCII.
    var isUTF8 = true
    /// Whether colours are wanted.
    var hasColor = true

    /// By the environment: locale(7)'s variables, and NO_COLOR (no-color.org).
    init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        isUTF8 = locale.uppercased().replacing("-", with: "").contains("UTF8")
        hasColor = (environment["NO_COLOR"] ?? "").isEmpty
    }

    init(isUTF8: Bool = true, hasColor: Bool = true) {
        self.isUTF8 = isUTF8
        self.hasColor = hasColor
    }

    /// What stands for text that was cut off.
    var ellipsis: String { isUTF8 ? "…" : "~" }
    /// Beside the title of the column that rows are sorted by.
    var ascending: String { isUTF8 ? "▲" : "^" }
    var descending: String { isUTF8 ? "▼" : "v" }
    /// The line between list and detail.
    var rule: String { isUTF8 ? "─" : "-" }

    private static let blocks = Array("▁▂▃▄▅▆▇█").map { String($0) }
    private static let signs = Array("_.:-=+*#").map { String($0) }

    /// Bars as high as each value is beside the highest, the last of them that fit into `columns`, at the right edge.
    func sparkline(_ values: [Double], columns: Int) -> String {
        let shown = values.suffix(columns).map { $0.isFinite ? max(0, $0) : 0 }
        let bars = isUTF8 ? Self.blocks : Self.signs
        let top = shown.max() ?? 0
        let text = shown.map { value -> String in
            guard top > 0 else { return bars[0] }
            // What is not nothing is seen.
            let height = Int((value / top * Double(bars.count - 1)).rounded())
            return bars[value > 0 ? max(1, min(height, bars.count - 1)) : 0]
        }
        return String(repeating: " ", count: max(0, columns - shown.count)) + text.joined()
    }

    /// `text` for the screen.
    ///
    /// - Parameter limit: columns after which nobody looks at the rest.
    func display(_ text: String, limit: Int = 4096) -> DisplayText { DisplayText(text, isUTF8: isUTF8, limit: limit) }
}
