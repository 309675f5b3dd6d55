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
        let listener = Int(connections[exchange.value.client].value.tag)
        let strictCount = listeners[listener].strictLine.count
        pool.reserve(bytes.count + (edits?.lines.count ?? 0) + strictCount + 320, in: &head)
        head.append("HTTP/1.1 ")
        head.append(decimal: UInt64(responseHead.status))
        head.append(byte: 32)
        unsafe head.append(slice(bytes, responseHead.reason))
        head.append("\r\n")
        let isInterim = responseHead.status < 200
        var run = FieldRun()
        var hasDate = false
        let isCoded = exchange.value.mayCompress && !isInterim && compressor.answer.changesFields
        for position in 0..<responseHead.fieldCount {
            let field = fields[position]
            if field.name == .date { hasDate = true }
            let isOld = unsafe isCoded && isOfIdentity(field, bytes)
            let isReplaced = unsafe strictCount > 0 && isStrict(field, bytes)
            let isDropped =
                isReplaced || field.isHopByHop || field.name.isHopByHop
                || edits.map { unsafe $0.removes(name(of: field, in: bytes).bytes) } == true
                || (field.name == .contentLength && (isInterim || responseHead.status == 204))
                || isOld
            if !isDropped { unsafe run.keep(field, of: bytes, to: &head) }
        }
        unsafe run.write(bytes, to: &head)
        if responseHead.status == 101 {
            unsafe UpgradeLines.write(fields, count: responseHead.fieldCount, of: bytes, to: &head)
        } else if !isInterim {
            // An answer without a date gets that of its arrival (RFC 9110 §6.6.1).
            if !hasDate { appendDateLine() }
            if exchange.value.mayCompress { unsafe writeCodingFields(bytes) }
            if exchange.value.clientFraming == .chunked { head.append("Transfer-Encoding: chunked\r\n") }
            if !exchange.value.keepsClient {
                head.append("Connection: close\r\n")
            } else if exchange.value.minorVersion == 0 {
                head.append("Connection: keep-alive\r\n")
            }
        }
        if strictCount > 0, !isInterim, unsafe edits?.removes(Self.strictBytes.bytes) != true {
            unsafe listeners[listener].strictLine.withUnsafeBytes { unsafe head.append($0) }
        }
        if !isInterim, let edits { unsafe edits.lines.withUnsafeBytes { unsafe head.append($0) } }
        if exchange.value.isSticky, !isInterim || responseHead.status == 101 {
            writeStickyLine(exchange, at: listener)
        }
        head.append("\r\n")
        exchange.value.headOut += UInt64(head.count)
    }

    /// Whether it is the field of which there is one only (RFC 6797 §7.1): where the listener has it, it is the listener's.
    private func isStrict(_ field: HeaderField, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard field.nameCount == Self.strictName.utf8CodeUnitCount else { return false }
        return unsafe equalsFolded(name(of: field, in: bytes), Self.strictBytes)
    }

    private static var strictName: StaticString { "strict-transport-security" }

    private static var strictBytes: UnsafeRawBufferPointer {
        unsafe strictName.octets
    }
}
