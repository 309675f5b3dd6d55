/// Something that happened, in the timeline.
struct EventRow: TableRow, Equatable {
    /// How many are kept.
    static let kept = 1000

    var facts: EventFacts
    /// Seconds ago.
    var age: Int64

    var identity: String { "\(facts.id)" }
    var searched: [String] { [facts.kind, facts.subject, facts.what, facts.detail] }
    var detail: String? {
        "\(facts.subject) \(facts.what)" + (facts.detail.isEmpty ? "" : ": \(facts.detail)")
    }

    private var style: TextStyle {
        switch facts.what {
        case "down", "ejected", "appeared": .colored(.red)
        case "up", "returned", "gone": .colored(.green)
        default: .plain
        }
    }

    static let columns: [TableColumn<EventRow>] = [
        TableColumn(
            title: "AGO", letter: "T", width: 5, rank: 0,
            content: { row, _, _ in .init(Quantity.age(row.age)) }, isBefore: { $0.facts.id < $1.facts.id }),
        .text("KIND", letter: "K", width: 8, rank: 3, by: \.facts.kind),
        .text("SUBJECT", letter: "N", width: 16, widthMaximum: 60, rank: 1, by: \.facts.subject),
        .text("WHAT", letter: "W", width: 10, rank: 2, by: \.facts.what, style: \.style),
        .text("DETAIL", width: 10, widthMaximum: 400, rank: 4, by: \.facts.detail),
    ]
}
