import Lab
import Synchronization
import Testing

@testable import Routing

struct BalanceTests {
    /// Endpoint addresses chosen by `count` calls, as the last octet of each.
    private func choose(
        _ count: Int, of table: RoutingTable, cursor: inout UInt32, now: UInt64 = 0,
        tried: TriedEndpoints = TriedEndpoints(),
        random: UInt64 = 0, load: Bool = false
    ) -> [Int] {
        (0..<count).map { _ in
            var choice = EndpointChoice(random: random, now: now, tried: tried)
            choice.key = random
            let chosen = table.endpoint(for: 0, cursor: &cursor, choice)
            if chosen >= 0, load { table.states[chosen].inFlight.wrappingAdd(1, ordering: .relaxed) }
            return number(chosen, table)
        }
    }

    private func number(_ endpoint: Int, _ table: RoutingTable) -> Int {
        endpoint < 0 ? -1 : Int(table.endpoints[endpoint].address.ipDescription.split(separator: ".")[3]) ?? -2
    }

    private func table(
        _ weights: [Int], _ balance: Balance = .roundRobin, edit: (inout ServiceDescription) -> Void = { _ in }
    ) -> RoutingTable {
        var service = ServiceDescription("s", weights.indices.map { "10.0.0.\($0 + 1):80" })
        for (index, weight) in weights.enumerated() { service.endpoints[index].weight = weight }
        service.balance = balance
        edit(&service)
        return TableDescription(services: [service]).compiled()
    }

    private func counts(_ choices: [Int]) -> [Int: Int] {
        choices.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private func eject(_ numbers: [Int], in table: RoutingTable, until: UInt64 = 1_000) {
        for endpoint in table.endpoints.indices where numbers.contains(number(endpoint, table)) {
            table.states[endpoint].ejectedUntil.store(until, ordering: .relaxed)
        }
    }

    // MARK: Round-robin

    @Test func equalWeightsTakeTurns() {
        let table = table([1, 1, 1])
        var cursor: UInt32 = 0
        #expect(choose(7, of: table, cursor: &cursor) == [1, 2, 3, 1, 2, 3, 1])
        cursor = .max
        #expect(counts(choose(300, of: table, cursor: &cursor)) == [1: 100, 2: 100, 3: 100])
    }

    @Test func weightsAreExactOverARotationAndEvenWithinIt() {
        let table = table([5, 1, 1])
        var cursor: UInt32 = 0
        let rotation = choose(7, of: table, cursor: &cursor)
        #expect(counts(rotation) == [1: 5, 2: 1, 3: 1])
        #expect(choose(7, of: table, cursor: &cursor) == rotation)
        // No run of the heavy one is longer than three, over the seam too.
        let runs = (rotation + rotation).split { $0 != 1 }.map(\.count)
        #expect((runs.max() ?? 0) <= 3)
    }

    @Test(arguments: [[1, 2, 3, 4], [100, 50, 50], [7, 7, 1], [30, 20, 10]])
    func eachWeightGetsItsShare(weights: [Int]) {
        let table = table(weights)
        var cursor: UInt32 = 3
        let total = weights.reduce(0, +)
        let counts = counts(choose(total, of: table, cursor: &cursor))
        for (index, weight) in weights.enumerated() { #expect(counts[index + 1] == weight) }
    }

    @Test func hugeWeightsAreScaledDown() {
        let table = table([65_535, 65_535, 1])
        let group = table.services[0].primary
        #expect(group.rotationCount <= RotationBuilder.limit + 1)
        var cursor: UInt32 = 0
        let counts = counts(choose(Int(group.rotationCount), of: table, cursor: &cursor))
        #expect(counts[3] == 1)
        #expect(counts[1] == counts[2])
    }

    @Test func equalWeightsNeedNoSequence() {
        #expect(table([7, 7, 7]).serviceParts.rotations.isEmpty)
        let twice = TableDescription(
            services: (0..<100).map { number in
                var service = ServiceDescription("s\(number)", ["10.0.0.1:80", "10.0.0.2:80"])
                service.endpoints[0].weight = 3
                return service
            }
        ).compiled()
        #expect(twice.serviceParts.rotations.count == 4, "one sequence for all services of the same weights")
    }

    @Test func theOneAfterAGapDoesNotGetTheGapsShare() {
        let table = table([1, 1, 1])
        eject([1], in: table)
        var cursor: UInt32 = 0
        #expect(counts(choose(100, of: table, cursor: &cursor, now: 5)) == [2: 50, 3: 50])
    }

    // MARK: Who gets nothing

    @Test(arguments: Balance.allCases)
    func drainingAndWeightlessEndpointsGetNothing(balance: Balance) {
        let table = table([1, 0, 1], balance) { $0.endpoints[2].isDraining = true }
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 1)
        for _ in 0..<50 { #expect(choose(1, of: table, cursor: &cursor, random: random.next()) == [1]) }
    }

    @Test(arguments: Balance.allCases)
    func aServiceWithoutUsableEndpointsHasNone(balance: Balance) {
        var cursor: UInt32 = 0
        #expect(choose(1, of: table([], balance), cursor: &cursor) == [-1])
        #expect(choose(1, of: table([0], balance), cursor: &cursor) == [-1])
        #expect(choose(1, of: table([1], balance) { $0.endpoints[0].isDraining = true }, cursor: &cursor) == [-1])
        #expect(
            RoutingTable().endpoint(for: 0, cursor: &cursor, EndpointChoice(random: 0, now: 0, tried: TriedEndpoints()))
                == -1)
        #expect(
            table([1]).endpoint(for: -1, cursor: &cursor, EndpointChoice(random: 0, now: 0, tried: TriedEndpoints()))
                == -1)
    }

