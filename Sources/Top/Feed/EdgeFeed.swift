internal import KeyValue

/// What came from the edge.
enum FeedEvent: Sendable {
    case facts(EdgeFacts)
    case problems([ProblemFacts])
    /// All endpoints of a service.
    case endpoints(service: String, [EndpointFacts])
    case rates(RateReport)
    case totals(EdgeTotals)
    case happened(EventFacts)
    /// There is no connection, and when the next is tried.
    case lost(String, retryAfter: Duration)
}

/// Follows an edge's stream, and asks for what the stream does not tell.
struct EdgeFeed: Sendable {
    /// How far the stream was read.
    struct Position: Sendable, Equatable {
        /// Which edge's events they are: another start counts from 1 again.
        var startedAt: Int64?
        /// The last event that came.
        var last: UInt64 = 0
    }

    /// Reports after which lists are asked for again though nothing was said to have changed.
    private static let reportsUntilRefresh = 5

    let client: AdminClient
    /// Whose endpoints are wanted too.
    let service: String?

    /// How long is waited after so many attempts in a row that failed.
    static func delay(afterFailures count: Int) -> Duration {
        .milliseconds(min(10_000, 500 << min(max(count - 1, 0), 5)))
    }

    /// Follows the edge until it is cancelled, over connections that break.
    func run(from start: Position, _ tell: (FeedEvent) -> Void) async {
        var position = start
        var failures = 0
        while !Task.isCancelled {
            let failure: AdminFailure
            do throws(AdminFailure) {
                try await follow(&position) { event in
                    if case .rates = event { failures = 0 }
                    tell(event)
                }
                failure = AdminFailure(description: "\(client.address) has ended the stream")
            } catch {
                failure = error
            }
            guard !Task.isCancelled else { return }
            failures += 1
            let delay = Self.delay(afterFailures: failures)
            tell(.lost(failure.description, retryAfter: delay))
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: delay)
        }
    }

    private func follow(_ position: inout Position, _ tell: (FeedEvent) -> Void) async throws(AdminFailure) {
        let facts = try await client.object("/api/v1/info", as: EdgeFacts.self)
        if facts.startedAt != position.startedAt { position = Position(startedAt: facts.startedAt) }
        tell(.facts(facts))
        try await refresh(tell)
        var (latest, isOld, reports, problems) = (position, false, 0, facts.problems ?? 0)
        defer { position = latest }
        let query = service.map { "&service=\(PercentCoding.encodeQuery($0))" } ?? ""
        try await client.follow("/api/v1/stream?rates=true\(query)", after: position.last) { event in
            switch event.name {
            case "rates":
                tell(.rates(try client.decode(RateReport.self, event.data)))
                reports += 1
                guard isOld || reports.isMultiple(of: Self.reportsUntilRefresh) else { return true }
                isOld = false
                tell(.facts(try await client.object("/api/v1/info", as: EdgeFacts.self)))
                try await refresh(tell)
            case "totals":
                let totals = try client.decode(EdgeTotals.self, event.data)
                tell(.totals(totals))
                if totals.problems != problems { (problems, isOld) = (totals.problems, true) }
            case "table", "problem", "endpoint", "order":
                let happened = try client.decode(EventFacts.self, event.data)
                latest.last = max(latest.last, happened.id)
                isOld = true
                tell(.happened(happened))
            default: break
            }
            return true
        }
    }

    private func refresh(_ tell: (FeedEvent) -> Void) async throws(AdminFailure) {
        tell(.problems(try await client.object("/api/v1/problems", as: ProblemFacts.List.self).problems))
        guard let service else { return }
        let target = "/api/v1/endpoints?service=\(PercentCoding.encodeQuery(service))"
        tell(.endpoints(service: service, try await client.object(target, as: EndpointFacts.List.self).endpoints))
    }
}
