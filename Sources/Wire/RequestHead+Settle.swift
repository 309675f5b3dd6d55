extension RequestHead {
    /// Draws the conclusions that need all fields: host, body, connection (RFC 9112 §3.2, §6.3, §9).
    ///
    /// - Returns: why the request is refused, or nil.
    @inline(__always)
    mutating func settle(_ facts: FieldFacts, _ bytes: Octets) -> HeadRejection? {
        let isHTTP10 = minorVersion == 0
        if minorVersion > 1 { minorVersion = 1 }
        if let rejection = settleHost(facts, bytes) { return rejection }
        if let rejection = settleFraming(facts) { return rejection }
        keepAlive = !facts.close && (!isHTTP10 || facts.keepAlive)
        acceptsTrailers = facts.acceptsTrailers
        if isHTTP10 { return nil }
        if facts.unknownExpectation { return .unknownExpectation }
        expectsContinue = facts.expectsContinue
        return facts.upgrade && facts.hasUpgrade ? settleUpgrade(facts) : nil
    }

    @inline(__always)
    private mutating func settleHost(_ facts: FieldFacts, _ bytes: Octets) -> HeadRejection? {
        guard facts.hasHost else { return minorVersion == 0 ? nil : .missingHost }
        guard let parsed = Authority.parse(facts.host, in: bytes) else { return .badHost }
        if isAbsoluteForm { return agrees(with: facts.host, parsed, bytes) ? nil : .hostDisagreesWithTarget }
        authority = facts.host
        host = ByteRange(start: facts.host.start, count: UInt32(truncatingIfNeeded: parsed.hostCount))
        return nil
    }

    /// Whether the Host field names what the absolute-form target does; without a port both mean the scheme's.
    private func agrees(with field: ByteRange, _ parsed: Authority, _ bytes: Octets) -> Bool {
        guard let own = Authority.parse(authority, in: bytes) else { return false }
        let isSecure = RequestTarget.schemeCount(bytes, target) == 8
        let standard: Int32 = isSecure ? 443 : 80
        let port = own.port < 0 ? standard : own.port
        let fieldPort = parsed.port < 0 ? standard : parsed.port
        return port == fieldPort
            && bytes.equals(host, ByteRange(start: field.start, count: UInt32(truncatingIfNeeded: parsed.hostCount)))
    }

    @inline(__always)
    private mutating func settleFraming(_ facts: FieldFacts) -> HeadRejection? {
        if facts.isChunked {
            if minorVersion == 0 { return .transferEncodingInHTTP10 }
            if facts.contentLength >= 0 { return .contentLengthWithTransferEncoding }
            framing = .chunked
        } else if facts.contentLength >= 0 {
            framing = .length
            contentLength = facts.contentLength
        }
        return nil
    }

    /// A request to switch protocols must have no body: what follows it would be read by two parties in two ways.
    private mutating func settleUpgrade(_ facts: FieldFacts) -> HeadRejection? {
        if facts.upgradesToHTTP2 { return nil }
        if framing == .chunked || contentLength > 0 { return .badUpgrade }
        // RFC 6455 §4.1; without them no server may answer 101, and one that does is not to be trusted with a tunnel.
        if facts.upgradesToWebSocket, method != .get || !facts.hasWebSocketKey || !facts.hasWebSocketVersion {
            return .badUpgrade
        }
        wantsUpgrade = true
        return nil
    }
}
