internal import CNghttp2
internal import Reactor
internal import Wire

/// Received field sections: fields are gathered one by one and become an HTTP/1 head (RFC 9113 §8).
///
/// nghttp2 has looked at each before it comes here: names are lower-case tokens, values hold no control octets, there is
/// each pseudo-field once and before the others, none that is unknown, and no field that is about a connection.
extension EngineState {
    /// The key that an upgrade request must have, and that extended CONNECT has not.
    ///
    /// Endpoints answer with its hash, and nobody looks at that.
    private static var webSocketKey: StaticString { "cG9ydGljby1odHRwMi13cw==" }

    /// A section begins.
    mutating func beginBlock(_ session: Ref<HTTP2Session>, _ stream: Ref<HTTP2Stream>, isTrailer: Bool) {
        dropBlock(session)
        session.value.block.stream = stream.value.index
        session.value.block.isTrailer = isTrailer
    }

    /// What came of a section is not needed, or no longer.
    mutating func dropBlock(_ session: Ref<HTTP2Session>) {
        guard session.value.block.stream >= 0 else { return }
        pool.give(&session.value.block.text)
        pool.give(&session.value.block.cookies)
        session.value.block = FieldBlock()
    }

    /// Takes a field; false when it makes the message malformed.
    mutating func takeField(
        _ session: Ref<HTTP2Session>, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> Bool {
        session.value.block.fieldCount += 1
        session.value.block.listBytes += name.count + value.count + 32
        if session.value.block.listBytes > limits.headerListBytes
            || session.value.block.fieldCount > limits.fieldCount + Self.pseudoFieldCount
        {
            session.value.block.isTooLarge = true
        }
        if session.value.block.isTooLarge { return true }
        if unsafe name.first == UInt8(ascii: ":") { return unsafe takePseudoField(session, name, value) }
        if session.value.block.linesStart < 0 { session.value.block.linesStart = session.value.block.text.count }
        if unsafe name.isText("host") {
            // Without :authority it is what becomes one (RFC 9113 §8.3.1); else both must agree.
            if !session.value.block.authority.isEmpty {
                return unsafe slice(session, session.value.block.authority).isText(value)
            }
            guard unsafe Self.isAuthority(value) else { return false }
        } else if unsafe name.isText("cookie"), session.value.isServer {
            let separator = session.value.block.cookies.isEmpty ? 0 : 2
            pool.reserve(value.count + separator, in: &session.value.block.cookies)
            if separator > 0 { session.value.block.cookies.append("; ") }
            unsafe session.value.block.cookies.append(value)
            return true
        } else if unsafe name.isText("sec-websocket-key"), session.value.block.hasProtocol {
            return true
        }
        pool.reserve(name.count + value.count + 4, in: &session.value.block.text)
        unsafe session.value.block.text.append(name)
        session.value.block.text.append(": ")
        unsafe session.value.block.text.append(value)
        session.value.block.text.append("\r\n")
        return true
    }

    /// :method, :scheme, :authority, :path, :protocol.
    private static var pseudoFieldCount: Int { 5 }

    private mutating func takePseudoField(
        _ session: Ref<HTTP2Session>, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> Bool {
        // A value that is not visible ASCII could end the start line that it becomes part of.
        guard unsafe value.isVisible, !session.value.block.isTrailer else { return false }
        let block = session
        let range = ByteRange(start: block.value.block.text.end, count: UInt32(value.count))
        pool.reserve(value.count, in: &block.value.block.text)
        unsafe block.value.block.text.append(value)
        switch name.count {
        case 5 where unsafe name.isText(":path"): block.value.block.path = range
        case 7 where unsafe name.isText(":method"): block.value.block.method = range
        case 7 where unsafe name.isText(":scheme"): block.value.block.scheme = range
        case 7 where unsafe name.isText(":status"):
            var status: UInt32 = 0
            for index in 0..<value.count { status = unsafe status &* 10 &+ UInt32(value[index] &- 48) }
            block.value.block.status = status
        case 9 where unsafe name.isText(":protocol"):
            block.value.block.protocolName = range
            block.value.block.hasProtocol = true
        case 10 where unsafe name.isText(":authority"):
            guard unsafe Self.isAuthority(value) else { return false }
            block.value.block.authority = range
        default: return false
        }
        return true
    }

    /// Not empty, and without user information (RFC 9113 §8.3.1); the rest is the HTTP/1 parser's to judge.
    private static func isAuthority(_ value: UnsafeRawBufferPointer) -> Bool {
        unsafe !value.isEmpty && value.isVisible && !value.contains(UInt8(ascii: "@"))
    }

    /// The octets of a pseudo-field.
    private func slice(_ session: Ref<HTTP2Session>, _ range: ByteRange) -> UnsafeRawBufferPointer {
        let all = unsafe UnsafeRawBufferPointer(session.value.block.text.bytes)
        return unsafe UnsafeRawBufferPointer(rebasing: all[Int(range.start)..<Int(range.end)])
    }

    // MARK: - The end of a section

    /// What is to be done about a section that is complete.
    enum BlockEnd {
        /// The event to be told.
        case event(HTTP2Event)
        /// The stream is reset, as the message is malformed.
        case malformed
    }

    /// Makes the head or the trailers of the section that is complete.
    mutating func endBlock(_ session: Ref<HTTP2Session>, _ stream: Ref<HTTP2Stream>) -> BlockEnd {
        if session.value.block.linesStart < 0 { session.value.block.linesStart = session.value.block.text.count }
        if session.value.block.isTooLarge {
            counters.headersRefused &+= 1
            guard session.value.isServer, !session.value.block.isTrailer else { return .malformed }
            return .event(HTTP2Event(.refused, stream: stream.value.index, code: 431))
        }
        if session.value.block.isTrailer {
            return .event(finishText(session, .trailers, stream, from: startText(session)))
        }
        if session.value.isServer { return endRequest(session, stream) }
        let offset = startText(session)
        text.append("HTTP/1.1 ")
        text.append(decimal: UInt64(session.value.block.status))
        text.append(" \r\n")
        var event = finishText(session, .response, stream, from: offset)
        event.code = session.value.block.status
        return .event(event)
    }

    private mutating func endRequest(_ session: Ref<HTTP2Session>, _ stream: Ref<HTTP2Stream>) -> BlockEnd {
        let method = unsafe slice(session, session.value.block.method)
        if unsafe method.equals("CONNECT") {
            guard session.value.block.hasProtocol else {
                return .event(HTTP2Event(.refused, stream: stream.value.index, code: 405))
            }
            guard unsafe isTargetValid(session, method) else { return .malformed }
            guard unsafe slice(session, session.value.block.protocolName).isText("websocket") else {
                return .event(HTTP2Event(.refused, stream: stream.value.index, code: 501))
            }
            stream.value.flags.insert(.extendedConnect)
        } else if unsafe session.value.block.hasProtocol || !isTargetValid(session, method) {
            return .malformed
        }
        let isUpgrade = stream.value.flags.contains(.extendedConnect)
        let offset = startText(session)
        unsafe text.append(isUpgrade ? ("GET" as StaticString).octets : method)
        text.append(" ")
        unsafe text.append(slice(session, session.value.block.path))
        text.append(" HTTP/1.1\r\n")
        if !session.value.block.authority.isEmpty {
            text.append("host: ")
            unsafe text.append(slice(session, session.value.block.authority))
            text.append("\r\n")
        }
        if isUpgrade {
            text.append("connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ")
            text.append(Self.webSocketKey)
            text.append("\r\n")
        }
        var event = finishText(session, .request, stream, from: offset)
        event.isExtendedConnect = isUpgrade
        return .event(event)
    }

    /// :scheme is one of ours, and :path begins with `/` or is the `*` of OPTIONS (RFC 9113 §8.3.1).
    private func isTargetValid(_ session: Ref<HTTP2Session>, _ method: UnsafeRawBufferPointer) -> Bool {
        let scheme = unsafe slice(session, session.value.block.scheme)
        guard unsafe scheme.isText("https") || scheme.isText("http") else { return false }
        let path = unsafe slice(session, session.value.block.path)
        if unsafe path.first == UInt8(ascii: "/") { return true }
        return unsafe path.count == 1 && path.first == UInt8(ascii: "*") && method.equals("OPTIONS")
    }

    /// Makes room for the section's head; returns where it begins.
    private mutating func startText(_ session: Ref<HTTP2Session>) -> Int {
        let block = session.value.block
        // What is added to the section's own octets is at the most the upgrade's lines.
        pool.reserve(block.text.count + block.cookies.count + 256, in: &text)
        return text.count
    }

    /// Puts the lines, the cookies and the empty line behind the head's beginning.
    private mutating func finishText(
        _ session: Ref<HTTP2Session>, _ kind: HTTP2Event.Kind, _ stream: Ref<HTTP2Stream>, from offset: Int
    ) -> HTTP2Event {
        let block = session.value.block
        let lines = unsafe UnsafeRawBufferPointer(block.text.bytes)
        unsafe text.append(UnsafeRawBufferPointer(rebasing: lines[block.linesStart...]))
        if !block.cookies.isEmpty {
            text.append("cookie: ")
            unsafe text.append(UnsafeRawBufferPointer(block.cookies.bytes))
            text.append("\r\n")
        }
        text.append("\r\n")
        var event = HTTP2Event(kind, stream: stream.value.index)
        event.offset = offset
        event.count = text.count - offset
        return event
    }
}
