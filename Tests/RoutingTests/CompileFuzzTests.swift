import Lab
import Testing

@testable import Routing

/// Descriptions of random text: whatever they hold, there is a table, and it can be asked anything.
struct CompileFuzzTests {
    private struct Source {
        var random: SeededGenerator

        private static let pieces = [
            "", "a", "b.c", "*", "*.", ".*", "~", "~^(", "(a+)+", "[", "\\", "$", "$1", "${", "${x}", "/", "//", "/..",
            "%", "%2", "%2e", "%00",
            "?", "#", " ", "\r\n", "\u{0}", "é", "例え", "xn--", "-", "_", ":80", "10.0.0.1", "[::1]", "=", "http://",
            "GET",
            "X-A", "(?<x>.)", "(*UTF)", "\\C", ".", "..", String(repeating: "y", count: 300), "\u{FFFD}", "+", "{9999}",
            "(?R)",
        ]

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        mutating func text() -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
        mutating func texts() -> [String] { (0..<Int.random(in: 0...3, using: &random)).map { _ in text() } }
        mutating func number() -> Int {
            [0, 1, -1, 2, 7, 65_535, 65_536, .max, .min, Int(Int32.max)].randomElement(using: &random) ?? 0
        }
        mutating func pairs() -> [NameValue] { texts().map { NameValue(name: chance(50) ? "X-A" : $0, value: $0) } }

        mutating func route() -> RouteDescription {
            var route = RouteDescription(name: text(), provenance: Provenance(source: text()))
            route.hosts = texts()
            route.paths = texts()
            if chance(30) { route.methods = texts() }
            if chance(30) { route.headers = pairs() }
            route.services = (0..<4).map { _ in WeightedService(service: chance(50) ? "s" : text(), weight: number()) }
            if chance(30) { route.redirect = Redirect(to: text(), status: chance(70) ? 301 : number()) }
            if chance(30) { route.stripPrefix = text() }
            if chance(30) { route.rewrite = PathRewrite(match: text(), to: "/" + text()) }
            if chance(30) { route.requestHeaders.set = pairs() }
            if chance(30) { route.responseHeaders.remove = texts() }
            if chance(30) { route.requestBodyLimit = Int64(number()) }
            return route
        }

        mutating func service() -> ServiceDescription {
            var service = ServiceDescription(name: chance(50) ? "s" : text())
            service.balance = Balance.allCases.randomElement(using: &random) ?? .roundRobin
            service.connectionsPerEndpoint = number()
            service.endpoints = (0..<Int.random(in: 0...6, using: &random)).map { number in
                var endpoint = EndpointDescription(
                    address: chance(80) ? "10.0.0.\(number % 4):80" : text(), provenance: Provenance(source: ""))
                endpoint.weight = chance(60) ? 1 : self.number()
                endpoint.isBackup = chance(20)
                endpoint.isDraining = chance(20)
                return endpoint
            }
            return service
        }
    }

    @Test(arguments: 1...8)
    func everyDescriptionHasATable(seed: UInt64) {
        var source = Source(random: SeededGenerator(seed: seed))
        var previous: RoutingTable?
        for _ in 0..<60 {
            var description = TableDescription()
            description.services = (0..<3).map { _ in source.service() }
            description.routes = (0..<12).map { _ in source.route() }
            let table = description.compiled(previous: previous)
            previous = table
            #expect(table.routes.count <= 12)
            for _ in 0..<20 {
                _ = Request(source.text(), "/" + source.text(), method: source.text(), fields: [("x-a", source.text())])
                    .match(in: table)
            }
            var cursor: UInt32 = .max
            for route in table.routes.indices {
                exercise(table, route, path: "/" + source.text(), query: source.text())
                let service = table.service(of: route, random: UInt32(truncatingIfNeeded: source.random.next()))
                let endpoint = table.endpoint(
                    for: service, cursor: &cursor, EndpointChoice(random: source.random.next(), now: 1))
                #expect(
                    service < 0 ? endpoint < 0 : endpoint < 0 || table.endpointIndices(of: service).contains(endpoint))
            }
        }
    }

    /// What a route makes of a request can always be sent.
    private func exercise(_ table: RoutingTable, _ route: Int, path: String, query: String) {
        let path = Array(path.utf8)
        let query = Array(query.utf8)
        if let forwarded = unsafe table.forwardedPath(of: route, path: path.span.bytes) {
            #expect(forwarded.first == UInt8(ascii: "/"))
        }
        let answer = unsafe table.redirect(
            of: route, scheme: "https", host: query.span.bytes, path: path.span.bytes, query: query.span.bytes,
            hasQuery: true)
        if let answer { #expect(answer.location.allSatisfy { $0 > 0x20 && $0 < 0x7F }) }
        for edits in [table.requestEdits(of: route), table.responseEdits(of: route)].compactMap({ $0 }) {
            let lines = edits.lines.split(separator: UInt8(ascii: "\n"))
            #expect(
                lines.allSatisfy { $0.last == UInt8(ascii: "\r") && $0.filter { $0 == UInt8(ascii: "\r") }.count == 1 })
        }
    }
}
