internal import Reactor
internal import Routing

/// TCP sessions in the access log.
extension Worker {
    /// Hands the session that ends to the log's writer: in the place of a request's line stand `TCP` and its listener's name,
    /// in that of its host the server's name that the client asked for.
    mutating func logSession(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        guard let log else { return }
        let error = session.value.failure
        if error == nil, MonotonicClock.now &- session.value.started < log.slow, log.sample < 1 << 32,
            random.next() >> 32 >= log.sample
        {
            return
        }
        var entry = LogEntry()
        entry.time = MonotonicClock.wallClock
        entry.duration = MonotonicClock.now &- session.value.started
        if session.value.connected > 0 { entry.sentAfter = session.value.connected &- session.value.started }
        if session.value.firstByte > 0 { entry.firstByteAfter = session.value.firstByte &- session.value.started }
        entry.bytesIn = session.value.up.octets
        entry.bytesOut = session.value.down.octets
        entry.status = error?.status ?? 200
        entry.tries = session.value.triesMade
        entry.peer = client.value.peer
        entry.generation = session.value.generation
        let listener = listeners[Int(client.value.tag)]
        var record = pool.take(2048)
        record.append("TCP ")
        entry.listener = UInt16(truncatingIfNeeded: client.value.tag)
        entry.parts.line = 4 + append(listener.name, to: &record)
        entry.parts.host = UInt16(session.value.name.count)
        unsafe record.append(UnsafeRawBufferPointer(session.value.name.bytes))
        if session.value.target >= 0 {
            entry.parts.service = append(listener.names.services[Int(session.value.target)], to: &record)
        }
        if let address = session.value.address { entry.parts.endpoint = append(address, to: &record) }
        if let error {
            record.append(error.label)
            entry.parts.failure = UInt16(error.label.utf8CodeUnitCount)
        }
        unsafe put(entry, UnsafeRawBufferPointer(record.bytes), log)
        pool.give(&record)
    }
}
