import Routing
import Testing

@testable import Gateway
@testable import Lab

/// How long requests take, by ranges.
@Suite(.apart) struct DurationTests {
    @Test func `every duration is in the first range whose bound it does not pass`() {
        let bounds = (0..<DurationHistogram.boundCount).map(DurationHistogram.bound)
        #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
        #expect(bounds.prefix(8).map { $0 / 250_000 } == [1, 2, 3, 4, 6, 8, 12, 16])
        #expect(bounds.last == 65_536_000_000)
        var generator = SeededGenerator(seed: 1)
        let probes =
            bounds.flatMap { [$0 - 1, $0, $0 + 1] } + [0, 1, .max]
            + (0..<1000).map { _ in
                UInt64.random(in: 0..<1 << UInt64.random(in: 1..<63, using: &generator), using: &generator)
            }
        for nanoseconds in probes {
            let range = DurationHistogram.range(of: nanoseconds)
            #expect(range == bounds.firstIndex { nanoseconds <= $0 } ?? bounds.count, "\(nanoseconds) ns")
        }
    }

    @Test func `requests count by how long they took, and errors by their cause`() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]), workers: 2)
        for _ in 0..<10 { #expect(try edge.client.exchange(get()).status == 200) }
        #expect(try edge.client.exchange("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n").status == 404)
        #expect(try edge.client.exchange("BAD\r\n\r\n").status == 400)
        try edge.statistics { $0.listeners["http"]?.answers[3] == 2 && $0.services["web-80"]?.answers[1] == 10 }
        let seen = edge.gateway.observe()
        #expect(seen.table.serviceNames == ["web-80"])
        let durations = try #require(seen.durations[0])
        #expect(durations.count == 10)
        #expect(durations.sum > 0)
        #expect(
            Set(seen.totals.errors.map { "\($0.side) \($0.label) \($0.count)" })
                == ["client no-route 1", "client bad-request 1"])
        #expect(seen.totals.dials >= 1)
        #expect(seen.totals.swaps == 2)
        try edge.waitUntilNothingIsInFlight()
        try edge.statistics { $0.totals.idleConnections >= 1 }
    }

    @Test func `a service that takes another's place in the counters begins at nothing`() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        for _ in 0..<3 { #expect(try edge.client.exchange(get()).status == 200) }
        try edge.statistics { $0.services["web-80"]?.answers[1] == 3 }
        // Tables hold on to numbers as long as they live; it takes a few until one is given again.
        for generation in 2..<8 {
            let name = "other-\(generation)"
            try edge.install(
                .one(
                    [backend.address], generation: UInt64(generation), service: { $0.name = name },
                    route: {
                        $0.name = name
                        $0.services = [WeightedService(service: name)]
                    }))
            try edge.statistics { $0.generation == UInt64(generation) }
            #expect(try edge.client.exchange(get()).status == 200)
            let statistics = try edge.statistics { $0.services["other-\(generation)"]?.answers[1] == 1 }
            #expect(statistics.services["other-\(generation)"]?.requests == 1)
            #expect(statistics.routes["other-\(generation)"]?.requests == 1)
            #expect(edge.gateway.observe().durations[0]?.count == 1)
        }
    }
}
