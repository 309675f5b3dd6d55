import Lab
import Testing

@testable import Routing

/// The hashed matcher against the plain one, on random tables and requests from a small alphabet.
struct DifferentialMatchTests {
    @Test(arguments: 1...40)
    func bothMatchersAgree(seed: UInt64) {
        var source = RandomRoutes(random: SeededGenerator(seed: seed))
        for _ in 0..<8 {
            var description = TableDescription(routes: (0..<source.count(1...24)).map { source.route($0) })
            description.routes.shuffle(using: &source.random)
            let (table, problems) = RoutingTable.compile(description, previous: nil)
            #expect(problems == [])
            let reference = ReferenceMatcher(description)
            for _ in 0..<150 {
                let request = source.request()
                let (expected, found) = (reference.match(request), request.match(in: table))
                if expected != found {
                    Issue.record("\(request): \(found), the reference says \(expected); routes \(description.routes)")
                    return
                }
            }
        }
    }

    @Test func theReferenceFindsAllKindsOfAnswers() {
        // Else the agreement above could be one on 404.
        var source = RandomRoutes(random: SeededGenerator(seed: 7))
        var counts: [String: Int] = [:]
        for _ in 0..<20 {
            let reference = ReferenceMatcher(TableDescription(routes: (0..<16).map { source.route($0) }))
            for _ in 0..<100 {
                let answer = reference.match(source.request())
                counts[answer.hasPrefix("r") ? "route" : answer, default: 0] += 1
            }
        }
        #expect(counts["route", default: 0] > 500)
        #expect(counts["404", default: 0] > 30)
        #expect(counts["405", default: 0] > 10)
    }
}
