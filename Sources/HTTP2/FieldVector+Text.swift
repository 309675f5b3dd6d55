/// HTTP/1 heads and trailers, as the gateway wrote them, become fields (RFC 9113 §8.2).
///
/// Names are lower-cased where they stand. What speaks of an HTTP/1 connection is left out, Host becomes :authority.
extension FieldVector {
    /// Reads a response's head; returns its status, or 0 if it is none.
    ///
    /// With `acceptsUpgrade` a 101 is what accepts an extended CONNECT (RFC 8441 §5): 200, without the handshake's proof.
    mutating func readResponse(_ head: UnsafeMutableRawBufferPointer, acceptsUpgrade: Bool) -> Int {
        removeAll()
        guard let lineEnd = unsafe Self.lineEnd(head, from: 0), lineEnd >= 13 else { return 0 }
        let digits = unsafe UnsafeMutableRawBufferPointer(rebasing: head[9..<12])
        var status = 0
        for index in 0..<digits.count {
            let digit = unsafe digits[index] &- 48
            guard digit < 10 else { return 0 }
            status = status * 10 + Int(digit)
        }
        if acceptsUpgrade, status == 101 {
            append(":status", "200")
        } else {
            unsafe append(":status", digits)
        }
        unsafe readLines(head, from: lineEnd, acceptsUpgrade: acceptsUpgrade && status == 101)
        return status
    }

    /// Reads a request's head, the pseudo-fields first; false if it is none.
    mutating func readRequest(_ head: UnsafeMutableRawBufferPointer, isSecure: Bool) -> Bool {
        removeAll()
        guard let lineEnd = unsafe Self.lineEnd(head, from: 0),
            let methodEnd = unsafe head[..<lineEnd].firstIndex(of: UInt8(ascii: " ")),
            let targetEnd = unsafe head[(methodEnd + 1)..<lineEnd].firstIndex(of: UInt8(ascii: " "))
        else { return false }
        unsafe append(":method", UnsafeMutableRawBufferPointer(rebasing: head[..<methodEnd]))
        append(":scheme", isSecure ? "https" : "http")
        var line = lineEnd
        while let field = unsafe Self.field(head, at: &line) {
            guard unsafe UnsafeRawBufferPointer(field.name).equals("host") else { continue }
            unsafe append(":authority", field.value)
            break
        }
        unsafe append(":path", UnsafeMutableRawBufferPointer(rebasing: head[(methodEnd + 1)..<targetEnd]))
        unsafe readLines(head, from: lineEnd, acceptsUpgrade: false)
        return true
    }

    /// Reads trailers: field lines alone.
    mutating func readLines(_ text: UnsafeMutableRawBufferPointer) {
        removeAll()
        unsafe readLines(text, from: 0, acceptsUpgrade: false)
    }

    private mutating func readLines(
        _ text: UnsafeMutableRawBufferPointer, from start: Int, acceptsUpgrade: Bool
    ) {
        var line = start
        while let field = unsafe Self.field(text, at: &line) {
            let name = unsafe UnsafeRawBufferPointer(field.name)
            if unsafe name.isEmpty || Self.isOfConnection(name, UnsafeRawBufferPointer(field.value)) { continue }
            if acceptsUpgrade, unsafe name.equals("sec-websocket-accept") { continue }
            unsafe append(field.name, field.value)
        }
    }

    /// Whether the field means nothing beyond an HTTP/1 connection (RFC 9113 §8.2.2), or is told by :authority.
    private static func isOfConnection(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: unsafe name.equals("te") && !value.isText("trailers")
        case 4: unsafe name.equals("host")
        case 7: unsafe name.equals("upgrade")
        case 10: unsafe name.equals("connection") || name.equals("keep-alive")
        case 14: unsafe name.equals("http2-settings")
        case 16: unsafe name.equals("proxy-connection")
        case 17: unsafe name.equals("transfer-encoding")
        default: false
        }
    }

    /// A field line's two parts.
    @safe
    private struct Field {
        var name: UnsafeMutableRawBufferPointer
        var value: UnsafeMutableRawBufferPointer
    }

    /// The field at `line`, which moves behind it; nil at the empty line or the end.
    ///
    /// A line without a colon gives no name.
    private static func field(_ text: UnsafeMutableRawBufferPointer, at line: inout Int) -> Field? {
        guard let end = unsafe lineEnd(text, from: line) else { return nil }
        var colon = line
        while colon < end, unsafe text[colon] != UInt8(ascii: ":") {
            unsafe text[colon] = UnsafeRawBufferPointer.lowercased(text[colon])
            colon += 1
        }
        var stop = end - 1
        while stop > line, unsafe isBlank(text[stop - 1]) { stop -= 1 }
        if stop <= line { return nil }
        var start = min(colon + 1, stop)
        while start < stop, unsafe isBlank(text[start]) { start += 1 }
        let nameEnd = colon < stop ? colon : line
        let field = unsafe Field(
            name: UnsafeMutableRawBufferPointer(rebasing: text[line..<nameEnd]),
            value: UnsafeMutableRawBufferPointer(rebasing: text[start..<stop]))
        line = end
        return field
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0d }

    /// The offset behind the line's LF.
    private static func lineEnd(_ text: UnsafeMutableRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if unsafe text[index] == UInt8(ascii: "\n") { return index + 1 }
            index += 1
        }
        return nil
    }
}
