internal import Gateway
internal import Control
internal import HummingbirdCore
internal import KeyValue
internal import NIOCore
internal import ServiceLifecycle

/// What happens, as server-sent events: each entry of the journal as it comes, and every two seconds the edge's totals and, for
/// those who want them, rates.
struct EventStream: Sendable {
    static let contentType = "text/event-stream"
    /// How often totals are told; it also shows that somebody still listens.
    static let interval: Duration = .seconds(2)
    /// What a slow reader may be behind, in events.
    private static let room = 256

    let subject: AdminSubject
    let watch: ProblemWatch
    let entries: AsyncStream<JournalEntry>
    /// The last entry that the listener has had, nil for one that begins.
    let after: UInt64?
    /// What measures the rates that are to be told; nil: none are.
    let meter: RateMeter?
    /// The service whose endpoints' rates are told, too.
    let service: String?

    private enum Word: Sendable {
        case entry(JournalEntry)
        case tick
        case rates
    }

    /// Writes until the client goes or the server is to end.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let (words, feed) = AsyncStream.makeStream(of: Word.self, bufferingPolicy: .bufferingNewest(Self.room))
        let tasks = [
            Task { for await entry in entries { feed.yield(.entry(entry)) } },
            Task {
                repeat { feed.yield(.tick) } while (try? await Task.sleep(for: Self.interval)) != nil
            },
            Task { if let meter { for await _ in meter.listen() { feed.yield(.rates) } } },
            Task {
                try? await gracefulShutdown()
                feed.finish()
            },
        ]
        defer { tasks.forEach { $0.cancel() } }
        var last = after ?? 0
        // A number that was not given yet is another process's: all of this one's is news.
        if last > subject.journal.last { last = 0 }
        if after != nil {
            for entry in subject.journal.entries(after: last).entries {
                try await writer.write(Self.event(entry))
                last = entry.id
            }
        }
        var told = ToldRates()
        for await word in words {
            switch word {
            case .entry(let entry) where entry.id > last: try await writer.write(Self.event(entry))
            case .entry: break
            case .tick: try await writer.write(totals())
            case .rates:
                // The newest, whatever the signal was for: a slow reader gets fewer.
                guard let reading = meter?.latest, reading.number != told.number else { continue }
                try await writer.write(Self.event("rates", id: nil, told.event(reading, service: service)))
            }
        }
        try await writer.finish(nil)
    }

    private static func event(_ entry: JournalEntry) -> ByteBuffer {
        var writer = JSONWriter(isPretty: false)
        entry.write(to: &writer)
        return event(entry.kind.rawValue, id: entry.id, writer.finished())
    }

    private func totals() -> ByteBuffer {
        let seen = subject.gateway.totals()
        let status = subject.controller.status
        var writer = JSONWriter(isPretty: false)
        writer.object { writer in
            for (name, value) in [
                ("generation", status.generation), ("connections", UInt64(seen.connections)),
                ("requests", seen.requests), ("problems", UInt64(watch.problems.count)),
            ] {
                writer.name(name)
                writer.number(value)
            }
        }
        return Self.event("totals", id: nil, writer.finished())
    }

    /// One event; JSON has no line feeds, so its data is one line.
    private static func event(_ name: String, id: UInt64?, _ json: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("event: \(name)\n")
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
