/// Something that is wrong, in the list of problems.
struct ProblemRow: TableRow, Equatable {
    var facts: ProblemFacts
    /// Seconds.
    var age: Int64

    var identity: String { "\(facts.subject): \(facts.reason)" }
    var searched: [String] { [facts.severity, facts.subject, facts.reason] }
    var detail: String? { identity + (facts.source.map { " (\($0))" } ?? "") }

    private var style: TextStyle { facts.severity == "notice" ? .plain : .colored(.yellow) }

    static let columns: [TableColumn<ProblemRow>] = [
        TableColumn(
            title: "SINCE", letter: "T", width: 6, rank: 0,
            content: { row, _, _ in .init(Quantity.age(row.age)) }, isBefore: { $0.facts.since < $1.facts.since }),
        .text("SEVERITY", letter: "S", width: 9, rank: 2, by: \.facts.severity, style: \.style),
        .text("SUBJECT", letter: "N", width: 16, widthMaximum: 60, rank: 1, by: \.facts.subject),
        .text("REASON", width: 10, widthMaximum: 400, rank: 3, by: \.facts.reason),
    ]
}
