import Lab

@testable import Routing

/// Routes and requests from a small alphabet, so that they often meet.
struct RandomRoutes {
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
