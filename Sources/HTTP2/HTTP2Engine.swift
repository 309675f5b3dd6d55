internal import CNghttp2
public import Reactor

/// HTTP/2 for a worker, both roles (RFC 9113): octets in, events out; answers in, octets out.
///
/// A worker has one engine, and a session in it for each of its HTTP/2 connections. The engine does no I/O and asks no
/// clock; framing, compression and flow control are nghttp2's, which is set up and watched here. A head is HTTP/1 text on
/// both ways: what comes is checked by RFC 9113 §8 before it becomes text, and the gateway's parser is the second fence.
///
/// The caller's round, for each connection: ``receive(_:_:now:)`` what was read, act on the events, ``produce(_:into:)``
/// frames until it has no more or the peer takes no more, act on those events, close when ``isDone(_:)``. While frames
/// wait for the peer to take them nothing is to be received: that is what bounds the memory for answers.
///
/// What happens to a stream:
///
/// - it is announced by an event (server), or begun with ``request(_:head:endsStream:owner:)`` (client);
/// - its messages go both ways, until both have ended (``HTTP2Event/Kind/closed``) or it is reset from either side
///   (``HTTP2Event/Kind/reset``);
/// - ``release(_:)`` says that its owner is done with it. That may come before: what was handed in is still sent, and a
///   stream that has not been ended is reset. No event follows.
///
/// Invariants: `state` is initialised and at one address until the engine ends; the sessions end before it does, and the
/// set of callbacks and the options after all of them. Owned by one thread.
@safe
public struct HTTP2Engine: ~Copyable {
    let state: UnsafeMutablePointer<EngineState>
    private let callbacks: OpaquePointer?
    private let serverOptions: OpaquePointer?
    private let clientOptions: OpaquePointer?
    let memory: SessionMemory

    /// The most octets that nghttp2 hands out at once: a frame of 16 KiB with its head.
    static var frameRoom: Int { 16_384 + 64 }
    /// The least room that ``produce(_:into:)`` needs: two frames.
    public static var minimumRoom: Int { 2 * frameRoom }

