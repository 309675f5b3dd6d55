internal import CNghttp2
internal import Reactor
internal import Wire

/// What an engine holds, at an address that nghttp2's callbacks are given.
///
/// The callbacks run inside of one of nghttp2's functions, which the engine calls while nothing else uses the state.
@safe
struct EngineState: ~Copyable {
    let limits: HTTP2Limits
    var counters = HTTP2Counters()
    var sessions: Slab<HTTP2Session>
    var streams: Slab<HTTP2Stream>
    var pool = BufferPool()

    /// Events of the last call, in order.
    var events: UnsafeMutablePointer<HTTP2Event>
    var eventCapacity: Int
    var eventCount = 0
    /// Heads and trailers of those events.
    var text = Buffer()
    /// The fields of the head that is being handed in.
    var fields: FieldVector
    /// Where frames are written.
    var destination = Buffer()

    /// The session at work.
    var current: Int32 = -1
    /// Monotonic nanoseconds.
    var now: UInt64 = 0
    /// Streams that the peer opened during this call.
    var opened = 0

    init(limits: HTTP2Limits) {
        self.limits = limits
        sessions = Slab(limit: limits.sessionsPerWorker) { HTTP2Session(index: $0) }
        streams = Slab(limit: limits.streamsPerWorker) { HTTP2Stream(index: $0) }
        eventCapacity = 256
        unsafe events = .allocate(capacity: eventCapacity)
        fields = FieldVector(capacity: 128)
    }

    /// Gives back what the parts do not give back by themselves.
    mutating func deallocate() {
        pool.give(&text)
        unsafe events.deallocate()
        fields.deallocate()
    }

    // MARK: - Events

    /// Forgets the events of the last call.
    mutating func clearEvents() {
        eventCount = 0
        pool.give(&text)
    }

    mutating func emit(_ event: HTTP2Event) {
        if eventCount == eventCapacity { growEvents() }
        unsafe (events + eventCount).initialize(to: event)
        eventCount += 1
    }

    /// A call has more events than any before it.
    private mutating func growEvents() {
        let larger = UnsafeMutablePointer<HTTP2Event>.allocate(capacity: eventCapacity * 2)
        unsafe larger.moveInitialize(from: events, count: eventCount)
        unsafe events.deallocate()
        unsafe events = unsafe larger
        eventCapacity *= 2
    }

    /// A call for this session begins.
    mutating func begin(_ session: Ref<HTTP2Session>) {
        clearEvents()
        current = session.value.index
        opened = 0
    }

    /// Credits to the connection's window what came for streams that nobody waits for.
    mutating func credit(_ session: Ref<HTTP2Session>) {
        guard session.value.unowned > 0, !session.value.isBroken else { return }
        unsafe nghttp2_session_consume_connection(session.value.handle, session.value.unowned)
        session.value.unowned = 0
    }

    // MARK: - Streams

    /// The stream that nghttp2 knows by this number, nil when it knows none.
    func stream(_ session: OpaquePointer?, _ id: Int32) -> Ref<HTTP2Stream>? {
        guard let session = unsafe session,
            let data = unsafe nghttp2_session_get_stream_user_data(session, id)
        else { return nil }
        return streams[Int32(truncatingIfNeeded: Int(bitPattern: data) - 1)]
    }

    /// Takes a slot for a stream of the session; nil when there is none left.
    mutating func openStream(_ session: Ref<HTTP2Session>) -> Ref<HTTP2Stream>? {
        let index = streams.take()
        guard index >= 0 else { return nil }
        let stream = streams[index]
        stream.value = HTTP2Stream(index: index)
        stream.value.session = session.value.index
        stream.value.next = session.value.firstStream
        if session.value.firstStream >= 0 { streams[session.value.firstStream].value.previous = index }
        session.value.firstStream = index
        session.value.openStreams += 1
        session.value.streamCount += 1
        counters.streamsOpened &+= 1
        return stream
    }

    /// Frees a stream's slot.
    mutating func freeStream(_ stream: Ref<HTTP2Stream>) {
        let session = sessions[stream.value.session]
        if stream.value.previous >= 0 {
            streams[stream.value.previous].value.next = stream.value.next
        } else {
            session.value.firstStream = stream.value.next
        }
        if stream.value.next >= 0 { streams[stream.value.next].value.previous = stream.value.previous }
        session.value.openStreams -= 1
        pool.give(&stream.value.output)
        pool.give(&stream.value.trailers)
        stream.value.session = -1
        stream.value.owner = -1
        streams.give(stream.value.index)
        if session.value.isRetiring, session.value.openStreams == 0 { goAway(session) }
    }

    /// The stream is gone from the connection: what it holds is given back, and its owner is told.
    mutating func closeStream(_ stream: Ref<HTTP2Stream>, code: UInt32) {
        let session = sessions[stream.value.session]
        let isWhole = stream.value.flags.isSuperset(of: [.endSent, .endReceived]) && code == HTTP2ErrorCode.noError
        if session.value.isServer, stream.value.flags.contains(.endReceived) {
            session.value.noteEnded(stream.value.id)
        }
        stream.value.flags.formUnion([.closed, .ended])
        session.value.unowned += stream.value.unconsumed
        stream.value.unconsumed = 0
        pool.give(&stream.value.output)
        pool.give(&stream.value.trailers)
        if session.value.block.stream == stream.value.index { dropBlock(session) }
        guard stream.value.flags.contains(.announced), !stream.value.flags.contains(.released) else {
            freeStream(stream)
            return
        }
        emit(HTTP2Event(isWhole ? .closed : .reset, stream: stream.value.index, code: code))
    }

    // MARK: - Closing

    /// Notes why the connection must be closed, and what a callback returns to have nghttp2 stop at once.
    mutating func fail(_ session: Ref<HTTP2Session>, _ closure: HTTP2Closure) -> Int32 {
        if session.value.closure == nil {
            session.value.closure = closure
            counters.count(closure)
        }
        return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }

    /// nghttp2 has given up on the session with this code.
    mutating func breakDown(_ session: Ref<HTTP2Session>, _ code: Int) {
        session.value.isBroken = true
        let closure: HTTP2Closure =
            switch Int32(truncatingIfNeeded: code) {
            case NGHTTP2_ERR_FLOODED.rawValue: .settingsFlood
            case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue: .continuationFlood
            case NGHTTP2_ERR_NOMEM.rawValue: .exhausted
            default: .protocolError
            }
        _ = fail(session, closure)
    }
}
