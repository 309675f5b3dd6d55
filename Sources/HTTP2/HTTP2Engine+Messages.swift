internal import CNghttp2
internal import Reactor

/// What the owner of a stream says.
extension HTTP2Engine {
    /// Sends an answer's head, interim (1xx) or final, given as HTTP/1 text whose names are lower-cased in place.
    ///
    /// A 101 accepts an extended CONNECT. With `endsStream` there is no body; else it follows by ``append(_:to:)``.
    public mutating func respond(_ stream: Int32, head: UnsafeMutableRawBufferPointer, endsStream: Bool) {
        let stream = self.stream(stream)
        guard let handle = unsafe handle(of: stream), !stream.value.flags.contains(.headSubmitted) else { return }
        let isTunnel = stream.value.flags.contains(.extendedConnect)
        let status = unsafe state.pointee.fields.readResponse(head, acceptsUpgrade: isTunnel)
        let base = unsafe state.pointee.fields.base
        let count = unsafe state.pointee.fields.count
        var code: Int32 = -1
        if status >= 200 || (status == 101 && isTunnel) {
            stream.value.flags.insert(.headSubmitted)
            if endsStream {
                stream.value.flags.insert(.ended)
                code = unsafe nghttp2_submit_response(handle, stream.value.id, base, count, nil)
            } else {
                var provider = unsafe Self.provider(of: stream)
                code = unsafe nghttp2_submit_response(handle, stream.value.id, base, count, &provider)
            }
        } else if status >= 100, status != 101 {
            code = unsafe nghttp2_submit_headers(handle, 0, stream.value.id, nil, base, count, nil)
        }
        if code != 0 { unsafe state.pointee.reset(stream, code: HTTP2ErrorCode.internalError) }
    }

    /// Begins a request on a client's session, given as HTTP/1 text; returns the stream, or -1 if none is to be had.
    ///
    /// None is to be had after GOAWAY, and when as many are open as the peer allows.
    public mutating func request(
        _ session: Int32, head: UnsafeMutableRawBufferPointer, endsStream: Bool, owner: Int32
    ) -> Int32 {
        let session = self.session(session)
        guard canRequest(session.value.index),
            unsafe state.pointee.fields.readRequest(head, isSecure: session.value.isSecure),
            let stream = unsafe state.pointee.openStream(session)
        else { return -1 }
        let base = unsafe state.pointee.fields.base
        let count = unsafe state.pointee.fields.count
        let data = unsafe EngineState.data(of: stream)
        let id: Int32
        if endsStream {
            stream.value.flags.insert(.ended)
            id = unsafe nghttp2_submit_request(session.value.handle, nil, base, count, nil, data)
        } else {
            var provider = unsafe Self.provider(of: stream)
            id = unsafe nghttp2_submit_request(session.value.handle, nil, base, count, &provider, data)
        }
        guard id > 0 else {
            unsafe state.pointee.freeStream(stream)
            return -1
        }
        stream.value.id = id
        stream.value.owner = owner
        stream.value.flags.insert(.announced)
        return stream.value.index
    }

    /// Whether ``request(_:head:endsStream:owner:)`` would begin a stream.
    public func canRequest(_ session: Int32) -> Bool {
        let session = self.session(session)
        return unsafe !session.value.isServer && !session.value.isBroken && session.value.closure == nil
            && session.value.openStreams < session.value.peerMaxConcurrentStreams
            && nghttp2_session_check_request_allowed(session.value.handle) != 0
    }

    /// Puts octets of the body behind what waits already.
    ///
    /// How much may wait is the caller's to bound: ``HTTP2Stream/output`` tells how much does.
    public mutating func append(_ bytes: UnsafeRawBufferPointer, to stream: Int32) {
        let stream = self.stream(stream)
        guard unsafe !bytes.isEmpty, unsafe handle(of: stream) != nil, !stream.value.flags.contains(.ended) else {
            return
        }
        unsafe state.pointee.pool.reserve(bytes.count, in: &stream.value.output)
        unsafe stream.value.output.append(bytes)
        resume(stream)
    }

    /// Ends the body.
    public mutating func end(_ stream: Int32) {
        let stream = self.stream(stream)
        guard unsafe handle(of: stream) != nil, !stream.value.flags.contains(.ended) else { return }
        stream.value.flags.insert(.ended)
        resume(stream)
    }

    /// Ends the body with trailers: HTTP/1 field lines, whose names are lower-cased.
    public mutating func end(_ stream: Int32, trailers: UnsafeRawBufferPointer) {
        let place = self.stream(stream)
        guard unsafe handle(of: place) != nil, !place.value.flags.contains(.ended) else { return }
        unsafe state.pointee.pool.reserve(trailers.count, in: &place.value.trailers)
        unsafe place.value.trailers.append(trailers)
        end(stream)
    }

