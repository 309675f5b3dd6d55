/// A sampled request that has ended: what spans are made of.
public struct TracedRequest: Sendable, Equatable {
    /// The trace's id.
    public var traceHigh: UInt64
    /// Its second half.
    public var traceLow: UInt64
    /// The span of the request.
    public var span: UInt64
    /// The span of who made it; 0: none.
    public var parent: UInt64
    /// Nanoseconds since 1970 at its beginning.
    public var began: UInt64
    /// The same at its end.
    public var ended: UInt64
    /// The connection's other side.
    public var peer: String
    /// `User-Agent`; nil: none.
    public var userAgent: String?
    /// What the access log has of it.
    public var request: RecentRequest
    /// The spans of its tries, in their order.
    public var tries: [UInt64]

    init(_ head: TraceEntry, _ entry: LogEntry, _ texts: LogTexts, listener: String) {
        traceHigh = entry.traceHigh
        traceLow = entry.traceLow
        span = entry.span
        parent = head.parent
        began = entry.time &- entry.duration
        ended = entry.time
        peer = head.peer.text
        userAgent = texts.agent.isEmpty ? nil : String(decoding: texts.agent, as: UTF8.self)
        request = RecentRequest(entry, texts, listener)
        tries = []
        LoggedTry.each(in: texts.tries) { attempt, _ in tries.append(attempt.span) }
        if request.tries.count > tries.count { tries.append(head.attempt) }
    }
}
