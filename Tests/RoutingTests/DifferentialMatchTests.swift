import Lab
import Testing

@testable import Routing

/// The hashed matcher against the plain one, on random tables and requests from a small alphabet.
struct DifferentialMatchTests {
    private struct Source {
        var random: SeededGenerator

        mutating func pick(_ choices: [String]) -> String { choices[Int.random(in: 0..<choices.count, using: &random)] }
        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

        mutating func host() -> String {
            (0..<count(1...4)).map { _ in pick(["a", "b", "ab"]) }.joined(separator: ".")
        }

        mutating func path() -> String {
            var path = ""
            for _ in 0..<count(0...4) { path += "/" + pick(["a", "b", "ab", "long-segment-of-a-path", ""]) }
            return path.isEmpty || chance(20) ? path + "/" : path
        }

        mutating func hostPattern() -> String {
            switch count(0...9) {
            case 0...3: host()
            case 4...5: "*." + host()
            case 6...7: pick(["a", "b", "ab"]) + ".*"
            case 8: pick(["~a", "~^b", "~b.a"].map { $0.replacing(".", with: #"\."#) }).replacing(#"\."#, with: "b")
            default: "*"
            }
        }

        mutating func pathPattern() -> String {
            switch count(0...9) {
            case 0...1: "=" + path()
            case 2...7: path()
            default: pick(["~a", "~^/b", "~/ab", "~long-segment"])
            }
        }

        mutating func route(_ number: Int) -> RouteDescription {
            RouteDescription(
                "r\(number < 10 ? "0" : "")\(number)", hosts: (0..<count(0...3)).map { _ in hostPattern() },
                paths: (0..<count(0...3)).map { _ in pathPattern() }
            ) { route in
                if chance(30) { route.methods = [pick(["GET", "POST", "PURGE"])] }
                if chance(30) { route.headers = [NameValue(name: "X-A", value: pick(["1", "2"]))] }
                if chance(10) { route.headers.append(NameValue(name: "x-b", value: "1")) }
            }
        }

        mutating func request() -> Request {
            var fields: [(String, String)] = []
            if chance(40) { fields.append(("x-a", pick(["1", "2"]))) }
            if chance(20) { fields.append(("X-B", pick(["1", "2"]))) }
            return Request(
                chance(5) ? "" : host(), path(), method: pick(["GET", "HEAD", "POST", "PURGE", "DELETE"]),
                fields: fields)
        }
    }

    @Test(arguments: 1...40)
    func bothMatchersAgree(seed: UInt64) {
        var source = Source(random: SeededGenerator(seed: seed))
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
        var source = Source(random: SeededGenerator(seed: 7))
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