    /// Ends the stream before its time (RFC 9113 §6.4).
    ///
    /// The reset comes back as an event once it was sent, unless the stream was released.
    public mutating func reset(_ stream: Int32, code: UInt32) {
        unsafe state.pointee.reset(self.stream(stream), code: code)
    }

    /// Says that octets of the body went on: the peer may send as many again.
    public mutating func consume(_ count: Int, of stream: Int32) {
        let stream = self.stream(stream)
        let count = min(count, stream.value.unconsumed)
        guard count > 0, let handle = unsafe handle(of: stream) else { return }
        stream.value.unconsumed -= count
        unsafe nghttp2_session_consume(handle, stream.value.id, count)
    }

    /// The owner is done with the stream: its slot is freed as soon as the stream is closed.
    public mutating func release(_ stream: Int32) {
        let stream = self.stream(stream)
        guard stream.value.session >= 0, !stream.value.flags.contains(.released) else { return }
        stream.value.owner = -1
        if stream.value.flags.contains(.closed) {
            unsafe state.pointee.freeStream(stream)
            return
        }
        stream.value.flags.insert(.released)
        let session = self.session(stream.value.session)
        session.value.unowned += stream.value.unconsumed
        stream.value.unconsumed = 0
        let flags = stream.value.flags
        if session.value.isServer {
            if flags.isSuperset(of: [.ended, .headSubmitted]) {
                unsafe state.pointee.stopReceiving(stream)
            } else {
                unsafe state.pointee.reset(stream, code: HTTP2ErrorCode.internalError)
            }
        } else if !flags.isSuperset(of: [.ended, .endReceived]) {
            unsafe state.pointee.reset(stream, code: HTTP2ErrorCode.cancel)
        }
    }

    /// Whether octets wait that the peer's window does not let out: what a slow reader does, for the caller to time out.
    public func isStalled(_ stream: Int32) -> Bool {
        let stream = self.stream(stream)
        guard let handle = unsafe handle(of: stream), !stream.value.output.isEmpty else { return false }
        return unsafe nghttp2_session_get_remote_window_size(handle) <= 0
            || nghttp2_session_get_stream_remote_window_size(handle, stream.value.id) <= 0
    }

    // MARK: - Ends of connections

    /// Tells the client that the connection will end, without a word yet on which requests are looked at (RFC 9113 §6.8).
    ///
    /// A round trip later, or when it has no stream any more, ``goAway(_:)`` follows.
    public mutating func shutdownNotice(_ session: Int32) {
        let session = self.session(session)
        guard session.value.isServer, !session.value.isRetiring, !session.value.isBroken else { return }
        session.value.isRetiring = true
        unsafe nghttp2_submit_shutdown_notice(session.value.handle)
    }

    /// Takes no new stream; the connection is done when those under way are.
    public mutating func goAway(_ session: Int32) {
        unsafe state.pointee.goAway(self.session(session))
    }

    /// Ends the connection with an error: the GOAWAY waits to be produced, and then it is done.
    public mutating func terminate(_ session: Int32, code: UInt32) {
        let session = self.session(session)
        guard !session.value.isBroken else { return }
        session.value.isTerminated = true
        unsafe nghttp2_session_terminate_session(session.value.handle, code)
    }

    /// Sends a PING, whose answer shows as octets received: what keeps a connection to an endpoint honest.
    public mutating func ping(_ session: Int32) {
        let session = self.session(session)
        guard !session.value.isBroken else { return }
        unsafe nghttp2_submit_ping(session.value.handle, 0, nil)
    }

    // MARK: - Leaves

    /// nghttp2's session of a stream that can still be spoken on.
    private func handle(of stream: Ref<HTTP2Stream>) -> OpaquePointer? {
        guard stream.value.session >= 0, !stream.value.flags.contains(.closed) else { return nil }
        let session = self.session(stream.value.session)
        return unsafe session.value.isBroken ? nil : session.value.handle
    }

    private func resume(_ stream: Ref<HTTP2Stream>) {
        guard stream.value.flags.contains(.deferred), let handle = unsafe handle(of: stream) else { return }
        stream.value.flags.remove(.deferred)
        unsafe nghttp2_session_resume_data(handle, stream.value.id)
    }

    private static func provider(of stream: Ref<HTTP2Stream>) -> nghttp2_data_provider {
        unsafe nghttp2_data_provider(
            source: nghttp2_data_source(fd: stream.value.index), read_callback: Callbacks.readData)
    }
}
