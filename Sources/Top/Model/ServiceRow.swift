/// A service in the table of services.
struct ServiceRow: TableRow, Equatable {
    /// Reports of a minute.
    static let historyLength = 30

    var name: String
    var rates = Rates()
    var endpoints = 0
    var endpointsIn = 0
    var inFlight: Int?
    /// Requests a second in the last reports, the newest last.
    var history: [Double] = []

    var identity: String { name }
    var searched: [String] { [name] }

    /// Red where nobody is left, yellow where somebody is missing.
    private var standing: TextStyle {
        if endpointsIn == 0 { return .colored(.red, isBold: true) }
        return endpointsIn < endpoints ? .colored(.yellow) : .plain
    }

    static let columns: [TableColumn<ServiceRow>] = [
        .text("SERVICE", letter: "N", width: 12, widthMaximum: 60, rank: 0, by: \.name),
        .number("REQ/S", letter: "Q", width: 7, rank: 1, by: \.rates.requests) {
            .init(Quantity.amount($0.rates.requests))
        },
        .number("ERR/S", letter: "E", width: 7, rank: 2, by: \.rates.failures) {
            .init(Quantity.amount($0.rates.failures), $0.rates.failures > 0 ? .colored(.red) : .plain)
        },
        .number("UP", letter: "U", width: 7, rank: 3, by: { Double($0.endpointsIn) }) {
            .init("\(Quantity.count($0.endpointsIn))/\(Quantity.count($0.endpoints))", $0.standing)
        },
        .number("ACTIVE", letter: "A", width: 7, rank: 6, by: { Double($0.inFlight ?? 0) }) {
            .init($0.inFlight.map(Quantity.count) ?? "-")
        },
        .number("P50", letter: "M", width: 7, rank: 5, by: { $0.rates.p50 ?? -1 }) {
            .init(Quantity.duration($0.rates.p50))
        },
        .number("P99", letter: "L", width: 7, rank: 4, by: { $0.rates.p99 ?? -1 }) {
            .init(Quantity.duration($0.rates.p99))
        },
        .number("IN B/S", letter: "I", width: 7, rank: 9, by: \.rates.bytesIn) {
            .init(Quantity.amount($0.rates.bytesIn))
        },
        .number("OUT B/S", letter: "O", width: 8, rank: 8, by: \.rates.bytesOut) {
            .init(Quantity.amount($0.rates.bytesOut))
        },
        TableColumn(
            title: "LAST MINUTE", width: 11, widthMaximum: historyLength, isElastic: true, isLeading: true, rank: 7,
            content: { row, width, appearance in
                .init(appearance.sparkline(row.history, columns: width), .colored(.cyan))
            }),
    ]
}
