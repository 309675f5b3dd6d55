extension ResponseHead {
    /// Draws the conclusions that need all fields: body and connection (RFC 9112 §6.3, §9).
    ///
    /// - Returns: why the response is refused, or nil.
    @inline(__always)
    mutating func settle(_ facts: FieldFacts, to method: Method) -> HeadRejection? {
        let isHTTP10 = minorVersion == 0
        if minorVersion > 1 { minorVersion = 1 }
        if facts.isChunked {
            if isHTTP10 { return .transferEncodingInHTTP10 }
            if facts.contentLength >= 0 { return .contentLengthWithTransferEncoding }
        }
        keepAlive = !facts.close && (!isHTTP10 || facts.keepAlive)
        if status < 200 || status == 204 { return nil }
        contentLength = facts.contentLength
        if method == .head || status == 304 { return nil }
        if facts.isChunked {
            framing = .chunked
        } else if facts.contentLength >= 0 {
            framing = .length
        } else {
            framing = .untilClose
            keepAlive = false
        }
        return nil
    }

    /// Marks a Content-Length that a 1xx or 204 response must not have, so that it goes no further (RFC 9110 §8.6).
    func dropContentLength(_ table: FieldTable) {
        for index in 0..<fieldCount where table[index].name == .contentLength {
            var field = table[index]
            field.isHopByHop = true
            table[index] = field
        }
    }
}
