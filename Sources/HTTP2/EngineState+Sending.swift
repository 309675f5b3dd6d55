internal import CNghttp2
internal import Reactor

/// What nghttp2 asks and tells while frames are written.
extension EngineState {
    /// How much DATA the stream has: `room` octets at the most, or "not now".
    mutating func readData(_ handle: OpaquePointer?, _ room: Int, _ flags: inout UInt32, of index: Int32) -> Int {
        let stream = streams[index]
        let waiting = stream.value.output.count
        let count = min(waiting, room)
        if count == 0, !stream.value.flags.contains(.ended) {
            stream.value.flags.insert(.deferred)
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        guard count == waiting, stream.value.flags.contains(.ended) else { return count }
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if !stream.value.trailers.isEmpty {
            // They are copied when they are handed in.
            unsafe fields.readLines(stream.value.trailers.bytes)
            if fields.count > 0,
                unsafe nghttp2_submit_trailer(handle, stream.value.id, fields.base, fields.count) == 0
            {
                flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            }
            pool.give(&stream.value.trailers)
        }
        return count
    }

    /// Writes a DATA frame straight from the stream's output.
    mutating func sendData(_ head: UnsafeRawBufferPointer, _ count: Int, of index: Int32) -> Int32 {
        // nghttp2 may go on to a frame of its own within the same call: that one needs room, too.
        guard destination.room >= head.count + count + HTTP2Engine.frameRoom else {
            return NGHTTP2_ERR_WOULDBLOCK.rawValue
        }
        let stream = streams[index]
        guard stream.value.output.count >= count else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
        unsafe destination.append(head)
        unsafe destination.append(UnsafeRawBufferPointer(rebasing: stream.value.output.bytes[..<count]))
        stream.value.output.consume(count)
        stream.value.sentBytes += UInt64(count)
        guard stream.value.output.isEmpty else { return 0 }
        pool.give(&stream.value.output)
        if stream.value.flags.isDisjoint(with: [.ended, .released]) {
            emit(HTTP2Event(.drained, stream: index))
        }
        return 0
    }

    mutating func frameSent(_ handle: OpaquePointer?, _ frame: nghttp2_frame) -> Int32 {
        let session = sessions[current]
        let head = unsafe frame.hd
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
            if head.type == UInt8(NGHTTP2_DATA.rawValue) {
                session.value.glitches.refund(3, of: limits.glitches)
                session.value.pings.refund(1, of: limits.pings)
            }
            guard UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0,
                let stream = unsafe stream(handle, head.stream_id)
            else { return 0 }
            stream.value.flags.insert(.endSent)
            stopReceiving(stream)
        case NGHTTP2_RST_STREAM.rawValue:
            counters.resetsSent &+= 1
            if let stream = unsafe stream(handle, head.stream_id), stream.value.flags.contains(.ownReset) { return 0 }
            return session.value.resets.spend(1, of: limits.resets, now: now) ? 0 : fail(session, .rapidReset)
        case NGHTTP2_GOAWAY.rawValue:
            if let closure = unsafe HTTP2Closure(code: frame.goaway.error_code), session.value.closure == nil,
                !session.value.isTerminated
            {
                _ = fail(session, closure)
            }
        default: break
        }
        return 0
    }

    /// A server that has said all and whose owner has left needs no more of the request (RFC 9113 §8.1).
    mutating func stopReceiving(_ stream: Ref<HTTP2Stream>) {
        let flags = stream.value.flags
        guard flags.isSuperset(of: [.released, .endSent]), flags.isDisjoint(with: [.endReceived, .closed]) else {
            return
        }
        reset(stream, code: HTTP2ErrorCode.noError)
    }

    /// Has the stream reset by the owner's wish.
    mutating func reset(_ stream: Ref<HTTP2Stream>, code: UInt32) {
        guard !stream.value.flags.contains(.closed) else { return }
        stream.value.flags.formUnion([.ownReset, .ended])
        let session = sessions[stream.value.session]
        guard !session.value.isBroken else { return }
        unsafe nghttp2_submit_rst_stream(session.value.handle, 0, stream.value.id, code)
    }
}