    @Test(arguments: Balance.allCases)
    func triedEndpointsAreNotTriedAgain(balance: Balance) {
        let table = table([1, 2, 3], balance)
        var random = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            var tried = TriedEndpoints()
            var cursor = UInt32(truncatingIfNeeded: random.next())
            var seen: Set<Int> = []
            for _ in 0..<3 {
                let chosen = table.endpoint(
                    for: 0, cursor: &cursor, EndpointChoice(random: random.next(), now: 0, tried: tried))
                #expect(chosen >= 0)
                guard chosen >= 0 else { return }
                seen.insert(chosen)
                tried.insert(Int(table.endpoints[chosen].slot))
            }
            #expect(seen.count == 3)
            #expect(
                table.endpoint(for: 0, cursor: &cursor, EndpointChoice(random: random.next(), now: 0, tried: tried))
                    == -1)
        }
    }

    @Test(arguments: Balance.allCases)
    func ejectedEndpointsWaitForTheirTime(balance: Balance) {
        let table = table([1, 1], balance)
        eject([1], in: table, until: 1_000)
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20 { #expect(choose(1, of: table, cursor: &cursor, now: 999, random: random.next()) == [2]) }
        let later = (0..<40).flatMap { _ in
            choose(1, of: table, cursor: &cursor, now: 1_000, random: random.next(), load: true)
        }
        #expect(counts(later)[1, default: 0] > 10)
    }

    @Test(arguments: Balance.allCases)
    func backupsServeOnlyWhenNoOtherIsIn(balance: Balance) {
        let table = table([1, 1, 1], balance) { $0.endpoints[0].isBackup = true }
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20 { #expect(choose(1, of: table, cursor: &cursor, random: random.next()) != [1]) }
        eject([2, 3], in: table)
        #expect(choose(1, of: table, cursor: &cursor, now: 5, random: random.next()) == [1])
        // With the backup out as well, those in the rotation are tried after all.
        eject([1], in: table)
        #expect([2, 3].contains(choose(1, of: table, cursor: &cursor, now: 5, random: random.next())[0]))
    }

    @Test(arguments: Balance.allCases.filter { $0 != .first })
    func whenAllAreEjectedAllAreTried(balance: Balance) {
        let table = table([1, 1, 1], balance)
        eject([1, 2, 3], in: table, until: .max)
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 5)
        let choices = (0..<60).flatMap { _ in
            choose(1, of: table, cursor: &cursor, now: 5, random: random.next(), load: true)
        }
        #expect(counts(choices).filter { $0.value > 10 }.count == 3)
    }

    // MARK: By load

    @Test func leastConnectionsFillsUpEvenlyAndByWeight() {
        let equal = table([1, 1, 1], .leastConnections)
        var cursor: UInt32 = 0
        #expect(counts(choose(300, of: equal, cursor: &cursor, load: true)) == [1: 100, 2: 100, 3: 100])
        let weighted = table([4, 2, 1], .leastConnections)
        #expect(counts(choose(700, of: weighted, cursor: &cursor, load: true)) == [1: 400, 2: 200, 3: 100])
    }

    @Test func leastConnectionsRotatesAmongEquals() {
        let table = table([1, 1, 1], .leastConnections)
        var cursor: UInt32 = 0
        #expect(choose(6, of: table, cursor: &cursor) == [1, 2, 3, 1, 2, 3])
        table.states[1].inFlight.store(5, ordering: .relaxed)
        #expect(choose(4, of: table, cursor: &cursor) == [1, 3, 1, 3])
    }

    @Test func randomTwoTakesTheLessLoadedOfItsTwo() {
        let table = table([1, 1, 1, 1], .randomTwo)
        for (index, load) in [9, 3, 6, 1].enumerated() { table.states[index].inFlight.store(load, ordering: .relaxed) }
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 6)
        let counts = counts((0..<6_000).flatMap { _ in choose(1, of: table, cursor: &cursor, random: random.next()) })
        // Of the six pairs the idlest wins three, the next two, the next one.
        #expect(counts[1] == nil)
        #expect((2_800...3_200).contains(counts[4, default: 0]))
        #expect((1_800...2_200).contains(counts[2, default: 0]))
        #expect((850...1_150).contains(counts[3, default: 0]))
    }

    @Test func randomTwoFillsUpByWeight() {
        let table = table([3, 1], .randomTwo)
        var cursor: UInt32 = 0
        var random = SeededGenerator(seed: 7)
        for _ in 0..<400 { _ = choose(1, of: table, cursor: &cursor, random: random.next(), load: true) }
        #expect(table.states[0].inFlight.load(ordering: .relaxed) == 300)
    }

    // MARK: Shares of a route

    private func shares(_ weights: [(String, Int)]) -> (table: RoutingTable, counts: [String: Int]) {
        var description = TableDescription(services: [
            ServiceDescription("a", ["10.0.0.1:80"]), ServiceDescription("b", ["10.0.0.2:80"]),
            ServiceDescription("empty", []),
        ])
        description.routes = [
            RouteDescription("r") { $0.services = weights.map { WeightedService(service: $0.0, weight: $0.1) } }
        ]
        let table = description.compiled()
        // 1,000 numbers spread evenly over all 2^32.
        let numbers = (0..<1_000).map { UInt32(UInt64($0) * (1 << 32) / 1_000) } + [.max]
        let counts = numbers.reduce(into: [String: Int]()) { counts, number in
            let service = table.service(of: 0, random: number)
            counts[service < 0 ? "none" : table.serviceNames[service], default: 0] += 1
        }
        return (table, counts)
    }

    @Test func aSplitFollowsItsWeights() {
        #expect(shares([("a", 90), ("b", 10)]).counts == ["a": 900, "b": 101])
        #expect(shares([("a", 1), ("b", 1)]).counts == ["a": 500, "b": 501])
        #expect(shares([("a", 0), ("b", 5)]).counts == ["b": 1_001])
    }

    @Test func aServiceWithoutEndpointsGivesItsShareToTheOthers() {
        #expect(shares([("a", 1), ("empty", 9)]).counts == ["a": 1_001])
        #expect(shares([("a", 1), ("unknown", 9)]).counts == ["a": 1_001])
        #expect(shares([("empty", 9)]).counts == ["empty": 1_001])
        #expect(shares([("unknown", 9)]).counts == ["none": 1_001])
        #expect(shares([("a", 0)]).counts == ["none": 1_001])
        #expect(shares([]).counts == ["none": 1_001])
    }

    @Test func noRouteHasNoService() {
        #expect(RoutingTable().service(of: 0, random: 0) == -1)
        #expect(shares([("a", 1)]).table.service(of: -1, random: 0) == -1)
    }
}
