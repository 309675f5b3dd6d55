import Lab
import Testing

@testable import Top

/// What is on the screen.
@Suite struct PictureTests {
    private static func lines(_ model: TopModel) -> [String] {
        var model = model
        let canvas = model.picture()
        return (0..<canvas.size.rows).map { canvas.text($0) }
    }

    private static let services = [
        Specimens.service("api-8080", 1234, endpoints: 4, isIn: 3), Specimens.service("web-80", 12),
        Specimens.service("admin-80", 0, endpoints: 1, isIn: 0),
    ]

    @Test func `the head says which edge it is and what it does`() {
        let lines = Self.lines(Specimens.model(columns: 120, Self.services))
        for word in ["portico 1.2.3", "127.0.0.1:9090", "table 41, 40s old", "store consul ok", "up 1m", "4 workers"] {
            #expect(lines[0].contains(word), "\(lines[0])")
        }
        for word in ["1.25k req/s", "0 err/s", "p50 3.40ms", "p99 34.0ms", "17 connections", "2 problems"] {
            #expect(lines[1].contains(word), "\(lines[1])")
        }
    }

    @Test func `services stand there with what they do, the busiest first`() {
        let lines = Self.lines(Specimens.model(columns: 130, Self.services))
        #expect(lines[2].hasPrefix("Services (3)"))
        for title in ["SERVICE", "REQ/S▼", "ERR/S", "P50", "P99", "ACTIVE", "UP", "IN B/S", "OUT B/S", "LAST MINUTE"] {
            #expect(lines[3].contains(title), "\(lines[3])")
        }
        #expect(lines[4].hasPrefix("api-8080"))
        for word in ["1.23k", "3/4", "12.0ms", "1.20ms", "█"] { #expect(lines[4].contains(word), "\(lines[4])") }
        #expect(lines[5].hasPrefix("web-80"))
        #expect(lines[6].hasPrefix("admin-80"))
    }

    @Test func `narrow screens show less, name and rate to the last`() {
        let wide = Self.lines(Specimens.model(columns: 80, Self.services))
        #expect(wide[3].contains("LAST MINUTE") && !wide[3].contains("B/S"), "\(wide[3])")
        let narrow = Self.lines(Specimens.model(rows: 8, columns: 40, Self.services))
        #expect(narrow[2].contains("SERVICE") && narrow[2].contains("REQ/S"), "\(narrow[2])")
        #expect(!narrow[2].contains("LAST MINUTE"))
        #expect(narrow[3].hasPrefix("api-8080"))
        #expect(narrow[7].contains("? help"))
        #expect(Self.lines(Specimens.model(rows: 7, columns: 40, Self.services))[0].contains("40x8 is needed"))
    }

    @Test func `a connection that is lost is said, and what is old is faint`() {
        var model = Specimens.model(Self.services)
        model.now = 10
        model.take(.lost("connection refused", retryAfter: .seconds(4)))
        model.now = 12
        model.take(.lost("connection refused", retryAfter: .seconds(8)))
        model.now = 13
        let canvas = model.picture()
        #expect(
            canvas.text(0).contains("NO CONNECTION for 3s, next try in 7s: 127.0.0.1:9090"), "\(canvas.text(0))")
        #expect(canvas.text(1).hasPrefix("connection refused"))
        #expect(canvas.row(5).allSatisfy { $0.style.isFaint })
        model.take(.rates(Specimens.report(Self.services)))
        #expect(model.picture().row(5).allSatisfy { !$0.style.isFaint })
    }

    @Test func `a service opens to its endpoints with why they are out`() {
        var model = Specimens.model(columns: 140, Self.services)
        #expect(model.press(.enter) == .watch("api-8080"))
        var drained = Specimens.endpoint("10.0.0.3:80", "draining")
        drained.override = EndpointFacts.Override(state: "drain", since: 1_700_000_090)
        model.take(
            .endpoints(
                service: "api-8080",
                [
                    Specimens.endpoint("10.0.0.1:80"), drained,
                    Specimens.endpoint("10.0.0.2:80", "down", trouble: "check: connection refused"),
                ]))
        let first = RateReport.Endpoint(
            service: "api-8080", address: "10.0.0.1:80", state: "in", rates: Specimens.rates(77), inFlight: 5)
        model.take(.rates(Specimens.report(Self.services, endpoints: [first])))
        var lines = Self.lines(model)
        #expect(lines[2].hasPrefix("Endpoints of api-8080 (3)"))
        #expect(lines[4].contains("10.0.0.1:80") && lines[4].contains(" in ") && lines[4].contains("77"), "\(lines[4])")
        #expect(lines[5].contains("down") && lines[5].contains("check: connection refused"), "\(lines[5])")
        #expect(lines[6].contains("draining") && lines[6].contains("drain by an operator, 10s ago"), "\(lines[6])")
        model.take(.rates(Specimens.report(Self.services)))
        lines = Self.lines(model)
        #expect(!lines[4].contains("77"), "who is not in the report does nothing: \(lines[4])")
    }

