import HTTP2
import Reactor

/// What a peer was told, with the octets copied.
struct Seen: Equatable {
    var kind: HTTP2Event.Kind
    var stream: Int32
    var text = ""
    var count = 0
    var code: UInt32 = 0
    var endsStream = false
    var isExtendedConnect = false
}

/// An engine with one session, driven by arrays.
final class Peer {
    var engine: HTTP2Engine
    let session: Int32
    /// Seconds, in nanoseconds.
    var now: UInt64 = 1_000_000_000
    var seen: [Seen] = []
    var bodies: [Int32: [UInt8]] = [:]
    /// Whether data is consumed as it comes.
    var consumes = true
    /// Room of the buffer that frames are produced into.
    var room = 160 << 10
    private var pool = BufferPool()

    init(server limits: HTTP2Limits = HTTP2Limits()) {
        engine = HTTP2Engine(limits: limits)
        session = engine.openServer(owner: 7, now: now)
    }

    init(client limits: HTTP2Limits, isSecure: Bool = true) {
        engine = HTTP2Engine(limits: limits)
        session = engine.openClient(owner: 8, isSecure: isSecure, now: now)
    }

    @discardableResult
    func receive(_ bytes: [UInt8]) -> HTTP2Outcome {
        // Octets of an allocation of their own: what reads past them, a sanitizer sees.
        var bytes = bytes
        return unsafe bytes.withUnsafeMutableBytes { octets in
            let outcome = unsafe engine.receive(session, UnsafeRawBufferPointer(octets), now: now)
            takeEvents()
            return outcome
        }
    }

    /// One buffer full of frames.
    func produceOnce() -> (bytes: [UInt8], isMore: Bool) {
        var buffer = pool.take(room)
        let isMore = engine.produce(session, into: &buffer)
        let bytes = unsafe [UInt8](buffer.bytes)
        pool.give(&buffer)
        takeEvents()
        return (bytes, isMore)
    }

    /// All frames that there are.
    func produce() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let (bytes, isMore) = produceOnce()
            all += bytes
            if !isMore || bytes.isEmpty { return all }
        }
    }

    private func takeEvents() {
        for index in 0..<engine.eventCount {
            let event = engine.event(index)
            var seen = Seen(kind: event.kind, stream: event.stream)
            seen.code = event.code
            seen.endsStream = event.endsStream
            seen.isExtendedConnect = event.isExtendedConnect
            let bytes = unsafe [UInt8](event.bytes)
            seen.count = bytes.count
            if event.kind == .data {
                bodies[event.stream, default: []] += bytes
                if consumes { engine.consume(bytes.count, of: event.stream) }
            } else {
                seen.text = String(decoding: bytes, as: UTF8.self)
            }
            self.seen.append(seen)
        }
    }

    /// Forgets what was seen and returns it.
    func takeSeen() -> [Seen] {
        defer { seen = [] }
        return seen
    }

    var isDone: Bool { engine.isDone(session) }

    var isReceivingFields: Bool { engine.session(session).value.isReceivingFields }

    var closure: HTTP2Closure? { engine.session(session).value.closure }

    var counters: HTTP2Counters { engine.counters }

    var peerLastStreamID: Int32 { engine.session(session).value.peerLastStreamID }

    var canRequest: Bool { engine.canRequest(session) }

    func isStalled(_ stream: Int32) -> Bool { engine.isStalled(stream) }

    func stream(_ index: Int32) -> HTTP2Stream { engine.stream(index).value }

    func respond(_ stream: Int32, _ head: String, ends: Bool = false) {
        var bytes = [UInt8](head.utf8)
        unsafe bytes.withUnsafeMutableBytes { unsafe engine.respond(stream, head: $0, endsStream: ends) }
    }

    func request(_ head: String, ends: Bool = true, owner: Int32 = 1) -> Int32 {
        var bytes = [UInt8](head.utf8)
        return unsafe bytes.withUnsafeMutableBytes {
            unsafe engine.request(session, head: $0, endsStream: ends, owner: owner)
        }
    }

    func append(_ bytes: [UInt8], to stream: Int32) {
        unsafe bytes.withUnsafeBytes { unsafe engine.append($0, to: stream) }
    }

    func append(_ text: String, to stream: Int32) { append([UInt8](text.utf8), to: stream) }

    func end(_ stream: Int32, trailers: String) {
        unsafe [UInt8](trailers.utf8).withUnsafeBytes { unsafe engine.end(stream, trailers: $0) }
    }
}

/// A client's engine and a server's, and what passes between them.
final class Pair {
    let server: Peer
    let client: Peer

    init(server: HTTP2Limits = HTTP2Limits(), client: HTTP2Limits = HTTP2Limits()) {
        self.server = Peer(server: server)
        self.client = Peer(client: client)
        settle()
        _ = self.server.takeSeen()
        _ = self.client.takeSeen()
    }

    /// Carries frames both ways until nobody has any.
    func settle() {
        while true {
            let up = client.produce()
            if !up.isEmpty { server.receive(up) }
            let down = server.produce()
            if !down.isEmpty { client.receive(down) }
            if up.isEmpty && down.isEmpty { return }
        }
    }
}
