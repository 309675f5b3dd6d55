internal import Discovery
internal import Gateway

/// What there is little room left of, before none is left: from nine tenths on, until it is less than eight again.
struct RoomBook: Sendable {
    /// Descriptors are counted once in so many looks: some kernels have to be asked for each by name.
    static let looksPerCount = 15

    private var scarce: Set<String> = []
    private var looks = 0
    private var descriptors: (open: Int, limit: Int)?

    /// Takes what is used now, and says of what there is little room left.
    ///
    /// - Parameter process: asked now and then for how many descriptors are open.
    mutating func findings(_ totals: GatewayTotals, process: () -> ProcessFigures) -> [ProblemFinding] {
        if looks % Self.looksPerCount == 0 {
            let figures = process()
            if let open = figures.descriptors, let limit = figures.descriptorLimit {
                descriptors = (open, Int(clamping: limit))
            }
        }
        looks += 1
        var found: [ProblemFinding] = []
        if let descriptors, isScarce("descriptors", descriptors.open, of: descriptors.limit) {
            found.append(
                ProblemFinding(
                    "room", "descriptors",
                    "\(descriptors.open) of \(descriptors.limit) are open, and without one no client and no endpoint is "
                        + "reached: raise ulimit -n, or add an edge"))
        }
        if isScarce("connections", totals.connections, of: totals.connectionsMaximum) {
            found.append(
                ProblemFinding(
                    "room", "connections",
                    "clients have \(totals.connections) of the \(totals.connectionsMaximum) that they may have, and the next "
                        + "ones are turned away: raise ulimit -n, or add an edge"))
        }
        return found
    }

    private mutating func isScarce(_ name: String, _ used: Int, of limit: Int) -> Bool {
        let bound = scarce.contains(name) ? 8 : 9
        let isScarce = limit > 0 && used * 10 >= limit * bound
        if isScarce { scarce.insert(name) } else { scarce.remove(name) }
        return isScarce
    }

    /// That there are more services, routes or endpoints than have metrics of their own.
    static func metrics(
        _ counts: (services: Int, routes: Int, endpoints: Int), _ caps: EdgeMetrics.Caps
    )
        -> [ProblemFinding]
    {
        let left = [
            ("services", counts.services - caps.services), ("routes", counts.routes - caps.routes),
            ("endpoints", counts.endpoints - caps.endpoints),
        ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        guard !left.isEmpty else { return [] }
        return [
            ProblemFinding(
                "metrics", "metrics",
                "\(left.joined(separator: ", ")) have none of their own and are summed under \(LabelTexts.other): ask "
                    + "/api/v1 about them, or share services out among edges", .notice)
        ]
    }
}
