/// An engine as `docker info` shows it, made once for as long as nothing about the engine changes.
struct ShownEngine: Sendable {
    /// What is shown.
    let report: EngineReport
    /// Its rows as they are sent: arrays of two texts with commas between.
    let rows: [UInt8]

    init(_ report: EngineReport) {
        self.report = report
        rows = Self.octets(report.rows)
    }

    /// Rows as they are sent.
    static func octets(_ rows: [(String, String)]) -> [UInt8] {
        let array = JSONValue.array(rows.map { .array([.string($0.0), .string($0.1)]) })
        return Array(array.octets.dropFirst().dropLast())
    }
}
