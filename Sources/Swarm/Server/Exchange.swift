internal import NIOCore

/// A request under way at a ``ClientConnection``; belongs to its event loop.
final class Exchange {
    /// Which it is on its connection, from 1.
    let number: Int
    let head: RequestHead
    /// The request's body, as far as it has come.
    var body: BodyDecoder
    /// Whether the client waits to be told that it may send its body.
    var owesContinue: Bool
    /// Whether some of the body was asked for.
    var isBodyTouched = false
    /// Whether nothing that follows on the connection can be understood.
    var isBroken = false
    /// Who works at it.
    var task: Task<Void, Never>?
    /// Who waits for more of the body.
    var reader: EventLoopPromise<[UInt8]?>?
    /// Who waits until the client has taken some of a streamed answer.
    var writer: EventLoopPromise<Void>?
    /// Set once a streamed answer has begun: whether it goes in chunks, and whether another request may follow.
    var stream: (isChunked: Bool, keepsAlive: Bool)?

    init(_ number: Int, _ head: RequestHead) {
        self.number = number
        self.head = head
        body = BodyDecoder(head.framing)
        owesContinue = head.expectsContinue
    }

    /// Tells all who wait that the client has gone, and ends a streamed answer.
    func abandon() {
        reader?.fail(ClientGone.error)
        writer?.fail(ClientGone.error)
        (reader, writer) = (nil, nil)
        // What only prepares an answer goes on: an engine that was told to do something does it.
        if stream != nil { task?.cancel() }
    }
}

/// Why a request has no client any more.
enum ClientGone {
    static let error = RequestError(400, "the client has gone")
}
