extension TopModel {
    /// The least that can be worked with.
    static let sizeMinimum = ScreenSize(rows: 8, columns: 40)

    /// Whether what is shown is not of now.
    private var isStale: Bool { link != .live }
    /// Where there is room, the view has a title.
    private var hasTitle: Bool { size.rows >= 12 }

    /// Rows of the screen for what is wrong in full, below the list.
    private var detailRows: Int { size.rows >= 16 && listing.detail != nil ? 3 : 0 }

    /// Rows of the screen for the table, its titles among them.
    var listRows: Range<Int> {
        let top = hasTitle ? 3 : 2
        return top..<max(top, size.rows - 1 - detailRows)
    }

    /// What the screen is to show.
    mutating func picture() -> Canvas {
        renewLists()
        var canvas = Canvas(size: size, appearance: appearance)
        guard size.rows >= Self.sizeMinimum.rows, size.columns >= Self.sizeMinimum.columns else {
            let least = Self.sizeMinimum
            canvas.put("\(size.columns)x\(size.rows): \(least.columns)x\(least.rows) is needed", row: 0, column: 0)
            return canvas
        }
        if isHelp {
            drawHelp(&canvas)
            return canvas
        }
        drawIdentity(&canvas)
        drawTotals(&canvas)
        if hasTitle { canvas.put(title, row: 2, column: 0, style: .bold) }
        drawList(&canvas)
        if isStale {
            for row in 2..<size.rows - 1 {
                canvas.paint(row: row) { $0 = TextStyle(isFaint: true, isReversed: $0.isReversed) }
            }
        }
        drawFooter(&canvas)
        return canvas
    }

    private mutating func drawList(_ canvas: inout Canvas) {
        let rows = listRows
        listing.draw(into: &canvas, rows: rows)
        if listing.counts.shown == 0, rows.count > 1 {
            canvas.put(emptiness, row: rows.lowerBound + 1, column: 0, style: .faint)
        }
        guard detailRows > 0, let detail = listing.detail else { return }
        canvas.put(
            String(repeating: appearance.rule, count: size.columns), row: rows.upperBound, column: 0, style: .faint)
        canvas.wrap(detail, rows: rows.upperBound + 1..<rows.upperBound + detailRows)
    }

    /// Why the list is empty.
    private var emptiness: String {
        if listing.counts.all > 0 { return "nothing matches the filter: Escape takes it away" }
        switch view {
        case .services: return hasRates ? "no service is in the table" : "waiting for the first report..."
        case .endpoints: return hasEndpoints ? "the service has no endpoint" : "waiting for the endpoints..."
        case .problems: return "nothing is wrong"
        case .events: return "nothing has happened yet"
        }
    }

    private var title: String {
        let (shown, all) = listing.counts
        let name =
            switch view {
            case .services: "Services"
            case .endpoints: "Endpoints of \(service ?? "")"
            case .problems: "Problems"
            case .events: "Events"
            }
        let filter = listing.filter.isEmpty || isTyping ? "" : "  filter: \(listing.filter)"
        return "\(name) (\(shown == all ? "\(all)" : "\(shown) of \(all)"))\(filter)"
    }

    // MARK: The head

    /// Which edge it is; or that it is gone.
    private func drawIdentity(_ canvas: inout Canvas) {
        if case .lost(_, let since, let retryAt) = link {
            let age = Quantity.age(Int64(max(0, now - since)))
            let next = Int(max(0, min(retryAt - now, 1000)).rounded(.up))
            canvas.put(" NO CONNECTION for \(age), next try in \(next)s: \(address)", row: 0, column: 0)
            canvas.paint(row: 0) { $0 = TextStyle(color: .red, isBold: true, isReversed: true) }
            return
        }
        var parts = [Canvas.Part("portico \(facts?.version ?? "")", .bold, rank: 0), Canvas.Part(address, rank: 1)]
        if let facts {
            let generation = totals.map { max($0.generation, facts.table.generation) } ?? facts.table.generation
            let installed = facts.table.installedAt.flatMap { $0 > 0 ? ", \(Quantity.age(age(since: $0))) old" : nil }
            parts.append(Canvas.Part("table \(generation)\(installed ?? "")", rank: 2))
            if let store = facts.store {
                let isAway = store.available == false
                parts.append(
                    Canvas.Part(
                        "store \(store.name ?? "")\(isAway ? " AWAY" : " ok")",
                        isAway ? .colored(.red, isBold: true) : .plain, rank: isAway ? 0 : 4))
            }
            parts.append(Canvas.Part("up \(Quantity.age(age(since: facts.startedAt)))", rank: 3))
            if facts.draining == true {
                parts.append(Canvas.Part("DRAINING", .colored(.yellow, isBold: true), rank: 0))
            }
            if let workers = facts.workers {
                parts.append(Canvas.Part("\(workers) \(workers == 1 ? "worker" : "workers")", rank: 5))
            }
        }
        canvas.put(parts, row: 0)
    }

