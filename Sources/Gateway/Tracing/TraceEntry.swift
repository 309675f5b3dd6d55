internal import Reactor

/// A sampled request as the worker leaves it: what only traces know; what the access log has of it, a ``LogEntry`` and its
/// texts, lies behind it.
struct TraceEntry {
    /// The span of who called, and of the try that was made last; 0 for none.
    var parent: UInt64
    var attempt: UInt64
    /// The connection's other side.
    var peer: SocketAddress

    /// Calls `body` with each entry in `bytes`, which holds whole ones.
    static func each(in bytes: [UInt8], _ body: (TraceEntry, LogEntry, LogTexts) -> Void) {
        let (first, second) = (MemoryLayout<TraceEntry>.stride, MemoryLayout<LogEntry>.stride)
        var place = 0
        while place + first + second <= bytes.count {
            let (head, entry) = unsafe bytes.withUnsafeBytes { all in
                (
                    unsafe all.loadUnaligned(fromByteOffset: place, as: TraceEntry.self),
                    unsafe all.loadUnaligned(fromByteOffset: place + first, as: LogEntry.self)
                )
            }
            place += first + second
            let end = place + entry.parts.count
            guard end <= bytes.count else { return }
            body(head, entry, LogTexts(bytes[place..<end], parts: entry.parts))
            place = end
        }
    }
}
