import Lab

@testable import Top

/// An edge that never was.
enum Specimens {
    static func rates(_ requests: Double, failures: Double = 0, p99: Double? = nil) -> Rates {
        var rates = Rates()
        rates.requests = requests
        rates.failures = failures
        rates.p50 = p99.map { $0 / 10 }
        rates.p99 = p99
        return rates
    }

    static func service(_ name: String, _ requests: Double, endpoints: Int = 2, isIn: Int = 2) -> RateReport.Service {
        RateReport.Service(
            name: name, rates: rates(requests, p99: 0.012), endpoints: endpoints, endpointsIn: isIn, inFlight: 3)
    }

    static func report(_ services: [RateReport.Service], endpoints: [RateReport.Endpoint] = []) -> RateReport {
        RateReport(
            time: 1_700_000_100, seconds: 2, total: rates(services.reduce(0) { $0 + $1.rates.requests }, p99: 0.034),
            services: services, endpoints: endpoints)
    }

    static let facts = EdgeFacts(
        version: "1.2.3", startedAt: 1_700_000_000, uptime: 90, draining: false, workers: 4, connections: 17,
        table: .init(generation: 41, installedAt: 1_700_000_060), store: .init(name: "consul", available: true),
        problems: 2)

    static func model(
        rows: Int = 24, columns: Int = 80, appearance: Appearance = Appearance(), _ services: [RateReport.Service]
    ) -> TopModel {
        var model = TopModel(
            address: "127.0.0.1:9090", size: ScreenSize(rows: rows, columns: columns), appearance: appearance)
        model.take(.facts(facts))
        model.take(.rates(report(services)))
        return model
    }

    static func endpoint(_ address: String, _ state: String = "in", trouble: String = "") -> EndpointFacts {
        EndpointFacts(address: address, state: state, weight: 1, backup: false, trouble: trouble, inFlight: 0)
    }

    static func event(_ id: UInt64, _ subject: String = "web-80/10.0.0.1:80", detail: String = "refused") -> EventFacts
    {
        EventFacts(id: id, time: 1_700_000_050, kind: "endpoint", subject: subject, what: "down", detail: detail)
    }

    /// Names that would do something to a terminal, or to its columns.
    static let hostile = [
        "\u{1B}[2J\u{1B}]0;owned\u{7}", "\u{9B}31mred", "a\nb\r\tc\u{0}", "\u{202E}gnp.exe", "漢字サービス", "👩‍👩‍👧‍👦🇩🇪",
        "e" + String(repeating: "\u{301}", count: 300), "\u{301}lonely", "\u{FEFF}\u{200B}\u{2066}",
        "한글\u{1160}\u{11A8}",
        "\u{FFFD}\u{10FFFF}\u{E000}", String(repeating: "long", count: 2000), "", " ", "\u{3000}wide space", "q\u{7F}",
        "\u{AD}soft", "ｆｕｌｌ", "\u{1F1E6}", "\u{FDFA}",
    ]

    static func hostileName(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            if Bool.random(using: &random) { return hostile.randomElement(using: &random) ?? "" }
            let value = UInt32.random(in: 0...0x3_0000, using: &random)
            return Unicode.Scalar(value).map { String($0) } ?? "x"
        }.joined()
    }
}
