import Foundation
import Lab
import Testing

@testable import DockerEngine

@Suite struct EventParserTests {
    private static let stream = Array(
        #"""
        {"status":"start","id":"a1","from":"app","Type":"container","Action":"start","Actor":{"ID":"a1","Attributes":{"image":"app","name":"web {1}","quote":"\"}\\"}},"scope":"local","time":1700000000,"timeNano":1700000000123456789}
        {"Type":"container","Action":"health_status: healthy","Actor":{"ID":"a1","Attributes":null},"time":1700000001,"timeNano":1700000001000000000}{"status":"die","id":"b2","time":1700000002}

        {"Type":"network","Action":"connect","Actor":{"ID":"n","Attributes":{"container":"a1"}},"timeNano":1700000003000000000}

        """#.utf8)

    private static let events = [
        EngineEvent(
            action: "start", actorID: "a1", attributes: ["image": "app", "name": "web {1}", "quote": #""}\"#],
            timeNano: 1_700_000_000_123_456_789),
        EngineEvent(action: "health_status: healthy", actorID: "a1", timeNano: 1_700_000_001_000_000_000),
        EngineEvent(action: "die", actorID: "b2", timeNano: 1_700_000_002_000_000_000),
        EngineEvent(
            type: "network", action: "connect", actorID: "n", attributes: ["container": "a1"],
            timeNano: 1_700_000_003_000_000_000),
    ]

    private static func read(_ pieces: [[UInt8]], sizeMax: Int = 4096) throws -> [EngineEvent] {
        var parser = EventParser(sizeMax: sizeMax)
        var events: [EngineEvent] = []
        for piece in pieces { try parser.take(piece) { events.append($0) } }
        for (place, event) in events.enumerated() {
            #expect(try EngineEvent(document: event.document) == event)
            events[place].document = []
        }
        return events
    }

    @Test func `events are read whole, an octet at a time, and in any pieces`() throws {
        #expect(try Self.read([Self.stream]) == Self.events)
        #expect(try Self.read(Self.stream.map { [$0] }) == Self.events)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            var pieces: [[UInt8]] = []
            var rest = Self.stream[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...200, using: &generator)
                pieces.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(try Self.read(pieces) == Self.events)
        }
    }

    @Test func `what a health check says is read off its event`() {
        #expect(Self.events.map(\.health) == [nil, .healthy, nil, nil])
        #expect(EngineEvent(action: "health_status: unhealthy", actorID: "", timeNano: 0).health == .unhealthy)
        #expect(EngineEvent(action: "health_status: running", actorID: "", timeNano: 0).health == nil)
    }

    @Test(arguments: [
        ("[]", "where an event begins"), ("x", "where an event begins"),
        (#"{"Action":"a"}"# + "\u{0}", "where an event begins"), ("{]", "no event"), ("{}", "no event"),
        (#"{"message":"no"}"#, "no event"), (#"{"a":}"#, "no event"),
        (String(repeating: #"{"a":"#, count: 40), "objects within objects"),
        (#"{"a":""# + String(repeating: "x", count: 5000), "more than 4096"),
    ])
    func `what is no event is an error`(text: String, reason: String) {
        let failure = #expect(throws: EventParser.Failure.self) { try Self.read([Array(text.utf8)]) }
        #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "")")
    }

    @Test func `a mangled stream is read or refused, within the bound`() {
        var generator = SeededGenerator(seed: 11)
        var refused = 0
        for _ in 0..<3000 {
            var octets = Self.stream
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                octets[Int.random(in: octets.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do { _ = try Self.read([octets], sizeMax: 512) } catch { refused += 1 }
        }
        #expect(refused > 300)
    }
}
