internal import Reactor
internal import Routing
internal import Wire

extension Worker {
    /// Puts the answer's head for the client together in `head`.
    mutating func writeResponseHead(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        head.start = 0
        head.end = 0
        var edits: CompiledEdits?
        if exchange.value.route >= 0, let table = holds[exchange.value.hold].value.table,
            table.routes[Int(exchange.value.route)].hasResponseEdits
        {
            edits = table.responseEdits(of: Int(exchange.value.route))
        }
        pool.reserve(bytes.count + (edits?.lines.count ?? 0) + 320, in: &head)
        head.append("HTTP/1.1 ")
        head.append(decimal: UInt64(responseHead.status))
        head.append(byte: 32)
        unsafe head.append(slice(bytes, responseHead.reason))
        head.append("\r\n")
        let isInterim = responseHead.status < 200
        var runStart = 0
        var runEnd = 0
        var hasDate = false
        for position in 0..<responseHead.fieldCount {
            let field = fields[position]
            if field.name == .date { hasDate = true }
            let isDropped =
                field.isHopByHop || field.name.isHopByHop
                || edits.map { unsafe $0.removes(slice(bytes, nameRange(field)).bytes) } == true
                || (field.name == .contentLength && (isInterim || responseHead.status == 204))
            if isDropped {
                unsafe appendRun(bytes, runStart, runEnd)
                runStart = Int(field.lineEnd)
                runEnd = runStart
            } else {
                if runEnd != Int(field.nameStart) {
                    unsafe appendRun(bytes, runStart, runEnd)
                    runStart = Int(field.nameStart)
                }
                runEnd = Int(field.lineEnd)
            }
        }
        unsafe appendRun(bytes, runStart, runEnd)
        if responseHead.status == 101 {
            head.append("Connection: upgrade\r\n")
            for position in 0..<responseHead.fieldCount where fields[position].name == .upgrade {
                head.append("Upgrade: ")
                unsafe head.append(slice(bytes, fields[position].value))
                head.append("\r\n")
            }
        } else if !isInterim {
            // An answer without a date gets that of its arrival (RFC 9110 §6.6.1).
            if !hasDate { appendDateLine() }
            if exchange.value.clientFraming == .chunked { head.append("Transfer-Encoding: chunked\r\n") }
            if !exchange.value.keepsClient {
                head.append("Connection: close\r\n")
            } else if exchange.value.minorVersion == 0 {
                head.append("Connection: keep-alive\r\n")
            }
        }
        if !isInterim, let edits { unsafe edits.lines.withUnsafeBytes { unsafe head.append($0) } }
        head.append("\r\n")
        exchange.value.headOut += UInt64(head.count)
    }

    private func nameRange(_ field: HeaderField) -> ByteRange {
        ByteRange(start: field.nameStart, count: UInt32(field.nameCount))
    }

    private mutating func appendRun(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        if end > start { unsafe head.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
    }
}
