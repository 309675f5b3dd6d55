extension TopModel {
    /// The head and the table of services as lines of text, as wide as they are.
    var lines: [String] {
        var head = "portico \(facts?.version ?? "") at \(address)"
        if let facts {
            head += ", table \(facts.table.generation)"
            if let installed = facts.table.installedAt, installed > 0 {
                head += " (\(Quantity.age(age(since: installed))) old)"
            }
            if let store = facts.store {
                head += ", store \(store.name ?? "") \(store.available == false ? "away" : "ok")"
            }
            head += ", \(problemCount) \(problemCount == 1 ? "problem" : "problems")"
            head += ", \(totals?.connections ?? facts.connections ?? 0) connections"
        }
        let rates = [
            "\(Quantity.amount(total.requests)) req/s", "\(Quantity.amount(total.failures)) err/s",
            "in \(Quantity.amount(total.bytesIn))B/s", "out \(Quantity.amount(total.bytesOut))B/s",
            "p50 \(Quantity.duration(total.p50))", "p99 \(Quantity.duration(total.p99))",
        ]
        return [head, rates.joined(separator: ", ")].map { line in
            appearance.display(line).glyphs.map(\.text).joined()
        } + [""] + services.lines(appearance)
    }
}
