import Gateway
import Testing

@testable import Control

@Suite struct EndpointNewsTests {
    private let event = EndpointEvent(identity: "web-80/10.0.0.5:80", kind: .down, reason: "GET /healthz: 503")

    @Test func `each event is a line`() {
        var news = EndpointNews()
        let lines = news.lines(for: event, now: .seconds(5))
        #expect(lines == ["endpoint web-80/10.0.0.5:80 is down: GET /healthz: 503"])
    }

    @Test func `many at once are counted, and the count is told with the next`() {
        var news = EndpointNews()
        var lines: [String] = []
        for _ in 0..<1_000 { lines += news.lines(for: event, now: .seconds(5)) }
        #expect(lines.count == EndpointNews.linesPerSecond)
        let next = news.lines(for: event, now: .seconds(6))
        #expect(next.count == 2)
        #expect(next.first == "980 more endpoints went down, came up, were ejected or returned")
    }
}
