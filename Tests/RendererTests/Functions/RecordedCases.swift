import Foundation
import Testing

/// The cases recorded from consul-template, or those of the file that PORTICO_CT_CASES names.
@Suite struct RecordedCases {
    private struct Recording: Decodable {
        var worlds: [String: RecordedWorld]
        var cases: [RecordedCase]
    }

    private static let path =
        ProcessInfo.processInfo.environment["PORTICO_CT_CASES"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/consul-template-cases.json").path

    @Test func `every case comes out as it did in consul-template`() throws {
        let data = try Data(contentsOf: URL(filePath: Self.path))
        let recording = try JSONDecoder().decode(Recording.self, from: data)
        try #require(!recording.cases.isEmpty, "no cases in \(Self.path)")
        let differences = recording.cases.compactMap { $0.difference(in: recording.worlds) }
        let count = recording.cases.count
        let report = ["\(count - differences.count) of \(count)"] + differences
        FileHandle.standardOutput.write(Data((report.joined(separator: "\n") + "\n").utf8))
        for difference in differences { Issue.record(Comment(rawValue: difference)) }
    }
}
