internal import CNghttp2
internal import Reactor

/// What a peer may do how often: counted by the heads of its frames, before any work is done for them.
extension EngineState {
    /// Looks through what was received; returns how many octets nghttp2 may have.
    ///
    /// It is less than all when a frame passes a limit: that one is not acted upon, and ``HTTP2Session/closure`` says why.
    mutating func scan(_ session: Ref<HTTP2Session>, _ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while true {
            let before = index
            guard let head = unsafe session.value.scanner.next(bytes, &index) else { return bytes.count }
            let payload = unsafe UnsafeRawBufferPointer(rebasing: bytes[index...])
            if let closure = unsafe count(head, session) ?? judge(head, payload) {
                _ = fail(session, closure)
                return before
            }
        }
    }

    /// Counts a frame; returns why it is one too many.
    private mutating func count(_ head: FrameScanner.Head, _ session: Ref<HTTP2Session>) -> HTTP2Closure? {
        let isAcknowledgement = UInt32(head.flags) & NGHTTP2_FLAG_ACK.rawValue != 0
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue: return countData(head, session)
        case NGHTTP2_HEADERS.rawValue: return countHeaders(head, session)
        // Both are bounded by nghttp2, or end the connection.
        case NGHTTP2_CONTINUATION.rawValue, NGHTTP2_PUSH_PROMISE.rawValue: return nil
        case NGHTTP2_RST_STREAM.rawValue:
            counters.resetsReceived &+= 1
            if session.value.isServer { session.value.noteEnded(head.stream) }
            return session.value.resets.spend(1, of: limits.resets, now: now) ? nil : .rapidReset
        case NGHTTP2_SETTINGS.rawValue where !isAcknowledgement:
            return session.value.settings.spend(1, of: limits.settings, now: now) ? nil : .settingsFlood
        case NGHTTP2_PING.rawValue where !isAcknowledgement:
            return session.value.pings.spend(1, of: limits.pings, now: now) ? nil : .pingFlood
        default:
            return spendGlitches(session, 1)
        }
    }

    /// What is wrong with a frame that nghttp2 passes over unread, as it does with priorities that nobody follows.
    private func judge(_ head: FrameScanner.Head, _ payload: UnsafeRawBufferPointer) -> HTTP2Closure? {
        guard UInt32(head.type) == NGHTTP2_PRIORITY.rawValue else { return nil }
        // RFC 9113 §6.3.
        if head.stream == 0 { return .protocolError }
        // RFC 7540 §5.3.1: none depends on itself. RFC 9113 has left the rule out with the tree, but who breaks it is no
        // client that means well.
        guard head.length == 5, payload.count >= 4 else { return nil }
        let word = unsafe UInt32(bigEndian: payload.loadUnaligned(as: UInt32.self))
        return Int32(word & 0x7fff_ffff) == head.stream ? .protocolError : nil
    }

    private mutating func countData(_ head: FrameScanner.Head, _ session: Ref<HTTP2Session>) -> HTTP2Closure? {
        if session.value.hasEnded(head.stream) { return closedStream(session) }
        let flags = UInt32(head.flags)
        // Padding may be all that there is.
        if flags & NGHTTP2_FLAG_PADDED.rawValue != 0 { return spendGlitches(session, 1) }
        guard head.length == 0, flags & NGHTTP2_FLAG_END_STREAM.rawValue == 0 else {
            session.value.pings.refund(1, of: limits.pings)
            return nil
        }
        return spendGlitches(session, 10)
    }

    private mutating func countHeaders(_ head: FrameScanner.Head, _ session: Ref<HTTP2Session>) -> HTTP2Closure? {
        guard session.value.isServer else { return nil }
        if session.value.hasEnded(head.stream) { return closedStream(session) }
        // A number that was left out is closed by the higher one that was used (RFC 9113 §5.1.1).
        if session.value.skipped.contains(head.stream) { return .protocolError }
        session.value.noteOpened(head.stream)
        session.value.glitches.refund(2, of: limits.glitches)
        return nil
    }

    /// A frame for a stream that the peer has ended (RFC 9113 §5.1); nghttp2 has forgotten it and would pass it over.
    private func closedStream(_ session: Ref<HTTP2Session>) -> HTTP2Closure {
        session.value.lastCode = HTTP2ErrorCode.streamClosed
        return .protocolError
    }

    private func spendGlitches(_ session: Ref<HTTP2Session>, _ cost: UInt64) -> HTTP2Closure? {
        session.value.glitches.spend(cost, of: limits.glitches, now: now) ? nil : .glitches
    }
}
