import KeyValue
import Foundation
import Lab
import Testing

@testable import Admin
@testable import Control

/// What has happened, for those who ask and those who listen.
@Suite(.timeLimit(.minutes(3))) struct JournalTests {
    private static func entry(_ subject: String) -> JournalEntry {
        JournalEntry(time: 1, kind: .endpoint, subject: subject, what: "down", detail: "")
    }

    @Test func `the last thousand are kept, and each has the next number`() {
        let journal = AdminJournal()
        for index in 1...3500 { journal.note(Self.entry("\(index)")) }
        let (entries, last) = journal.entries()
        #expect(last == 3500)
        #expect(entries.map(\.id) == Array(2501...3500))
        #expect(entries.map(\.subject) == (2501...3500).map { "\($0)" })
        #expect(journal.entries(after: 3498).entries.map(\.id) == [3499, 3500])
        #expect(journal.entries(after: 9999).entries.isEmpty)
        #expect(journal.entries(limit: 2).entries.map(\.id) == [3499, 3500])
    }

    @Test func `so many may listen, and who goes makes room`() async {
        let journal = AdminJournal()
        var streams: [AsyncStream<JournalEntry>?] = []
        for _ in 0..<AdminJournal.listenersMaximum { streams.append(journal.listen()) }
        #expect(streams.allSatisfy { $0 != nil })
        #expect(journal.listen() == nil)
        streams.removeLast()
        #expect(journal.listen() != nil)
    }

    @Test func `a listener who waits too long misses the oldest, and sees it by the numbers`() async throws {
        let journal = AdminJournal()
        let stream = try #require(journal.listen())
        for index in 1...1000 { journal.note(Self.entry("\(index)")) }
        var iterator = stream.makeAsyncIterator()
        let first = try #require(await iterator.next())
        #expect(first.id == 745)
    }

    @Test func `the stream tells what was missed, then what happens`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80"]) { edge async throws in
            let port = edge.adminPort
            let reading = Task {
                try await offPool {
                    let stream = try RawClient(port: port).connect()
                    try stream.socket.send(
                        "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n",
                        by: .after(.seconds(20)))
                    return try Self.read(stream, until: ["table 2", "event: totals"])
                }
            }
            try await edge.until({ edge.subject.journal.listeners }, { $0 == 1 })
            try await edge.store.put("services/web-80/h:b:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            let text = try await reading.value
            #expect(text.contains("Content-Type: text/event-stream"))
            #expect(text.contains("event: table\nid: 1\ndata: {\"id\":1,"))
            #expect(text.contains("\"requests\":"))
            // Its end is seen when something is to be told.
            try await edge.until({ edge.subject.journal.listeners }, { $0 == 0 })
        }
    }

    @Test func `who knows another process's numbers is told all of this one's`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80"]) { edge async throws in
            let port = edge.adminPort
            let text = try await offPool {
                let stream = try RawClient(port: port).connect()
                try stream.socket.send(
                    "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 99999\r\n\r\n",
                    by: .after(.seconds(20)))
                return try Self.read(stream, until: ["event: table\nid: 1\n"])
            }
            #expect(text.contains("\"subject\":\"table 1\""))
        }
    }

    /// What comes until all of `words` have.
    private static func read(_ stream: MessageStream, until words: [String]) throws -> String {
        var octets: [UInt8] = []
        let deadline = Deadline.after(.seconds(30))
        while true {
            let text = String(decoding: octets, as: UTF8.self)
            if words.allSatisfy(text.contains) {
                stream.socket.close()
                return text
            }
            if try stream.socket.receive(into: &octets, by: deadline) == 0 { throw LabError("it ended: \(text)") }
        }
    }
}
