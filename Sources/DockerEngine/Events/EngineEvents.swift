internal import AsyncHTTPClient
internal import NIOCore

/// What happens on an engine, as it tells it: ends when the engine or the connection does.
///
/// It can be read once. Whoever wants to go on over such ends follows the engine with an ``EventFollower``.
public struct EngineEvents: AsyncSequence, Sendable {
    let body: HTTPClientResponse.Body
    let engine: String
    let sizeMax: Int

    /// Starts to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), parser: EventParser(sizeMax: sizeMax), engine: engine)
    }

    /// Reads events one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        /// Why a stream breaks off.
        public typealias Failure = DockerError

        var body: HTTPClientResponse.Body.AsyncIterator
        var parser: EventParser
        let engine: String
        private var read: [EngineEvent] = []
        private var taken = 0

        init(body: HTTPClientResponse.Body.AsyncIterator, parser: EventParser, engine: String) {
            self.body = body
            self.parser = parser
            self.engine = engine
        }

        /// The next event; nil when the engine has ended the stream in order.
        public mutating func next() async throws(DockerError) -> EngineEvent? {
            while taken == read.count {
                read.removeAll(keepingCapacity: true)
                taken = 0
                guard let piece = try await piece() else {
                    guard !parser.isWithin else {
                        throw DockerError(.lost, "docker: events: \(engine): the stream ended within an event")
                    }
                    return nil
                }
                try take(piece)
            }
            defer { taken += 1 }
            return read[taken]
        }

        private mutating func piece() async throws(DockerError) -> ByteBuffer? {
            do {
                return try await body.next()
            } catch {
                throw EngineFailure.describe(EngineFailure.InBody(cause: error), what: "events", engine: engine)
            }
        }

        private mutating func take(_ piece: ByteBuffer) throws(DockerError) {
            do {
                try parser.take(piece.readableBytesView) { read.append($0) }
            } catch {
                throw DockerError(.garbled, "docker: events: \(engine): not an engine's events: \(error.reason)")
            }
        }
    }
}

extension DockerEngine {
    /// What happens on the engine from now on, or from an earlier time on.
    ///
    /// Returns when the engine has taken the request, which is a moment before it begins to listen to itself: whoever then
    /// lists what there is gives a `since` (``EventFollower`` does), or may miss what happens in between. Engines remember
    /// their last 256 events, and none over a restart.
    ///
    /// - Parameters:
    ///   - since: nanoseconds since 1970 by the engine's clock; what it remembers from then on comes first.
    ///   - filters: what the API's `filters` has: `["type": ["container"], "event": ["start", "die"]]`.
    public func events(
        since: Int64? = nil, filters: [String: [String]] = [:]
    ) async throws(DockerError) -> EngineEvents {
        var query: [(name: String, value: String)] = []
        if let since { query.append(("since", EngineTime.text(since))) }
        if !filters.isEmpty { query.append(("filters", Self.text(filters))) }
        let request = EngineRequest(path: "/events", query: query, what: "follow events", deadline: limits.answer)
        let body = try await agreeing { (version) async throws(DockerError) in
            try await self.transport.open(request, version: version)
        }
        return EngineEvents(body: body, engine: "\(address)", sizeMax: limits.eventBytesMax)
    }
}

/// Times as the API's parameters have them.
enum EngineTime {
    /// `SECONDS.NANOSECONDS`.
    static func text(_ nanoseconds: Int64) -> String {
        let (seconds, rest) = max(nanoseconds, 0).quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest)
        return "\(seconds).\(String(repeating: "0", count: 9 - digits.count))\(digits)"
    }
}
