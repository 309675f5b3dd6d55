import Testing

/// A place that breaks a rule of the house.
struct Finding: Equatable, CustomStringConvertible {
    /// Path from the repository's root.
    var path: String
    /// 1 for the first line.
    var line: Int
    /// What is wrong and what would be right.
    var message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// Records each finding as an issue of its own, at its own place, so that an editor jumps there.
func report(_ findings: [Finding], as severity: Issue.Severity = .error) {
    for finding in findings {
        let location = SourceLocation(
            fileID: "portico/\(finding.path)", filePath: Repository.shared.root + "/" + finding.path,
            line: max(finding.line, 1), column: 1)
        Issue.record(Comment(rawValue: finding.description), severity: severity, sourceLocation: location)
    }
}
