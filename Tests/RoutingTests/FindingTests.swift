import Lab
import Testing

@testable import Routing

/// Routes that never match.
struct FindingTests {
    private func subjects(_ routes: RouteDescription...) -> [String] {
        TableDescription(routes: routes).compiled().shadowedRoutes().map { "\($0.subject) \($0.weight)" }
    }

    @Test func aRouteBehindAnotherOfTheSamePlaceNeverMatches() {
        #expect(subjects(RouteDescription("a", hosts: ["x"]), RouteDescription("b", hosts: ["x"])) == ["route b never"])
        #expect(
            subjects(
                RouteDescription("a", hosts: ["x"], paths: ["/"]), RouteDescription("b", hosts: ["x"]),
                RouteDescription("c", hosts: ["x"], paths: ["~php$"])) == ["route b never", "route c never"])
        #expect(
            subjects(
                RouteDescription("a", hosts: ["x"]) { $0.methods = ["GET", "POST"] },
                RouteDescription("b", hosts: ["x"]) { $0.methods = ["HEAD"] }) == ["route b never"])
        #expect(subjects(RouteDescription("t") { $0.methods = ["TRACE"] }) == ["route t never"])
    }

    @Test func aRouteThatHasAPlaceElsewhereMatchesThere() {
        #expect(
            subjects(RouteDescription("a", hosts: ["x"]), RouteDescription("b", hosts: ["x", "y"])) == [
                "route b partly"
            ])
    }

    @Test func whatMayMatchIsNotComplainedOf() {
        #expect(subjects(RouteDescription("a", hosts: ["x"]), RouteDescription("b", hosts: ["*"])) == [])
        #expect(
            subjects(
                RouteDescription("a", hosts: ["x"]) { $0.headers = [NameValue(name: "A", value: "1")] },
                RouteDescription("b", hosts: ["x"])) == [])
        #expect(
            subjects(
                RouteDescription("a", hosts: ["x"], paths: ["/"]) { $0.methods = ["POST"] },
                RouteDescription("b", hosts: ["x"])) == [])
        #expect(
            subjects(
                RouteDescription("a", hosts: ["x"], paths: ["/a"]), RouteDescription("b", hosts: ["x"], paths: ["=/a"]))
                == [])
    }

    /// No request, of many, goes by a route that is said never to match.
    @Test(arguments: 1...20)
    func whatNeverMatchesNeverDoes(seed: UInt64) {
        var source = RandomRoutes(random: SeededGenerator(seed: seed))
        for _ in 0..<10 {
            let table = TableDescription(routes: (0..<source.count(2...24)).map { source.route($0) }).compiled()
            let never = Set(table.shadowedRoutes().filter { $0.weight == .never }.map(\.subject))
            for _ in 0..<200 {
                let found = source.request().match(in: table)
                if never.contains("route \(found)") {
                    Issue.record("\(found) matches: \(table.description.routes)")
                    return
                }
            }
        }
    }
}
