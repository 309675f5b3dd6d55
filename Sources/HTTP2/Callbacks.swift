internal import CNghttp2

/// nghttp2's callbacks: each finds the engine's state and lets it do the work.
///
/// Safety: `data` is the address that the engine opened the session with, and the state outlives its sessions. nghttp2
/// calls only from within the engine's own calls, on the thread that owns it.
enum Callbacks {
    /// The set that all sessions share; nil without memory.
    static func make() -> OpaquePointer? {
        var set: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&set) == 0, let set = unsafe set else { return nil }
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(set, beginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback(set, header)
        unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(set, invalidHeader)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(set, frameReceived)
        unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(set, invalidFrame)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(set, dataReceived)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(set, streamClosed)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(set, frameSent)
        unsafe nghttp2_session_callbacks_set_send_data_callback(set, sendData)
        return unsafe set
    }

    private static func state(_ data: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<EngineState>? {
        unsafe data?.assumingMemoryBound(to: EngineState.self)
    }

    private static let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

    private static let beginHeaders: nghttp2_on_begin_headers_callback = { handle, frame, data in
        guard let state = unsafe state(data), let frame = unsafe frame else { return failure }
        return unsafe state.pointee.headersBegin(
            handle, frame.pointee.hd.stream_id, category: frame.pointee.headers.cat)
    }

    private static let header: nghttp2_on_header_callback = {
        handle, frame, name, nameCount, value, valueCount, _, data in
        guard let state = unsafe state(data), let frame = unsafe frame else { return failure }
        return unsafe state.pointee.headerReceived(
            handle, frame.pointee.hd.stream_id, UnsafeRawBufferPointer(start: name, count: nameCount),
            UnsafeRawBufferPointer(start: value, count: valueCount))
    }

    /// A field that nghttp2 would pass over makes the message malformed here: nothing is repaired.
    private static let invalidHeader: nghttp2_on_invalid_header_callback = { _, _, _, _, _, _, _, _ in
        NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }

    private static let frameReceived: nghttp2_on_frame_recv_callback = { handle, frame, data in
        guard let state = unsafe state(data), let frame = unsafe frame else { return failure }
        return unsafe state.pointee.frameReceived(handle, frame.pointee)
    }

    private static let invalidFrame: nghttp2_on_invalid_frame_recv_callback = { handle, frame, code, data in
        guard let state = unsafe state(data), let frame = unsafe frame else { return failure }
        unsafe state.pointee.frameRefused(handle, frame.pointee.hd.stream_id, code)
        return 0
    }

    private static let dataReceived: nghttp2_on_data_chunk_recv_callback = { handle, _, stream, bytes, count, data in
        guard let state = unsafe state(data) else { return failure }
        unsafe state.pointee.dataReceived(handle, stream, UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    }

    private static let streamClosed: nghttp2_on_stream_close_callback = { handle, stream, code, data in
        guard let state = unsafe state(data) else { return failure }
        if let stream = unsafe state.pointee.stream(handle, stream) {
            unsafe state.pointee.closeStream(stream, code: code)
        }
        return 0
    }

    private static let frameSent: nghttp2_on_frame_send_callback = { handle, frame, data in
        guard let state = unsafe state(data), let frame = unsafe frame else { return failure }
        return unsafe state.pointee.frameSent(handle, frame.pointee)
    }

    private static let sendData: nghttp2_send_data_callback = { _, _, head, count, source, data in
        guard let state = unsafe state(data), let source = unsafe source else { return failure }
        return unsafe state.pointee.sendData(
            UnsafeRawBufferPointer(start: head, count: 9), count, of: Int32(source.pointee.fd))
    }

    /// Asks how much DATA a stream has; `source.fd` is the stream's index.
    static let readData: nghttp2_data_source_read_callback = { handle, _, _, room, flags, source, data in
        guard let state = unsafe state(data), let flags = unsafe flags, let source = unsafe source else {
            return Int(failure)
        }
        return unsafe state.pointee.readData(handle, room, &flags.pointee, of: source.pointee.fd)
    }
}