    @Test func `problems and events have views of their own, with all of what is chosen below`() {
        var model = Specimens.model(rows: 24, columns: 60, Self.services)
        model.take(
            .problems([
                ProblemFacts(
                    subject: "service web-80",
                    reason: "it has no endpoint that takes requests: " + String(repeating: "so ", count: 20),
                    severity: "warning", since: 1_700_000_000, source: "consul:services/web-80")
            ]))
        for id in 1...3 { model.take(.happened(Specimens.event(UInt64(id)))) }
        _ = model.press(.character("p"))
        var lines = Self.lines(model)
        #expect(lines[2].hasPrefix("Problems (1)"))
        #expect(lines[4].contains("100s") || lines[4].contains("1m"))
        #expect(lines[20...22].joined().contains("so so so"), "\(lines)")
        _ = model.press(.character("e"))
        lines = Self.lines(model)
        #expect(lines[2].hasPrefix("Events (3)"))
        #expect(lines[4].contains("50s") && lines[4].contains("down"), "\(lines[4])")
    }

    @Test(arguments: 0..<30) func `whatever comes and is typed, pictures stay in their bounds`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let appearance = Appearance(isUTF8: Bool.random(using: &random), hasColor: Bool.random(using: &random))
        var model = Specimens.model(appearance: appearance, [])
        var writer = ScreenWriter()
        writer.isSynchronized = Bool.random(using: &random)
        var terminal = VirtualTerminal(model.size)
        for _ in 0..<25 {
            Self.happen(&model, &random)
            if Int.random(in: 0..<6, using: &random) == 0 {
                model.size = ScreenSize(
                    rows: Int.random(in: 1...50, using: &random), columns: Int.random(in: 1...180, using: &random))
                terminal = VirtualTerminal(model.size)
            }
            let canvas = model.picture()
            try terminal.take(writer.octets(for: canvas))
            #expect(terminal.cells == canvas.shown)
        }
    }

    /// Something comes from the edge, or from the keyboard.
    private static func happen(_ model: inout TopModel, _ random: inout SeededGenerator) {
        let names = (0..<Int.random(in: 0...30, using: &random)).map { _ in Specimens.hostileName(&random) }
        let value = Double(bitPattern: random.next())
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let endpoints = names.map {
                RateReport.Endpoint(
                    service: model.service ?? "", address: $0, state: $0, rates: Specimens.rates(value), inFlight: .max)
            }
            var report = Specimens.report(names.map { Specimens.service($0, value) }, endpoints: endpoints)
            report.time = value
            model.take(.rates(report))
        case 1: model.take(.problems(names.map { ProblemFacts(subject: $0, reason: $0, severity: $0, since: .min) }))
        case 2: for name in names { model.take(.happened(Specimens.event(random.next(), name, detail: name))) }
        case 3:
            let name = names.first ?? ""
            model.take(.lost(name, retryAfter: .seconds(Int64.random(in: -5...100, using: &random))))
        case 4:
            if let service = model.service {
                model.take(.endpoints(service: service, names.map { Specimens.endpoint($0, $0, trouble: $0) }))
            }
        default:
            let keys: [Key] =
                [.enter, .escape, .up, .down, .pageUp, .pageDown, .home, .end, .left, .right, .backspace, .delete]
                + "qspedu?/<>ryjkGgNQEUXx漢".map { Key.character($0) } + [.paste(names.first ?? "")]
            for _ in 0..<5 { _ = model.press(keys.randomElement(using: &random) ?? .enter) }
        }
    }

    @Test func `only what changed is sent`() {
        var model = Specimens.model(Self.services)
        var writer = ScreenWriter()
        let whole = writer.octets(for: model.picture()).count
        #expect(writer.octets(for: model.picture()).isEmpty)
        _ = model.press(.down)
        let change = writer.octets(for: model.picture()).count
        #expect(change > 0 && change < whole / 2, "\(change) of \(whole)")
        writer.forget()
        #expect(writer.octets(for: model.picture()).count >= whole)
    }

    @Test func `without colours none is sent`() {
        var model = Specimens.model(
            appearance: Appearance(environment: ["NO_COLOR": "1", "LANG": "en_US.UTF-8"]), Self.services)
        var writer = ScreenWriter()
        let text = String(decoding: writer.octets(for: model.picture()), as: UTF8.self)
        for color in 30...37 { #expect(!text.contains(";\(color)m")) }
        #expect(text.contains("▼"))
    }

    @Test func `as lines of text, all columns stand there and nothing else`() {
        var model = Specimens.model(Self.services + [Specimens.service("\u{1B}[31mred\n漢", 1)])
        model.take(.totals(EdgeTotals(generation: 41, connections: 5, problems: 1)))
        let lines = model.lines
        #expect(
            lines[0]
                == "portico 1.2.3 at 127.0.0.1:9090, table 41 (40s old), store consul ok, 1 problem, 5 connections")
        #expect(lines[1].hasPrefix("1.25k req/s, 0 err/s"))
        #expect(lines[3].hasPrefix("SERVICE"))
        #expect(lines.count == 8)
        #expect(lines[4].hasPrefix("api-8080 "))
        #expect(lines.contains { $0.hasPrefix("\\u{1b}[31mred\\n漢") })
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 })
    }
}
