/// What a head's fields say about framing and connection, gathered while they are read.
///
/// Only fields that Portico acts on come here; each is judged once, where it stands, so that the first offence of a head
/// decides its rejection however the bytes arrive.
struct FieldFacts {
    /// The Host field's value, if there was one.
    var host = ByteRange()
    /// A Host field was seen.
    var hasHost = false
    /// What Content-Length said, or -1.
    var contentLength: Int64 = -1
    /// `Transfer-Encoding: chunked` was seen; every other value is a rejection.
    var isChunked = false
    /// `Connection: close`.
    var close = false
    /// `Connection: keep-alive`.
    var keepAlive = false
    /// `Connection: upgrade`.
    var upgrade = false
    /// A `Connection` field named something that has to be looked for among the fields.
    var namesFields = false
    /// An `Upgrade` field names a protocol.
    var hasUpgrade = false
    /// One of them is HTTP/2 in some spelling, which is never switched to.
    var upgradesToHTTP2 = false
    /// One of them is `websocket`.
    var upgradesToWebSocket = false
    /// `Expect: 100-continue`.
    var expectsContinue = false
    /// An `Expect` that is nothing else.
    var unknownExpectation = false
    /// `TE: trailers`.
    var acceptsTrailers = false
    /// The handshake's key and version (RFC 6455 §4.1).
    var hasWebSocketKey = false
    var hasWebSocketVersion = false

    /// Takes note of a field, and refuses one that contradicts what was seen before.
    mutating func note(_ name: HeaderName, _ value: ByteRange, in bytes: Octets) -> HeadRejection? {
        switch name {
        case .host:
            if hasHost { return .duplicateHost }
            hasHost = true
            host = value
        case .contentLength: return noteContentLength(value, in: bytes)
        case .transferEncoding: return noteTransferEncoding(value, in: bytes)
        case .connection: return noteConnection(value, in: bytes)
        case .upgrade: return noteUpgrade(value, in: bytes)
        case .te: noteTE(value, in: bytes)
        case .expect:
            if bytes.equals(value, "100-continue") { expectsContinue = true } else { unknownExpectation = true }
        case .secWebSocketKey: hasWebSocketKey = !value.isEmpty
        case .secWebSocketVersion: hasWebSocketVersion = !value.isEmpty
        default: break
        }
        return nil
    }

    /// `1*DIGIT` that fits Int64, once: a list or a second field is refused even if the numbers agree (RFC 9112 §6.3).
    private mutating func noteContentLength(_ value: ByteRange, in bytes: Octets) -> HeadRejection? {
        if contentLength >= 0 { return .conflictingContentLength }
        if value.isEmpty { return .badContentLength }
        var total: Int64 = 0
        var index = Int(value.start)
        while index < Int(value.end) {
            let digit = bytes[index] &- Octet.zero
            guard digit < 10 else { return .badContentLength }
            let (scaled, overflowed) = total.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(Int64(digit))
            if overflowed || carried { return .badContentLength }
            total = sum
            index += 1
        }
        contentLength = total
        return nil
    }

    /// `chunked`, once and alone (RFC 9112 §6.1); codings that are only named, not in the wrong place, are unknown to us.
    private mutating func noteTransferEncoding(_ value: ByteRange, in bytes: Octets) -> HeadRejection? {
        if isChunked { return .badTransferEncoding }
        if bytes.equals(value, "chunked") {
            isChunked = true
            return nil
        }
        var members = ListMembers(value, in: bytes)
        var hasUnknown = false
        while let member = members.next() {
            if isChunked { return .badTransferEncoding }
            guard members.isToken else { return .badTransferEncoding }
            if bytes.equals(member, "chunked") { isChunked = true } else { hasUnknown = true }
        }
        return hasUnknown && !members.sawEmpty ? .unknownTransferEncoding : .badTransferEncoding
    }

    /// The connection options (RFC 9110 §7.6.1).
    private mutating func noteConnection(_ value: ByteRange, in bytes: Octets) -> HeadRejection? {
        // The one value that browsers send. Values hold no CR, which is all that folding could take for a dash.
        if value.count == 10,
            bytes.word(at: Int(value.start)) | Swar.repeated(0x20) == ("keep-ali" as StaticString).word,
            bytes.word(at: Int(value.end) - 8) | Swar.repeated(0x20) == ("ep-alive" as StaticString).word
        {
            keepAlive = true
            return nil
        }
        var members = ListMembers(value, in: bytes)
        while let member = members.next() {
            guard members.isToken else { return .badFieldValue }
            if bytes.equals(member, "close") {
                close = true
            } else if bytes.equals(member, "keep-alive") {
                keepAlive = true
            } else if bytes.equals(member, "upgrade") {
                upgrade = true
            } else {
                namesFields = true
            }
        }
        return nil
    }

    /// The protocols offered (RFC 9110 §7.8): `name[/version]`, by comma.
    private mutating func noteUpgrade(_ value: ByteRange, in bytes: Octets) -> HeadRejection? {
        var members = ListMembers(value, in: bytes)
        while let member = members.next() {
            var slash = Int(member.start)
            while slash < Int(member.end), bytes[slash] != Octet.slash { slash += 1 }
            let name = ByteRange(start: member.start, count: UInt32(slash) - member.start)
            guard OctetSet.token.containsAll(of: name, in: bytes) else { return .badUpgrade }
            if slash < Int(member.end) {
                let version = ByteRange(start: UInt32(slash + 1), count: member.end - UInt32(slash + 1))
                guard OctetSet.token.containsAll(of: version, in: bytes) else { return .badUpgrade }
            }
            hasUpgrade = true
            if bytes.equals(name, "h2c") || bytes.equals(name, "h2") || bytes.equals(name, "http") {
                upgradesToHTTP2 = true
            } else if bytes.equals(name, "websocket") {
                upgradesToWebSocket = true
            }
        }
        return nil
    }

    /// Looks for `trailers` among the codings; anything else in TE has no meaning here (RFC 9110 §10.1.4).
    private mutating func noteTE(_ value: ByteRange, in bytes: Octets) {
        var members = ListMembers(value, in: bytes)
        while let member = members.next() {
            if bytes.equals(member, "trailers") { acceptsTrailers = true }
        }
    }
}

extension OctetSet {
    /// Whether the range has octets and all are members.
    func containsAll(of range: ByteRange, in bytes: Octets) -> Bool {
        if range.isEmpty { return false }
        var index = Int(range.start)
        while index < Int(range.end) {
            guard contains(bytes[index]) else { return false }
            index += 1
        }
        return true
    }
}
