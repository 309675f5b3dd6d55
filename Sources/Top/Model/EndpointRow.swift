/// An endpoint in the table of a service's endpoints.
struct EndpointRow: TableRow, Equatable {
    var address: String
    var state: String
    var rates = Rates()
    var inFlight: Int?
    var weight: Int?
    /// Why it gets no new requests, and what an operator has said of it.
    var reason = ""

    var identity: String { address }
    var searched: [String] { [address, state, reason] }
    var detail: String? { reason.isEmpty ? nil : "\(address) is \(state): \(reason)" }

    private var standing: TextStyle {
        switch state {
        case "in": .colored(.green)
        case "down", "ejected": .colored(.red, isBold: true)
        default: .colored(.yellow)
        }
    }

    static let columns: [TableColumn<EndpointRow>] = [
        .text("ENDPOINT", letter: "N", width: 14, widthMaximum: 60, rank: 0, by: \.address),
        .text("STATE", letter: "U", width: 10, rank: 1, by: \.state, style: \.standing),
        .number("REQ/S", letter: "Q", width: 7, rank: 2, by: \.rates.requests) {
            .init(Quantity.amount($0.rates.requests))
        },
        .number("ERR/S", letter: "E", width: 7, rank: 3, by: \.rates.failures) {
            .init(Quantity.amount($0.rates.failures), $0.rates.failures > 0 ? .colored(.red) : .plain)
        },
        .number("ACTIVE", letter: "A", width: 7, rank: 4, by: { Double($0.inFlight ?? 0) }) {
            .init($0.inFlight.map(Quantity.count) ?? "-")
        },
        .number("MEAN", letter: "M", width: 7, rank: 5, by: { $0.rates.mean ?? -1 }) {
            .init(Quantity.duration($0.rates.mean))
        },
        .number("WEIGHT", letter: "W", width: 7, rank: 8, by: { Double($0.weight ?? 0) }) {
            .init($0.weight.map(Quantity.count) ?? "-")
        },
        .number("IN B/S", letter: "I", width: 7, rank: 10, by: \.rates.bytesIn) {
            .init(Quantity.amount($0.rates.bytesIn))
        },
        .number("OUT B/S", letter: "O", width: 8, rank: 9, by: \.rates.bytesOut) {
            .init(Quantity.amount($0.rates.bytesOut))
        },
        .text("WHY", width: 10, widthMaximum: 400, rank: 6, by: \.reason),
    ]

    /// What the list says, with the rates that are known already.
    init(_ facts: EndpointFacts, known: EndpointRow?, now: Int64) {
        self.init(
            address: facts.address, state: facts.state, rates: known?.rates ?? Rates(), inFlight: facts.inFlight,
            weight: facts.weight, reason: Self.reason(facts, now: now))
    }

    init(
        address: String, state: String, rates: Rates = Rates(), inFlight: Int? = nil, weight: Int? = nil,
        reason: String = ""
    ) {
        self.address = address
        self.state = state
        self.rates = rates
        self.inFlight = inFlight
        self.weight = weight
        self.reason = reason
    }

    private static func reason(_ facts: EndpointFacts, now: Int64) -> String {
        var reasons: [String] = []
        if let override = facts.override {
            let what = override.state ?? override.weight.map { "weight \($0)" } ?? "override"
            reasons.append("\(what) by an operator, \(Quantity.age(now - (override.since ?? now))) ago")
        }
        if let trouble = facts.trouble, !trouble.isEmpty, facts.state != "in" { reasons.append(trouble) }
        if reasons.isEmpty, facts.backup == true { reasons.append("backup") }
        return reasons.joined(separator: "; ")
    }
}