    /// An engine whose connections are held to `limits`.
    public init(limits: HTTP2Limits) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: EngineState(limits: limits))
        unsafe callbacks = Callbacks.make()
        unsafe serverOptions = Self.makeOptions(limits)
        unsafe clientOptions = Self.makeOptions(limits)
        memory = SessionMemory()
    }

    deinit {
        let capacity = unsafe state.pointee.sessions.capacity
        for index in 0..<capacity {
            let session = unsafe state.pointee.sessions[Int32(index)]
            if let handle = unsafe session.value.handle { unsafe nghttp2_session_del(handle) }
        }
        unsafe nghttp2_session_callbacks_del(callbacks)
        unsafe nghttp2_option_del(serverOptions)
        unsafe nghttp2_option_del(clientOptions)
        unsafe state.pointee.deallocate()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        memory.deallocate()
    }

    /// Every option that nghttp2 has, set to what is meant: defaults change.
    private static func makeOptions(_ limits: HTTP2Limits) -> OpaquePointer? {
        var made: OpaquePointer?
        guard unsafe nghttp2_option_new(&made) == 0, let option = unsafe made else { return nil }
        unsafe nghttp2_option_set_no_auto_window_update(option, 1)
        unsafe nghttp2_option_set_no_recv_client_magic(option, 0)
        unsafe nghttp2_option_set_no_http_messaging(option, 0)
        unsafe nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, 0)
        unsafe nghttp2_option_set_no_auto_ping_ack(option, 0)
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
        unsafe nghttp2_option_set_server_fallback_rfc7540_priorities(option, 0)
        unsafe nghttp2_option_set_max_reserved_remote_streams(option, 0)
        // Until the peer's SETTINGS come (RFC 9113 §6.5.2 recommends no fewer).
        unsafe nghttp2_option_set_peer_max_concurrent_streams(option, 100)
        unsafe nghttp2_option_set_max_send_header_block_length(option, 64 << 10)
        unsafe nghttp2_option_set_max_deflate_dynamic_table_size(option, limits.headerTableBytes)
        unsafe nghttp2_option_set_max_outbound_ack(option, limits.maxOutboundAcknowledgements)
        unsafe nghttp2_option_set_max_settings(option, limits.maxSettings)
        unsafe nghttp2_option_set_max_continuations(option, limits.maxContinuations)
        // The bucket of ours runs over first, and tells why.
        unsafe nghttp2_option_set_stream_reset_rate_limit(
            option, limits.resets.burst * 2, limits.resets.perSecond * 2)
        return unsafe option
    }

    // MARK: - Sessions

    /// Begins a session with a client; -1 when there is no room.
    ///
    /// Its SETTINGS wait to be produced.
    public mutating func openServer(owner: Int32, now: UInt64) -> Int32 {
        open(owner: owner, now: now, isServer: true, isSecure: true)
    }

    /// Begins a session with an endpoint; -1 when there is no room.
    ///
    /// The preface and SETTINGS wait to be produced. `isSecure` decides about `:scheme`.
    public mutating func openClient(owner: Int32, isSecure: Bool, now: UInt64) -> Int32 {
        open(owner: owner, now: now, isServer: false, isSecure: isSecure)
    }

    private mutating func open(owner: Int32, now: UInt64, isServer: Bool, isSecure: Bool) -> Int32 {
        unsafe state.pointee.now = now
        let index = unsafe state.pointee.sessions.take()
        guard index >= 0 else { return -1 }
        let session = unsafe state.pointee.sessions[index]
        session.value = HTTP2Session(index: index)
        session.value.isServer = isServer
        session.value.scanner = FrameScanner(isServer: isServer)
        session.value.isSecure = isSecure
        session.value.owner = owner
        var handle: OpaquePointer?
        let code =
            isServer
            ? unsafe nghttp2_session_server_new3(&handle, callbacks, state, serverOptions, memory.functions)
            : unsafe nghttp2_session_client_new3(&handle, callbacks, state, clientOptions, memory.functions)
        guard code == 0, unsafe handle != nil else {
            unsafe state.pointee.sessions.give(index)
            return -1
        }
        unsafe session.value.handle = unsafe handle
        unsafe submitSettings(handle, isServer: isServer)
        return index
    }

    private func submitSettings(_ handle: OpaquePointer?, isServer: Bool) {
        let limits = unsafe state.pointee.limits
        func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
        }
        var entries: InlineArray<7, nghttp2_settings_entry> = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerListBytes),
            entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
            entry(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableBytes),
            entry(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, limits.maxFrameSize),
            isServer
                ? entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams)
                : entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
            entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1),
        ]
        let span = entries.mutableSpan
        _ = unsafe span.withUnsafeBufferPointer {
            unsafe nghttp2_submit_settings(handle, 0, $0.baseAddress, isServer ? 7 : 6)
        }
        unsafe nghttp2_session_set_local_window_size(handle, 0, 0, Int32(clamping: limits.connectionWindow))
    }

    /// Ends a session at once: it and all its streams are freed, released or not.
    public mutating func close(_ session: Int32) {
        let session = self.session(session)
        guard let handle = unsafe session.value.handle else { return }
        // No last word: nobody would send it.
        session.value.hasGoneAway = true
        while session.value.firstStream >= 0 {
            unsafe state.pointee.freeStream(state.pointee.streams[session.value.firstStream])
        }
        unsafe state.pointee.dropBlock(session)
        unsafe nghttp2_session_del(handle)
        unsafe session.value.handle = nil
        unsafe state.pointee.sessions.give(session.value.index)
    }

    /// The session at `index`.
    public func session(_ index: Int32) -> Ref<HTTP2Session> { unsafe state.pointee.sessions[index] }

    /// The stream at `index`.
    public func stream(_ index: Int32) -> Ref<HTTP2Stream> { unsafe state.pointee.streams[index] }

    /// What happened so far on all connections.
    public var counters: HTTP2Counters { unsafe state.pointee.counters }

    /// Sessions that are open.
    public var sessionCount: Int { unsafe state.pointee.sessions.count }

    /// Streams that are open or not released.
    public var streamCount: Int { unsafe state.pointee.streams.count }

    // MARK: - Octets and events

    /// Takes octets from the peer; `now` is in monotonic nanoseconds.
    ///
    /// Whatever the outcome, the events are to be acted upon. Where nghttp2 itself finds the peer at fault the outcome is
    /// `.ok`, and producing the GOAWAY shows it: ``isDone(_:)``, and the reason in ``HTTP2Session/closure``.
    public mutating func receive(_ session: Int32, _ bytes: UnsafeRawBufferPointer, now: UInt64) -> HTTP2Outcome {
        let session = self.session(session)
        unsafe state.pointee.begin(session)
        unsafe state.pointee.now = now
        if !session.value.isBroken, session.value.closure == nil {
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let allowed = unsafe state.pointee.scan(session, bytes)
            let isAllowed = session.value.closure == nil
            let count = unsafe nghttp2_session_mem_recv(session.value.handle, start, allowed)
            if count < 0 || !isAllowed { unsafe state.pointee.breakDown(session, count) }
            unsafe state.pointee.credit(session)
        }
        if let closure = session.value.closure { return .close(closure) }
        return .ok
    }

    /// Events of the last call of ``receive(_:_:now:)`` or ``produce(_:into:)``.
    public var eventCount: Int { unsafe state.pointee.eventCount }

    /// The event at `index`, in the order in which things happened.
    public func event(_ index: Int) -> HTTP2Event {
        precondition(index >= 0 && index < eventCount)
        var event = unsafe state.pointee.events[index]
        if unsafe event.base == nil, event.count > 0, let text = unsafe state.pointee.text.bytes.baseAddress {
            unsafe event.base = text + event.offset
        }
        return event
    }

    /// Whether there are frames to be produced.
    public func wantsWrite(_ session: Int32) -> Bool {
        let session = self.session(session)
        if session.value.isBroken { return !session.value.hasSaidGoodbye }
        return unsafe nghttp2_session_want_write(session.value.handle) != 0
    }

    /// Writes frames into the buffer's room, of which there must be ``minimumRoom``; true when there are more.
    public mutating func produce(_ session: Int32, into buffer: inout Buffer) -> Bool {
        precondition(buffer.room >= Self.minimumRoom)
        let session = self.session(session)
        unsafe state.pointee.begin(session)
        if !session.value.isBroken {
            unsafe state.pointee.credit(session)
            unsafe state.pointee.destination = buffer
            while unsafe state.pointee.destination.room >= Self.frameRoom {
                var data: UnsafePointer<UInt8>?
                let count = unsafe nghttp2_session_mem_send(session.value.handle, &data)
                if count < 0 { unsafe state.pointee.breakDown(session, count) }
                guard count > 0 else { break }
                unsafe state.pointee.destination.append(UnsafeRawBufferPointer(start: data, count: count))
            }
            buffer = unsafe state.pointee.destination
            unsafe state.pointee.destination = Buffer()
        }
        if session.value.isBroken, !session.value.hasSaidGoodbye, buffer.room >= 17 { sayGoodbye(session, &buffer) }
        return wantsWrite(session.value.index)
    }

    /// Writes the GOAWAY that nghttp2 does not send any more once it has given up (RFC 9113 §6.8).
    private func sayGoodbye(_ session: Ref<HTTP2Session>, _ buffer: inout Buffer) {
        session.value.hasSaidGoodbye = true
        let last = unsafe nghttp2_session_get_last_proc_stream_id(session.value.handle)
        let code = session.value.lastCode ?? (session.value.closure ?? .protocolError).code
        unsafe buffer.append(("\0\0\u{8}\u{7}\0\0\0\0\0" as StaticString).octets)
        for word in [UInt32(bitPattern: last), code] {
            for shift in stride(from: 24 as UInt32, through: 0, by: -8) {
                buffer.append(byte: UInt8(truncatingIfNeeded: word >> shift))
            }
        }
    }

    /// Whether there is nothing to read or to write any more: the connection is to be closed once all octets are out.
    public func isDone(_ session: Int32) -> Bool {
        let session = self.session(session)
        if session.value.isBroken { return session.value.hasSaidGoodbye }
        return unsafe nghttp2_session_want_read(session.value.handle) == 0
            && nghttp2_session_want_write(session.value.handle) == 0
    }
}
