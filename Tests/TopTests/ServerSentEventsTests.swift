import Lab
import Testing

@testable import Top

/// The stream of an edge, or of whoever stands in its place.
@Suite struct ServerSentEventsTests {
    private static func events(_ text: String, maximum: Int = 1 << 20) throws -> [ServerSentEvents.Event] {
        var reader = ServerSentEvents(maximum: maximum)
        return try reader.events(Array(text.utf8))
    }

    private static func event(_ name: String, id: String = "", _ data: String) -> ServerSentEvents.Event {
        ServerSentEvents.Event(name: name, id: id, data: Array(data.utf8))
    }

    @Test func `events are read as the standard has them`() throws {
        #expect(
            try Self.events(
                "\u{FEFF}event: table\nid: 7\ndata: {\"a\":1}\n\ndata:x\ndata\ndata: y\r\n\r\n: comment\n\n")
                == [Self.event("table", id: "7", "{\"a\":1}"), Self.event("message", id: "7", "x\n\ny")])
        #expect(try Self.events("data: a\r\rdata: b\r\r") == [Self.event("message", "a"), Self.event("message", "b")])
        #expect(try Self.events("event: only\n\n").isEmpty)
        #expect(try Self.events("data: unfinished\n").isEmpty)
        #expect(try Self.events("id: a\0b\nretry: 5\nunknown: x\ndata: 1\n\n") == [Self.event("message", "1")])
    }

    @Test func `an event without end is refused`() {
        #expect(throws: ServerSentEvents.TooLarge.self) {
            try Self.events(String(repeating: "x", count: 2000), maximum: 1000)
        }
        #expect(throws: ServerSentEvents.TooLarge.self) {
            try Self.events(String(repeating: "data: x\n", count: 2000), maximum: 1000)
        }
        #expect(throws: Never.self) { try Self.events(String(repeating: "data: x\n\n", count: 2000), maximum: 1000) }
    }

    @Test(arguments: 0..<40) func `however octets are split, the events are the same`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = ["data: ", "data:", "event: e", "id: 3", "\n", "\r", "\r\n", "\n\n", ":", "x", "\u{FEFF}", "ü"]
        let octets = (0..<80).flatMap { _ in Array((words.randomElement(using: &random) ?? "").utf8) }
        var whole = ServerSentEvents()
        var split = ServerSentEvents()
        let expected = try whole.events(octets)
        var events: [ServerSentEvents.Event] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...4, using: &random)
            events += try split.events(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(events == expected)
    }
}
