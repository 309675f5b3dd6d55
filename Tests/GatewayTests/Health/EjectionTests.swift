import Gateway
import Routing
import Synchronization
import Testing

@testable import Lab

/// Endpoints that answer badly, with real requests.
@Suite(.apart) struct EjectionTests {
    private static func edge(
        _ backends: [TestBackend], workers: Int = 1, _ edit: (inout OutlierPolicy) -> Void = { _ in }
    ) throws -> Edge {
        var policy = OutlierPolicy()
        edit(&policy)
        return try Edge(.one(backends.map(\.address)) { $0.outlier = policy }, workers: workers)
    }

    private static func backends(_ count: Int, bad: Int, _ behavior: Behavior) throws -> [TestBackend] {
        try (0..<count).map { try TestBackend("\($0)", $0 < bad ? behavior : .identity) }
    }

    private static func standing(_ edge: Edge, _ backend: TestBackend) -> EndpointStanding {
        edge.gateway.statistics().standings["web-80/\(backend.address)"] ?? EndpointStanding()
    }

    @Test func oneThatAnswersErrorsIsOutAfterFive() throws {
        let backends = try Self.backends(3, bad: 1, .status(500))
        let edge = try Self.edge(backends)
        let stream = try edge.client.connect()
        var statuses: [Int] = []
        for _ in 0..<60 { statuses.append(try stream.roundTrip(get()).status) }
        #expect(statuses.count { $0 == 500 } == 5)
        #expect(backends[0].requestCount == 5)
        let standing = Self.standing(edge, backends[0])
        #expect(standing.isEjected)
        #expect(standing.ejections == 1)
        #expect(
            try edge.statistics { !($0.standings["web-80/\(backends[0].address)"]?.trouble ?? "").isEmpty }
                .standings["web-80/\(backends[0].address)"]?.trouble.hasPrefix(
                    "too many errors in a row, the last: 500")
                == true)
    }

    @Test func oneThatBreaksOffIsOutToo() throws {
        let backends = try Self.backends(3, bad: 1, .custom { _, _, _ in false })
        let edge = try Self.edge(backends)
        let stream = try edge.client.connect()
        for _ in 0..<40 { #expect(try stream.roundTrip(get()).status == 200) }
        #expect(backends[0].requestCount == 5)
        #expect(Self.standing(edge, backends[0]).isEjected)
    }

    @Test func itReturnsByItselfAndIsSoonOutAgainForLonger() throws {
        let backends = try Self.backends(2, bad: 1, .status(500))
        let edge = try Self.edge(backends) { $0.ejection = 100 }
        let stream = try edge.client.connect()
        let identity = "web-80/\(backends[0].address)"
        let state = try #require(edge.currentTable?.states.first { $0.identity == identity })
        for round in 1...3 {
            while state.ejections.load(ordering: .relaxed) < round { _ = try stream.roundTrip(get()) }
            #expect(state.ejectionCount.load(ordering: .relaxed) <= round)
            try edge.statistics { $0.standings[identity]?.isEjected == false }
        }
        backends[0].behave(.identity)
        while try stream.roundTrip(get()).text != "0" {}
    }

    @Test func halfOfThemStaysWhateverTheyAnswer() throws {
        let backends = try Self.backends(4, bad: 4, .status(500))
        let edge = try Self.edge(backends, workers: 2)
        let streams = try (0..<8).map { _ in try edge.client.connect() }
        for _ in 0..<10 {
            for stream in streams { #expect(try stream.roundTrip(get()).status == 500) }
        }
        let standings = backends.map { Self.standing(edge, $0) }
        #expect(standings.count { $0.isEjected } == 2)
        #expect(standings.contains { $0.ejectionsHeld > 0 })
    }

    @Test func aPolicyThatGoesLetsThemBackAtOnce() throws {
        let backends = try Self.backends(2, bad: 1, .status(500))
        let edge = try Self.edge(backends)
        let stream = try edge.client.connect()
        for _ in 0..<20 { _ = try stream.roundTrip(get()) }
        #expect(Self.standing(edge, backends[0]).isEjected)
        try edge.install(.one(backends.map(\.address), generation: 2))
        let identity = "web-80/\(backends[0].address)"
        try edge.statistics { $0.standings[identity]?.isEjected == false }
        #expect(edge.currentTable?.serviceStates[0].ejected.load(ordering: .relaxed) == 0)
    }

    @Test func withoutAPolicyErrorsAreTheClients() throws {
        let backends = try Self.backends(2, bad: 1, .status(500))
        let edge = try Edge(.one(backends.map(\.address)))
        let stream = try edge.client.connect()
        var statuses: [Int] = []
        for _ in 0..<40 { statuses.append(try stream.roundTrip(get()).status) }
        #expect(statuses.count { $0 == 500 } == 20)
    }
}
