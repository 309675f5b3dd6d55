import KeyValue
import Lab
import Routing
import Synchronization
import Testing

@testable import Admin
@testable import Control
@testable import Gateway

/// How fast things go, as the stream tells it.
@Suite(.timeLimit(.minutes(3))) struct RateTests {
    private static func counters(
        _ requests: UInt64, answers: [UInt64] = [0, 0, 0, 0, 0], failures: UInt64 = 0, nanoseconds: UInt64 = 0
    ) -> TrafficCounters {
        var counters = TrafficCounters()
        counters.requests = requests
        for (index, count) in answers.enumerated() { counters.addAnswers(count, at: index) }
        counters.ended = answers.reduce(0, &+)
        counters.failures = failures
        counters.nanoseconds = nanoseconds
        return counters
    }

    @Test func `what grew is told, and what began anew counts from nothing`() {
        let growth = Self.counters(9, answers: [0, 5, 0, 0, 4], nanoseconds: 90)
            .growth(since: Self.counters(4, answers: [0, 3, 0, 0, 1], nanoseconds: 30))
        #expect(growth == Self.counters(5, answers: [0, 2, 0, 0, 3], nanoseconds: 60))
        #expect(Self.counters(3).growth(since: Self.counters(4)) == Self.counters(3))
        #expect(Self.counters(3).growth(since: nil) == Self.counters(3))
        let figures = RateFigures(growth, failures: 3, seconds: 2)
        #expect((figures.requests, figures.failures) == (2.5, 1.5))
        #expect(RateFigures(growth, failures: 3, seconds: 0).isIdle)
        var durations = DurationHistogram()
        durations.add(nanoseconds: 1_000_000)
        var later = durations
        later.add(nanoseconds: 40_000_000)
        #expect(later.growth(since: durations).count == 1)
        #expect(later.growth(since: durations).sum == 40_000_000)
        #expect(durations.growth(since: later) == durations)
    }

    @Test func `requests are told as rates of the whole, of their service and of its endpoints`() async throws {
        let backends = try ["a", "b"].map { try TestBackend($0) }
        var entries = Dictionary(uniqueKeysWithValues: backends.map { ("services/web-80/h:\($0.name):80", $0.address) })
        entries["services/web-80/h:c:80"] = "10.0.0.3:80 drain"
        entries["services/idle-80/h:d:80"] = "10.0.0.4:80"
        try await ObservedEdge.with(entries) { edge async throws in
            let asking = Task {
                while !Task.isCancelled { _ = try await edge.request(host: "web.example") }
            }
            defer { asking.cancel() }
            let events = try await ToldEvent.listen(edge, "/api/v1/stream?rates=true&service=web-80") { events in
                events.count { $0.name == "rates" } >= 2
            }
            let rates = events.filter { $0.name == "rates" }.map(\.data)
            let schema = Schema(document: try await edge.json("/api/v1/openapi.json"))
            let described = schema.resolve("#/components/schemas/Rates")
            for event in rates { #expect(schema.faults(event, by: described) == []) }
            let first = rates[0]
            #expect(try #require(first["seconds"].number) > 1)
            #expect(try #require(first["total"]["requests_per_second"].number) > 0)
            #expect(first["total"]["p99"].number != nil)
            let services = Dictionary(uniqueKeysWithValues: first["services"].elements.map { ($0["name"].text, $0) })
            #expect(services["web-80"]?["requests_per_second"] == first["total"]["requests_per_second"])
            #expect(services["web-80"]?["endpoints"].number == 3)
            #expect(services["web-80"]?["endpoints_in"].number == 2)
            #expect(services["idle-80"]?["requests_per_second"].number == 0)
            #expect(services["idle-80"]?["p50"] == .null)
            // All in the first, then those alone that did something.
            let endpoints = first["endpoints"].elements
            #expect(Set(endpoints.compactMap { $0["address"].text }) == Set(backends.map(\.address) + ["10.0.0.3:80"]))
            #expect(endpoints.first { $0["address"].text == "10.0.0.3:80" }?["state"].text == "draining")
            #expect(endpoints.contains { ($0["mean"].number ?? 0) > 0 })
            #expect(!rates[1]["endpoints"].elements.contains { $0["address"].text == "10.0.0.3:80" })
            // Nobody listens any more, and nothing is measured.
            try await edge.until({ edge.subject.journal.listeners }, { $0 == 0 })
        }
    }

    @Test func `failures are told where they happen`() async throws {
        let backend = try TestBackend("a", .status(503))
        try await ObservedEdge.with(["services/web-80/h:a:80": backend.address]) { edge async throws in
            let asking = Task {
                while !Task.isCancelled { _ = try await edge.request(host: "web.example") }
            }
            defer { asking.cancel() }
            let events = try await ToldEvent.listen(edge, "/api/v1/stream?rates=true&service=web-80") { events in
                events.contains { $0.name == "rates" }
            }
            let rates = try #require(events.first { $0.name == "rates" }).data
            for part in [rates["total"], rates["services"][0], rates["endpoints"][0]] {
                #expect(try #require(part["failures_per_second"].number) > 0)
            }
        }
    }

    @Test func `rates are for those who ask`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80"]) { edge async throws in
            let events = try await ToldEvent.listen(edge, "/api/v1/stream") { events in
                events.count { $0.name == "totals" } == 3
            }
            #expect(!events.contains { $0.name == "rates" })
            for target in ["?service=web-80", "?rates=yes", "?rates=false&service=web-80"] {
                #expect(try await edge.ask("GET", "/api/v1/stream\(target)").status == 400)
            }
            let unknown = try await ToldEvent.listen(edge, "/api/v1/stream?rates=true&service=none") { events in
                events.contains { $0.name == "rates" }
            }
            #expect(unknown.first { $0.name == "rates" }?.data["endpoints"] == .array([]))
        }
    }

    @Test func `one observation serves all who listen, and none is made for nobody`() async throws {
        try await ObservedEdge.with { edge async throws in
            let looks = Looks()
            let meter = RateMeter(interval: .milliseconds(50), now: { 1 }) {
                looks.count.withLock { $0 += 1 }
                return edge.gateway.observe()
            }
            #expect(looks.count.withLock { $0 } == 0)
            var streams: [AsyncStream<Void>?] = (0..<10).map { _ in meter.listen() }
            for stream in streams {
                var iterator = try #require(stream).makeAsyncIterator()
                #expect(await iterator.next() != nil)
            }
            let latest = try #require(meter.latest)
            // One to begin with, one a reading, and one that may be under way.
            #expect(looks.count.withLock { $0 } >= Int(latest.number) + 1)
            streams = []
            try await edge.until({ meter.listeners }, { $0 == 0 })
            #expect(meter.latest == nil)
            let next = meter.listen()
            var iterator = next.makeAsyncIterator()
            #expect(await iterator.next() != nil)
            #expect(try #require(meter.latest).number >= 1)
        }
    }

    /// How often somebody has looked.
    private final class Looks: Sendable {
        let count = Mutex(0)
    }

    @Test func `rates go with the endpoint, wherever it stands in another table`() throws {
        func observation(_ addresses: [String], after former: RoutingTable?, requests: UInt64) -> GatewayObservation {
            var description = TableDescription()
            description.services = [ServiceDescription(name: "web-80")]
            description.services[0].endpoints = addresses.map {
                EndpointDescription(address: $0, provenance: Provenance(source: "test"))
            }
            let table = RoutingTable.compile(description, previous: former).table
            var seen = GatewayObservation.idle(table)
            for place in seen.endpoints.indices {
                let last = seen.table.endpoints[place].address.description.split(separator: ".")[3].prefix { $0 != ":" }
                seen.endpoints[place].requests = (UInt64(last) ?? 0) * requests
            }
            return seen
        }
        let former = observation(["10.0.0.1:80", "10.0.0.2:80"], after: nil, requests: 100)
        let seen = observation(["10.0.0.3:80", "10.0.0.2:80"], after: former.table, requests: 110)
        let reading = RateReading(from: former, to: seen, seconds: 2, time: 1, number: 1)
        let rates = Dictionary(
            uniqueKeysWithValues: reading.endpoints(of: "web-80").map { ($0.address, $0.figures.requests) })
        // The second had 200 and has 220; the third is new, and all that it has is news.
        #expect(rates == ["10.0.0.2:80": 10, "10.0.0.3:80": 165])
        #expect(reading.endpoints(of: "other-80").isEmpty)
    }

    @Test func `an endpoint is told of again only if there is something to tell`() throws {
        var description = TableDescription()
        description.services = [ServiceDescription(name: "web-80")]
        description.services[0].endpoints = [
            EndpointDescription(address: "10.0.0.1:80", provenance: Provenance(source: "test"))
        ]
        let seen = GatewayObservation.idle(RoutingTable.compile(description, previous: nil).table)
        var told = ToldRates()
        func count(_ from: GatewayObservation, _ to: GatewayObservation, _ number: UInt64) throws -> Int {
            let reading = RateReading(from: from, to: to, seconds: 2, time: 1, number: number)
            return try JSONDocument(told.event(reading, service: "web-80"))["endpoints"].elements.count
        }
        #expect(try count(seen, seen, 1) == 1)
        #expect(try count(seen, seen, 2) == 0)
        var later = seen
        later.standings[0].health = .down
        #expect(try count(seen, later, 3) == 1)
        #expect(try count(later, later, 4) == 0)
        var busy = later
        busy.endpoints[0].requests = 5
        #expect(try count(later, busy, 5) == 1)
        // It does nothing any more: that is news once.
        #expect(try count(busy, busy, 6) == 1)
        #expect(try count(busy, busy, 7) == 0)
        #expect(told.number == 7)
    }

    @Test func `names are text, whatever is in them`() async throws {
        let names = ["a\"b", "</script><script>alert(1)</script>", "x\\\n\r\u{2028}", "\u{202E}evil", "naïve ☃"]
        var description = TableDescription()
        description.services = names.map { ServiceDescription(name: $0) }
        let table = RoutingTable.compile(description, previous: nil).table
        let seen = GatewayObservation.idle(table)
        let reading = RateReading(from: seen, to: seen, seconds: 2, time: 1, number: 1)
        let octets = reading.event(of: names[0], reading.endpoints(of: names[0]))
        #expect(!octets.contains(UInt8(ascii: "\n")) && !octets.contains(UInt8(ascii: "<")))
        let told = try JSONDocument(octets)["services"].elements.compactMap { $0["name"].text }
        #expect(told == table.serviceNames)
    }
}

extension GatewayObservation {
    /// Nothing seen by `table`.
    fileprivate static func idle(_ table: RoutingTable) -> GatewayObservation {
        var seen = GatewayObservation(table: table)
        seen.services = table.services.map { _ in TrafficCounters() }
        seen.durations = table.services.map { _ in nil }
        seen.endpoints = table.states.map { _ in TrafficCounters() }
        seen.standings = table.states.map { _ in EndpointStanding() }
        return seen
    }
}
