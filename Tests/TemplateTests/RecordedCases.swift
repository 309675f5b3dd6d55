import Foundation
import Template
import Testing

/// The cases recorded from Go's text/template, or those of the file that PORTICO_TEMPLATE_CASES names.
@Suite struct RecordedCases {
    private static let path =
        ProcessInfo.processInfo.environment["PORTICO_TEMPLATE_CASES"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/go-cases.json").path

    @Test func `every case comes out as it did in Go`() throws {
        let data = try Data(contentsOf: URL(filePath: Self.path))
        let cases = try #require(try JSONText(Array(data))["cases"]).elements.compactMap(RecordedCase.init)
        try #require(!cases.isEmpty, "no cases in \(Self.path)")
        let differences = cases.compactMap(\.difference)
        let report = ["\(cases.count - differences.count) of \(cases.count)"] + differences
        FileHandle.standardOutput.write(Data((report.joined(separator: "\n") + "\n").utf8))
        for difference in differences { Issue.record(Comment(rawValue: difference)) }
    }
}
