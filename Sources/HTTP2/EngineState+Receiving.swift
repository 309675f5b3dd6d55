internal import CNghttp2
internal import Reactor

/// What nghttp2 tells while octets are received. A function that returns a number returns it to nghttp2.
extension EngineState {
    private static var rejectsBlock: Int32 { NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }

    // MARK: - Field sections

    /// A field section begins: of a request, an answer, or trailers.
    mutating func headersBegin(_ handle: OpaquePointer?, _ id: Int32, category: nghttp2_headers_category) -> Int32 {
        let session = sessions[current]
        guard session.value.isServer, category == NGHTTP2_HCAT_REQUEST else {
            guard let stream = unsafe stream(handle, id) else { return 0 }
            let isTrailer = session.value.isServer || stream.value.flags.contains(.headReceived)
            beginBlock(session, stream, isTrailer: isTrailer)
            return 0
        }
        // Streams that were reset hold their place until their owner is done with them, and one call opens no more
        // than there may be.
        opened += 1
        guard session.value.openStreams < limits.maxConcurrentStreams, opened <= limits.maxConcurrentStreams,
            let stream = openStream(session)
        else {
            counters.streamsRefused &+= 1
            unsafe nghttp2_submit_rst_stream(handle, 0, id, HTTP2ErrorCode.refusedStream)
            return Self.rejectsBlock
        }
        stream.value.id = id
        unsafe nghttp2_session_set_stream_user_data(handle, id, Self.data(of: stream))
        beginBlock(session, stream, isTrailer: false)
        return 0
    }

    /// What nghttp2 keeps with a stream: the slot's index and one, which is never null.
    static func data(of stream: Ref<HTTP2Stream>) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: Int(stream.value.index) + 1)
    }

    mutating func headerReceived(
        _ handle: OpaquePointer?, _ id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> Int32 {
        let session = sessions[current]
        guard session.value.block.stream >= 0 else { return 0 }
        guard unsafe takeField(session, name, value) else {
            dropBlock(session)
            counters.streamErrors &+= 1
            unsafe nghttp2_submit_rst_stream(handle, 0, id, HTTP2ErrorCode.protocolError)
            return Self.rejectsBlock
        }
        // A few octets may stand for a whole table's entry: such a section is not even decoded to its end.
        if session.value.block.listBytes > 4 * limits.headerListBytes { return fail(session, .headerListTooLarge) }
        return 0
    }

    private mutating func headersEnd(_ handle: OpaquePointer?, _ id: Int32, endsStream: Bool) {
        let session = sessions[current]
        guard session.value.block.stream >= 0 else { return }
        let stream = streams[session.value.block.stream]
        let end = endBlock(session, stream)
        dropBlock(session)
        guard case .event(var event) = end else {
            counters.streamErrors &+= 1
            unsafe nghttp2_submit_rst_stream(handle, 0, id, HTTP2ErrorCode.protocolError)
            return
        }
        if endsStream { stream.value.flags.insert(.endReceived) }
        if event.kind == .response, event.code >= 200 { stream.value.flags.insert(.headReceived) }
        guard !stream.value.flags.contains(.released) else { return }
        stream.value.flags.insert(.announced)
        event.endsStream = endsStream
        emit(event)
        if session.value.isServer, event.kind != .trailers { retireWhenDue(session) }
    }

    /// Ends the connection gracefully once it has had its streams: first a notice, and after as many again as may be
    /// open at once the last word.
    private mutating func retireWhenDue(_ session: Ref<HTTP2Session>) {
        let count = session.value.streamCount
        if count >= limits.streamsPerConnection, !session.value.isRetiring {
            session.value.isRetiring = true
            unsafe nghttp2_submit_shutdown_notice(session.value.handle)
        } else if count >= limits.streamsPerConnection + limits.maxConcurrentStreams {
            goAway(session)
        }
    }

    /// Hands in the last GOAWAY of a graceful end.
    mutating func goAway(_ session: Ref<HTTP2Session>) {
        guard !session.value.hasGoneAway, !session.value.isBroken else { return }
        session.value.isRetiring = true
        session.value.hasGoneAway = true
        let handle = unsafe session.value.handle
        unsafe nghttp2_submit_goaway(
            handle, 0, nghttp2_session_get_last_proc_stream_id(handle), HTTP2ErrorCode.noError, nil, 0)
    }

    // MARK: - Other frames

    mutating func dataReceived(_ handle: OpaquePointer?, _ id: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let stream = unsafe stream(handle, id), !stream.value.flags.contains(.released) else {
            sessions[current].value.unowned += bytes.count
            return
        }
        stream.value.unconsumed += bytes.count
        var event = HTTP2Event(.data, stream: stream.value.index)
        unsafe event.base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        event.count = bytes.count
        emit(event)
    }

    mutating func frameReceived(_ handle: OpaquePointer?, _ frame: nghttp2_frame) -> Int32 {
        let head = unsafe frame.hd
        let endsStream = UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
        switch UInt32(head.type) {
        case NGHTTP2_HEADERS.rawValue:
            unsafe headersEnd(handle, head.stream_id, endsStream: endsStream)
        case NGHTTP2_DATA.rawValue:
            if endsStream { unsafe bodyEnds(handle, head.stream_id) }
        case NGHTTP2_SETTINGS.rawValue:
            if UInt32(head.flags) & NGHTTP2_FLAG_ACK.rawValue == 0 { unsafe settingsReceived(handle) }
        case NGHTTP2_GOAWAY.rawValue:
            let session = sessions[current]
            session.value.hasPeerGoneAway = true
            unsafe session.value.peerLastStreamID = frame.goaway.last_stream_id
            unsafe emit(HTTP2Event(.goAway, stream: -1, code: frame.goaway.error_code))
        default: break
        }
        return 0
    }

    private mutating func bodyEnds(_ handle: OpaquePointer?, _ id: Int32) {
        guard let stream = unsafe stream(handle, id) else { return }
        stream.value.flags.insert(.endReceived)
        guard !stream.value.flags.contains(.released) else { return }
        // The end is told with the last octets, if these are the last event.
        if eventCount > 0, unsafe events[eventCount - 1].kind == .data,
            unsafe events[eventCount - 1].stream == stream.value.index
        {
            unsafe events[eventCount - 1].endsStream = true
            return
        }
        var event = HTTP2Event(.ended, stream: stream.value.index)
        event.endsStream = true
        emit(event)
    }

    private mutating func settingsReceived(_ handle: OpaquePointer?) {
        let session = sessions[current]
        let streams = unsafe nghttp2_session_get_remote_settings(handle, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        session.value.peerMaxConcurrentStreams = min(Int(streams), limits.maxConcurrentStreams)
        guard !session.value.hasPeerSettings else { return }
        session.value.hasPeerSettings = true
        emit(HTTP2Event(.settings, stream: -1))
    }

    /// nghttp2 has refused a frame: with the stream, or with the connection.
    mutating func frameRefused(_ handle: OpaquePointer?, _ id: Int32, _ code: Int32) {
        let session = sessions[current]
        counters.streamErrors &+= 1
        guard session.value.block.stream >= 0, let stream = unsafe stream(handle, id),
            session.value.block.stream == stream.value.index
        else { return }
        dropBlock(session)
    }
}
