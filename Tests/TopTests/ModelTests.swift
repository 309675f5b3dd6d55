import Testing

@testable import Top

/// Keys, and what comes from the edge.
@Suite struct ModelTests {
    private static func model(_ count: Int = 3) -> TopModel {
        Specimens.model((0..<count).map { Specimens.service("web-\($0)", Double($0)) })
    }

    private static func names(_ model: TopModel) -> [String] { model.services.arranged.map(\.name) }

    private static func type(_ text: String, _ model: inout TopModel) -> [TopModel.Effect] {
        text.compactMap { model.press(.character($0)) }
    }

    @Test func `columns are sorted by their letters and by the arrows, and the other way round`() {
        var model = Self.model()
        #expect(Self.names(model) == ["web-2", "web-1", "web-0"])
        _ = model.press(.character("r"))
        #expect(Self.names(model) == ["web-0", "web-1", "web-2"])
        _ = model.press(.character("N"))
        #expect(model.services.sortColumn == 0 && !model.services.isDescending)
        _ = model.press(.character("N"))
        #expect(Self.names(model) == ["web-2", "web-1", "web-0"])
        _ = model.press(.character(">"))
        #expect(model.services.sortColumn == 1)
        _ = model.press(.character("<"))
        _ = model.press(.character("<"))
        #expect(model.services.columns[model.services.sortColumn].title == "OUT B/S")
    }

    @Test func `every letter sorts one column, and is no command`() {
        for letters in [
            Self.model().services.letters, Self.model().endpoints.letters, Self.model().problems.letters,
            Self.model().events.letters,
        ] {
            #expect(Set(letters.map(\.letter)).count == letters.count)
            #expect(letters.allSatisfy { $0.letter.isUppercase && $0.letter != "G" })
        }
    }

    @Test func `what was chosen stays chosen wherever it moves, and the first row until then`() {
        var model = Self.model()
        #expect(model.services.choice?.name == "web-2")
        model.take(.rates(Specimens.report([Specimens.service("web-1", 9), Specimens.service("web-2", 1)])))
        #expect(model.services.choice?.name == "web-1")
        _ = model.press(.down)
        #expect(model.services.choice?.name == "web-2")
        model.take(.rates(Specimens.report([Specimens.service("web-1", 1), Specimens.service("web-2", 9)])))
        #expect(model.services.choice?.name == "web-2")
        model.take(.rates(Specimens.report([Specimens.service("web-1", 1)])))
        #expect(model.services.choice?.name == "web-1")
    }

    @Test func `long lists scroll with what is chosen`() {
        var model = Self.model(500)
        for key in [Key.pageDown, .pageDown, .end, .up, .pageUp, .home, .down] {
            _ = model.press(key)
            let canvas = model.picture()
            let name = model.services.choice?.name ?? "?"
            let row = (0..<canvas.size.rows).first { canvas.text($0).hasPrefix("\(name) ") }
            #expect(row.map { canvas.row($0).allSatisfy(\.style.isReversed) } == true, "\(key)")
        }
        #expect(model.services.choice?.name == "web-498")
    }

    @Test func `a filter shows what matches while it is typed`() {
        var model = Self.model(20)
        #expect(Self.type("/WEB-1q", &model).isEmpty)
        #expect(Self.names(model).isEmpty)
        _ = model.press(.backspace)
        #expect(Self.names(model).count == 11)
        #expect(model.picture().text(23).hasPrefix("/WEB-1"))
        _ = model.press(.enter)
        #expect(model.picture().text(2).contains("(11 of 20)  filter: WEB-1"))
        _ = model.press(.escape)
        #expect(Self.names(model).count == 20)
    }

    @Test func `an endpoint is drained after a question, and only that one`() {
        var model = Self.model()
        _ = model.press(.character("d"))
        #expect(model.question == nil, "there is no endpoint in the list of services")
        _ = model.press(.enter)
        model.take(
            .endpoints(service: "web-2", [Specimens.endpoint("10.0.0.1:80"), Specimens.endpoint("10.0.0.2:80")]))
        _ = model.press(.down)
        _ = model.press(.character("d"))
        #expect(model.picture().text(23).hasPrefix("[y/n] drain web-2/10.0.0.2:80?"))
        // The list changes under the question.
        model.take(.endpoints(service: "web-2", [Specimens.endpoint("10.0.0.9:80")]))
        #expect(model.press(.paste("y")) == nil)
        #expect(model.press(.character("x")) == nil)
        let order = EndpointOrder(service: "web-2", address: "10.0.0.2:80", action: .drain)
        #expect(model.press(.character("y")) == .send(order))
        #expect(order.target == "/api/v1/endpoints/web-2/10.0.0.2%3A80/drain")
        model.took(order, failure: "the store says so")
        #expect(model.picture().text(23).hasPrefix("10.0.0.2:80: the store says so"))
        _ = model.press(.character("u"))
        #expect(model.press(.character("n")) == nil)
        #expect(model.question == nil)
        model.take(.lost("gone", retryAfter: .seconds(1)))
        _ = model.press(.character("d"))
        #expect(model.question == nil, "nobody is there to be asked")
    }

    @Test func `what is pasted is no command`() {
        var model = Self.model()
        #expect(model.press(.paste("qy")) == nil)
        _ = model.press(.character("/"))
        _ = model.press(.paste("web-1\nq"))
        #expect(model.services.filter == "web-1")
    }

    @Test func `escape leads back, and the feed is told whose endpoints are wanted`() {
        var model = Self.model()
        #expect(model.press(.enter) == .watch("web-2"))
        #expect(model.press(.enter) == nil)
        #expect(model.press(.escape) == .watch(nil))
        #expect(model.view == .services)
        #expect(model.press(.escape) == nil)
        #expect(model.press(.character("?")) == nil)
        #expect(model.picture().text(0).hasPrefix("portico top"))
        #expect(model.press(.character("q")) == nil, "any key leaves the help")
        #expect(model.press(.character("q")) == .quit)
        #expect(model.press(.control("c")) == .quit)
        #expect(model.press(.control("z")) == .suspend)
        #expect(model.press(.control("l")) == .redraw)
    }

    @Test func `events are told once, and anew after the edge has started anew`() {
        var model = Self.model()
        _ = model.press(.character("e"))
        for id: UInt64 in [1, 2, 2, 1, 3] { model.take(.happened(Specimens.event(id))) }
        _ = model.picture()
        #expect(model.events.arranged.map(\.facts.id) == [3, 2, 1])
        #expect(model.position == EdgeFeed.Position(startedAt: 1_700_000_000, last: 3))
        var facts = Specimens.facts
        facts.startedAt += 500
        model.take(.facts(facts))
        model.take(.happened(Specimens.event(1)))
        _ = model.picture()
        #expect(model.events.arranged.map(\.facts.id) == [1])
        for id: UInt64 in 2...5000 { model.take(.happened(Specimens.event(id))) }
        _ = model.picture()
        #expect(model.events.arranged.count == EventRow.kept)
        #expect(model.eventFacts.count <= 2 * EventRow.kept)
    }

    @Test func `a minute of reports is kept of each service`() {
        var model = Self.model(1)
        for rate in 0..<100 { model.take(.rates(Specimens.report([Specimens.service("web-0", Double(rate))]))) }
        #expect(model.services.rows[0].history == (70..<100).map(Double.init))
    }

    @Test func `attempts are made less and less often`() {
        let delays = [1, 2, 3, 4, 5, 6, 1000].map(EdgeFeed.delay(afterFailures:))
        #expect(delays.first == .milliseconds(500))
        #expect(delays.last == .seconds(10))
        #expect(zip(delays, delays.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
