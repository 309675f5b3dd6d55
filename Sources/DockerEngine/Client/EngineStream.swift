internal import AsyncHTTPClient
internal import NIOCore

/// The body of a call that comes bit by bit: an image's archive, a build's context.
public struct EngineBody: Sendable {
    /// Makes the library's form of it, which tells `activity` how it goes on.
    let make: @Sendable (_ activity: CallActivity) -> HTTPClientRequest.Body

    /// A body of pieces as they come; it is read once, and no faster than the engine takes it.
    ///
    /// - Parameters:
    ///   - length: octets in all, where that is known.
    public init(_ pieces: some AsyncSequence<[UInt8], any Error> & Sendable, length: Int64? = nil) {
        make = { activity in
            .stream(ObservedPieces(pieces: pieces, activity: activity), length: length.map { .known($0) } ?? .unknown)
        }
    }
}

/// Pieces of a body that tell when they are waited for.
private struct ObservedPieces<Pieces: AsyncSequence<[UInt8], any Error> & Sendable>: AsyncSequence, Sendable {
    let pieces: Pieces
    let activity: CallActivity

    struct Iterator: AsyncIteratorProtocol {
        var pieces: Pieces.AsyncIterator
        let activity: CallActivity

        mutating func next() async throws -> ByteBuffer? {
            activity.note(isHeld: true)
            defer { activity.note() }
            return try await pieces.next().map { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(pieces: pieces.makeAsyncIterator(), activity: activity) }
}

/// What an engine answers bit by bit, success or not: its head, and its body as it comes.
public struct EngineStream: Sendable {
    /// HTTP's status.
    public let status: Int
    /// The media type; nil where none is told.
    public let mediaType: String?
    /// The body, which can be read once.
    ///
    /// Whoever lets go of it before its end ends the call.
    public let octets: EngineOctets

    /// Whether the engine does what it was asked.
    public var isSuccess: Bool { (200...299).contains(status) }

    /// The whole answer: of one that is no success, to say why.
    ///
    /// Throws ``DockerError/Kind/garbled`` if it has more than `limit` octets.
    public func whole(upTo limit: Int = 1 << 20) async throws(DockerError) -> EngineReply {
        var body: [UInt8] = []
        for try await piece in octets {
            guard body.count + piece.count <= limit else {
                throw DockerError(
                    .garbled, "docker: \(octets.what): \(octets.engine): the answer is larger than this reads")
            }
            body += piece
        }
        return EngineReply(status: status, mediaType: mediaType, body: body)
    }
}

/// An answer's body as it comes, in pieces that are never empty.
public struct EngineOctets: AsyncSequence, Sendable {
    let body: HTTPClientResponse.Body
    let what: String
    /// Held as long as somebody reads: it closes its connections when it goes.
    let transport: EngineTransport
    let silence: Duration?

    var engine: String { transport.label }

    /// Starts to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(body.makeAsyncIterator()), what: what, transport: transport, silence: silence)
    }

    /// Reads pieces one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        /// Why a body breaks off.
        public typealias Failure = DockerError

        fileprivate let reader: Reader
        let what: String
        let transport: EngineTransport
        let silence: Duration?

        /// The next piece; nil at the end.
        public func next() async throws(DockerError) -> [UInt8]? {
            do {
                while true {
                    guard let piece = try await piece() else { return nil }
                    if !piece.isEmpty { return piece }
                }
            } catch {
                throw EngineFailure.describe(EngineFailure.InBody(cause: error), what: what, engine: transport.label)
            }
        }

        private func piece() async throws -> [UInt8]? {
            guard let silence else { return try await reader.next() }
            return try await EngineTransport.within(silence) { [reader] in try await reader.next() }
        }
    }

    /// Holds the library's iterator, which a deadline's task and its reader's share.
    fileprivate actor Reader {
        private var pieces: HTTPClientResponse.Body.AsyncIterator

        init(_ pieces: HTTPClientResponse.Body.AsyncIterator) {
            self.pieces = pieces
        }

        func next() async throws -> [UInt8]? {
            // What the library hands out refers to one body, whoever holds the copy.
            var pieces = self.pieces
            return try await pieces.next(isolation: self).map { Array($0.readableBytesView) }
        }
    }
}
