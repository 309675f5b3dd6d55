/// One metric: its name, its kind, and what it says, in Prometheus's words.
struct MetricFamily: Sendable, Equatable {
    /// What a scraper may do with its values.
    enum Kind: String, Sendable {
        /// Only grows, but for restarts.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by ranges, with their sum.
        case histogram
        /// Counts, with their sum.
        case summary
    }

    /// With unit, and `_total` of counters.
    let name: String
    let kind: Kind
    /// One sentence.
    let help: String
    /// Its labels, in their order.
    let labels: [String]

    init(_ kind: Kind, _ name: String, _ help: String, labels: [String] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}

/// All metrics, by what they are of; docs/METRICS.md lists them, and the dashboard uses them.
enum MetricCatalogue {
    /// Every family, in the order of the exposition.
    static var all: [MetricFamily] {
        Whole.all + Table.all + Listener.all + Route.all + Service.all + Endpoint.all + Process.all
    }
}
