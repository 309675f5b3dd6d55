internal import Reactor
internal import Routing
internal import Wire

extension Worker {
    /// Keeps what the log will want of the request's head, which is gone when the answer is complete.
    mutating func noteRequest(_ exchange: Ref<Exchange>, client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer) {
        let line = unsafe slice(
            bytes,
            ByteRange(
                start: requestHead.methodRange.start,
                count: (requestHead.fieldCount > 0 ? fields[0].nameStart - 2 : UInt32(bytes.count) - 4)
                    - requestHead.methodRange.start))
        var referer = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        var agent = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        var requestName = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        let isTrusted = exchange.value.isTrusted
        for position in 0..<requestHead.fieldCount {
            switch fields[position].name {
            case .referer: unsafe referer = unsafe slice(bytes, fields[position].value)
            case .userAgent: unsafe agent = unsafe slice(bytes, fields[position].value)
            case .xRequestID where isTrusted: unsafe requestName = unsafe slice(bytes, fields[position].value)
            default: break
            }
        }
        var record = pool.take(line.count + 255 + 2048 + 32)
        var parts = LogParts()
        parts.line = unsafe append(line, to: &record, limit: line.count)
        // The line is HTTP/1's whatever brought the request; that it was HTTP/2 is told by the version.
        if client.value.kind == Kind.clientStream, let base = unsafe record.base, record.end >= 3 {
            unsafe base.storeBytes(of: 50, toByteOffset: Int(record.end) - 3, as: UInt8.self)
            unsafe base.storeBytes(of: 48, toByteOffset: Int(record.end) - 1, as: UInt8.self)
        }
        parts.host = unsafe append(slice(bytes, requestHead.host), to: &record, limit: 255)
        parts.referer = unsafe append(referer, to: &record, limit: 1024)
        parts.agent = unsafe append(agent, to: &record, limit: 512)
        if unsafe requestName.isEmpty {
            appendRequestID(&record, requestID.0)
            appendRequestID(&record, requestID.1)
            parts.requestID = 32
        } else {
            parts.requestID = unsafe append(requestName, to: &record, limit: 256)
        }
        exchange.value.isSecure = unsafe isSecure(exchange, at: Int(client.value.tag), bytes)
        exchange.value.record = record
        exchange.value.recordParts = parts
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to record: inout Buffer, limit: Int) -> UInt16 {
        let count = min(bytes.count, limit, record.room)
        unsafe record.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        return UInt16(clamping: count)
    }

    /// Hands the finished exchange to the log's writer, and to whoever exports spans.
    mutating func writeLog(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) {
        let isTraced = tracing.keepsSpans && isRecorded(exchange)
        let isLogged = log.map { isWanted(exchange, $0) } ?? false
        guard isLogged || isTraced else { return }
        let entry = logEntry(exchange, client)
        let text = unsafe UnsafeRawBufferPointer(exchange.value.record.bytes)
        if isLogged, let log { unsafe put(entry, text, log) }
        if isTraced { unsafe putTrace(exchange, client, entry, text) }
    }

    /// Whether the log has a line of the exchange: of what failed, of what was slow, and of the share that is sampled.
    private mutating func isWanted(_ exchange: Ref<Exchange>, _ log: LogRing) -> Bool {
        log.sample >= 1 << 32 || exchange.value.failure != nil || exchange.value.status >= 500
            || now &- exchange.value.started >= log.slow || random.next() >> 32 < log.sample
    }

    /// What there is to be said of the finished exchange; its texts are added to its record.
    private mutating func logEntry(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) -> LogEntry {
        var entry = LogEntry()
        entry.time = MonotonicClock.wallClock
        let end = MonotonicClock.now
        entry.duration = end &- exchange.value.started
        if exchange.value.sent > 0 { entry.sentAfter = exchange.value.sent &- exchange.value.started }
        if exchange.value.firstByte > 0 { entry.firstByteAfter = exchange.value.firstByte &- exchange.value.started }
        entry.asked = UInt64(exchange.value.asked) * 1000
        (entry.verified, entry.queued) = (exchange.value.verified, exchange.value.queued)
        if exchange.value.chosen > 0 {
            entry.chosenAfter = UInt32(clamping: (exchange.value.chosen &- exchange.value.started) / 1_000)
        }
        entry.listener = UInt16(truncatingIfNeeded: client.value.tag)
        if exchange.value.isSecure { entry.flags.insert(.isSecure) }
        if exchange.value.isReused { entry.flags.insert(.isReused) }
        entry.bytesIn = exchange.value.bytesIn
        entry.bytesOut = exchange.value.bytesOut
        entry.headOut = exchange.value.headOut
        entry.status = exchange.value.status
        entry.tries = exchange.value.triesMade
        entry.peer = exchange.value.clientAddress
        entry.parts = exchange.value.recordParts
        if tracing.isOn {
            let slot = Int(exchange.value.index)
            (entry.traceHigh, entry.traceLow, entry.span) = (traces[slot].high, traces[slot].low, traces[slot].span)
        }
        pool.reserve(exchange.value.record.count + 2048, in: &exchange.value.record)
        if let table = exchange.value.hold >= 0 ? holds[exchange.value.hold].value.table : nil {
            entry.generation = table.generation
            if exchange.value.route >= 0 {
                entry.parts.route = append(table.routeNames[Int(exchange.value.route)], to: &exchange.value.record)
            }
            if exchange.value.service >= 0 {
                entry.parts.service = append(
                    table.serviceNames[Int(exchange.value.service)], to: &exchange.value.record)
            }
            if exchange.value.endpoint >= 0 {
                let address = table.endpoints[Int(exchange.value.endpoint)].address
                entry.parts.endpoint = append(address, to: &exchange.value.record)
            }
        }
        if let failure = exchange.value.failure {
            exchange.value.record.append(failure.label)
            entry.parts.failure = UInt16(failure.label.utf8CodeUnitCount)
        }
        return entry
    }

    /// Logs a request whose head was refused: of its octets nothing is known to be what it seems.
    mutating func logRejection(_ client: Ref<Connection>, _ error: GatewayError) {
        guard let log else { return }
        var entry = LogEntry()
        entry.time = MonotonicClock.wallClock
        entry.status = error.status
        entry.peer = client.value.peer
        entry.listener = UInt16(truncatingIfNeeded: client.value.tag)
        entry.generation = table.generation
        entry.parts.failure = UInt16(error.label.utf8CodeUnitCount)
        let label = unsafe error.label.octets
        unsafe put(entry, label, log)
    }

    mutating func append(_ text: String, to record: inout Buffer) -> UInt16 {
        var text = text
        return text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0), to: &record, limit: 255) }
    }

    mutating func append(_ address: EndpointAddress, to record: inout Buffer) -> UInt16 {
        let before = record.count
        let socket = SocketAddress(
            high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
        if address.isIPv6 { record.append(byte: 91) }
        socket.append(to: &record)
        if address.isIPv6 { record.append(byte: 93) }
        record.append(byte: 58)
        record.append(decimal: UInt64(address.port))
        return UInt16(record.count - before)
    }

    mutating func put(_ entry: LogEntry, _ text: UnsafeRawBufferPointer, _ log: LogRing) {
        // Numbers and text in one piece: the ring takes all of an entry or nothing of it.
        let size = MemoryLayout<LogEntry>.stride
        var whole = pool.take(size + text.count)
        unsafe withUnsafeBytes(of: entry) { unsafe whole.append($0) }
        if whole.count < size { whole.end = UInt32(size) }
        unsafe whole.append(text)
        unsafe log.put(UnsafeRawBufferPointer(whole.bytes))
        pool.give(&whole)
    }
}
