internal import Gateway

/// What is logged of what becomes of endpoints: each by itself, unless it is too many in a second.
struct EndpointNews: Sendable {
    /// Lines a second: what a person can still read.
    static let linesPerSecond = 20

    private var since = Duration.zero
    private var lines = 0
    private var unsaid = 0

    /// The lines for `event` at `now`; what was left out before is counted first.
    mutating func lines(for event: EndpointEvent, now: Duration) -> [String] {
        var text: [String] = []
        if now - since >= .seconds(1) {
            if unsaid > 0 { text.append("\(unsaid) more endpoints went down, came up, were ejected or returned") }
            since = now
            lines = 0
            unsaid = 0
        }
        guard lines < Self.linesPerSecond else {
            unsaid += 1
            return text
        }
        lines += 1
        return text + ["endpoint \(event)"]
    }
}