    /// What the whole edge does; or why it cannot be known.
    private func drawTotals(_ canvas: inout Canvas) {
        if case .lost(let reason, _, _) = link {
            canvas.put(reason, row: 1, column: 0, style: .colored(.red))
            return
        }
        let connections = totals?.connections ?? facts?.connections ?? 0
        let parts = [
            Canvas.Part("\(Quantity.amount(total.requests)) req/s", .bold, rank: 0),
            Canvas.Part(
                "\(Quantity.amount(total.failures)) err/s", total.failures > 0 ? .colored(.red, isBold: true) : .plain,
                rank: 1),
            Canvas.Part("in \(Quantity.amount(total.bytesIn))B/s", rank: 6),
            Canvas.Part("out \(Quantity.amount(total.bytesOut))B/s", rank: 5),
            Canvas.Part("p50 \(Quantity.duration(total.p50))", rank: 4),
            Canvas.Part("p99 \(Quantity.duration(total.p99))", rank: 3),
            Canvas.Part("\(Quantity.count(connections)) \(connections == 1 ? "connection" : "connections")", rank: 7),
            Canvas.Part(
                "\(Quantity.count(problemCount)) \(problemCount == 1 ? "problem" : "problems")",
                problemCount > 0 ? .colored(.yellow, isBold: true) : .plain, rank: 2),
        ]
        canvas.put(parts, row: 1)
    }

    // MARK: The foot

    private func drawFooter(_ canvas: inout Canvas) {
        let row = size.rows - 1
        if let question {
            // What is asked is seen whole where the name does not fit: the answers stand first.
            canvas.put("[y/n] \(question.text)", row: row, column: 0, style: .colored(.yellow, isBold: true))
        } else if isTyping {
            let filter = appearance.display("/\(listing.filter)")
            // The end is what is being typed.
            let hidden = max(0, filter.columns + 1 - size.columns)
            let shown = appearance.display(String("/\(listing.filter)".dropFirst(hidden)))
            let used = canvas.put(shown, row: row, column: 0, width: size.columns - 1, style: .bold)
            canvas.put(" ", row: row, column: used, style: .reversed)
        } else if let message {
            canvas.put(message, row: row, column: 0, style: .bold)
        } else {
            canvas.put(hints.map { Canvas.Part($0.0, rank: $0.1) }, row: row)
            canvas.paint(row: row) { $0.isFaint = true }
        }
    }

    private var hints: [(String, Int)] {
        switch view {
        case .services:
            [
                ("Enter endpoints", 2), ("/ filter", 3), ("< > r sort", 4), ("p problems", 5), ("e events", 6),
                ("? help", 0), ("q quit", 1),
            ]
        case .endpoints:
            [
                ("d drain", 2), ("u enable", 3), ("/ filter", 5), ("< > r sort", 6), ("Esc back", 4), ("? help", 0),
                ("q quit", 1),
            ]
        default: [("/ filter", 3), ("< > r sort", 4), ("Esc back", 2), ("? help", 0), ("q quit", 1)]
        }
    }

    // MARK: Help

    private func drawHelp(_ canvas: inout Canvas) {
        canvas.put("portico top: any key goes back", row: 0, column: 0, style: .bold)
        let letters = listing.letters.map { "\($0.letter) \($0.title)" }.joined(separator: ", ")
        let lines = [
            "Up Down PgUp PgDn Home End, j k g G   move",
            "Enter         a service's endpoints",
            "Esc           back, or takes a filter away",
            "/             filter; Enter keeps it",
            "< >           sort by another column",
            "r             sort the other way round",
            "d, u          drain, enable an endpoint",
            "s, p, e       services, problems, events",
            "Ctrl-L        draw anew",
            "Ctrl-Z        suspend",
            "q, Ctrl-C     quit",
        ]
        var row = size.rows >= lines.count + 5 ? 2 : 1
        for line in lines where row < size.rows {
            canvas.put(line, row: row, column: 0)
            row += 1
        }
        guard row < size.rows else { return }
        canvas.wrap("Sort by letter, again for the other way: \(letters)", rows: row..<size.rows)
    }
}
