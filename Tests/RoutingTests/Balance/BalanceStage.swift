import Lab
import Synchronization

@testable import Routing

/// A table of one service, and requests to it one after the other.
struct BalanceStage {
    var table: RoutingTable
    var random: SeededGenerator
    private var cursor: UInt32 = 0

    /// A service whose endpoint `n` is 10.0.x.y:80, of these weights.
    init(
        _ weights: [Int], _ balance: Balance, seed: UInt64 = 1, edit: (inout TableDescription) -> Void = { _ in }
    ) {
        table = Self.description(Array(weights.indices), weights, balance, edit: edit).compiled()
        random = SeededGenerator(seed: seed)
    }

    /// The description of a service with the endpoints of these numbers.
    static func description(
        _ numbers: [Int], _ weights: [Int] = [], _ balance: Balance, edit: (inout TableDescription) -> Void = { _ in }
    ) -> TableDescription {
        var service = ServiceDescription("s", numbers.map { "10.0.\($0 / 200).\($0 % 200 + 1):80" })
        for (index, weight) in weights.enumerated() { service.endpoints[index].weight = weight }
        service.balance = balance
        var description = TableDescription(services: [service])
        edit(&description)
        return description
    }

    /// The number of the endpoint at `index`; -1 for none.
    func number(_ index: Int) -> Int {
        guard index >= 0 else { return -1 }
        let parts = table.endpoints[index].address.ipDescription.split(separator: ".").compactMap { Int($0) }
        return parts[2] * 200 + parts[3] - 1
    }

    /// The index of endpoint `number`.
    func index(_ number: Int) -> Int { table.endpoints.indices.first { self.number($0) == number } ?? -1 }

    /// The endpoint of the next request.
    mutating func next(
        key: UInt64 = 0, now: UInt64 = 0, tried: TriedEndpoints = TriedEndpoints(), limit: Int32 = 0
    ) -> Int {
        var choice = EndpointChoice(random: random.next(), now: now, tried: tried)
        choice.key = key
        choice.limit = limit
        return table.endpoint(for: 0, cursor: &cursor, choice)
    }

    /// How many of `count` requests, each with a key of its own, come to each endpoint, by number.
    mutating func counts(of count: Int, now: UInt64 = 0) -> [Int] {
        var counts = [Int](repeating: 0, count: table.endpoints.count)
        for number in 0..<count {
            let chosen = next(key: KeyHash.hash(high: UInt64(number), low: 7), now: now)
            if chosen >= 0 { counts[self.number(chosen)] += 1 }
        }
        return counts
    }

    /// The endpoint's number for each of `count` keys.
    mutating func owners(of count: Int, now: UInt64 = 0) -> [Int] {
        (0..<count).map { number in self.number(next(key: KeyHash.hash(high: UInt64(number), low: 9), now: now)) }
    }
}
