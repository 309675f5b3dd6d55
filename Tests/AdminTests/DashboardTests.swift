import Foundation
import Lab
import Testing

@testable import Admin

/// What is made for those who look at metrics: the dashboard and the page name metrics that there are.
@Suite struct DashboardTests {
    /// The names of metrics in `text`, without what a histogram's lines add.
    private static func names(in text: String) -> Set<String> {
        Set(
            text.matches(of: /\b(?:portico|process)_[a-z0-9_]+/).map { String($0.output) }.map { name in
                for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
                    return String(name.dropLast(suffix.count))
                }
                return name
            })
    }

    private static func file(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Repository.root)/\(path)", encoding: .utf8)
    }

    @Test func `the dashboard asks for metrics and labels that there are`() throws {
        let text = try Self.file("dashboards/portico.json")
        let dashboard = try JSONDocument(Array(text.utf8))
        let families = Dictionary(uniqueKeysWithValues: MetricCatalogue.all.map { ($0.name, $0) })
        let queries = dashboard["panels"].elements.flatMap { $0["targets"].elements }.compactMap { $0["expr"].text }
        #expect(queries.count > 30)
        for query in queries {
            let names = Self.names(in: query)
            #expect(!names.isEmpty, "\(query)")
            #expect(names.isSubset(of: families.keys), "\(query)")
            let known = Set(names.flatMap { families[$0]?.labels ?? [] } + ["instance", "job", "le"])
            let grouped = query.matches(of: /by \(([a-z, ]+)\)/).flatMap { $0.output.1.split(separator: ", ") }
            let selected = query.matches(of: /[{,]([a-z_]+)=/).map(\.output.1)
            #expect(Set((grouped + selected).map(String.init)).isSubset(of: known), "\(query)")
        }
        for variable in dashboard["templating"]["list"].elements {
            let names = Self.names(in: variable["query"].text ?? "")
            #expect(names.isSubset(of: families.keys))
        }
    }

    @Test func `the alerts ask for metrics and labels that there are`() throws {
        let families = Dictionary(uniqueKeysWithValues: MetricCatalogue.all.map { ($0.name, $0) })
        // Expressions alone: file names are called as metrics are.
        let text = try Self.file("dashboards/portico.rules.yml").split(separator: "\n").map(String.init)
        let expressions = text.enumerated().filter { $0.element.contains("expr:") }.map { place, line in
            line.hasSuffix(">-") ? text[(place + 1)...(place + 2)].joined(separator: " ") : line
        }
        #expect(expressions.count == text.count { $0.contains("- alert:") })
        for expression in expressions {
            let names = Self.names(in: expression)
            #expect(!names.isEmpty && names.isSubset(of: families.keys), "\(expression)")
            let known = Set(names.flatMap { families[$0]?.labels ?? [] } + ["instance", "job", "le"])
            let grouped = expression.matches(of: /by \(([a-z, ]+)\)/).flatMap { $0.output.1.split(separator: ", ") }
            let selected = expression.matches(of: /[{,]([a-z_]+)!?=/).map(\.output.1)
            #expect(Set((grouped + selected).map(String.init)).isSubset(of: known), "\(expression)")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "needs prometheus"))
    func `Prometheus itself takes the alerts`() async throws {
        let ending = try await offPool {
            try ChildProcess(
                "/usr/bin/promtool", ["check", "rules", "\(Repository.root)/dashboards/portico.rules.yml"]
            ).waitForEnd()
        }
        #expect(ending == .exited(0))
    }

    @Test func `the page names every metric, and none that is not there`() throws {
        let named = Self.names(in: try Self.file("docs/METRICS.md"))
        let known = Set(MetricCatalogue.all.map(\.name))
        #expect(named.symmetricDifference(known) == [])
    }

    @Test func `names keep to Prometheus's conventions`() {
        for family in MetricCatalogue.all {
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(!family.help.isEmpty && family.help.hasSuffix("."), "\(family.name)")
        }
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
    }
}
