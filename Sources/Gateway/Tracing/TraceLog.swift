internal import Synchronization

/// What takes sampled requests from every worker's ring and hands them out: one thread.
///
/// However slow whoever takes them is, workers are never held up: what is more than fits is dropped and counted.
final class TraceLog: Sendable {
    let signal: LogSignal
    let rings: [LogRing]
    /// Names of listeners, by their places.
    private let listeners: [String]
    let requests: AsyncStream<[TracedRequest]>
    private let hand: AsyncStream<[TracedRequest]>.Continuation
    private let droppedBehind = Atomic<UInt64>(0)

    init(workers: Int, listeners: [String]) throws(GatewayStartError) {
        guard let signal = LogSignal() else {
            throw GatewayStartError(description: "tracing: no descriptor left for its signal: raise ulimit -n")
        }
        self.signal = signal
        self.listeners = listeners
        rings = (0..<workers).map { _ in LogRing(count: Limits.logRingBytes, signal: signal, sample: 1) }
        (requests, hand) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Limits.tracePieces))
    }

    /// Requests that were dropped because nobody was there to take them in time.
    var dropped: UInt64 {
        rings.reduce(droppedBehind.load(ordering: .relaxed)) { $0 + $1.dropped.load(ordering: .relaxed) }
    }

    /// The thread's loop: until the signal is stopped and the rings are empty.
    func run() {
        var entries: [UInt8] = []
        while true {
            let isLast = signal.isStopped
            var isEmpty = true
            for ring in rings {
                entries.removeAll(keepingCapacity: true)
                ring.take(into: &entries)
                guard !entries.isEmpty else { continue }
                isEmpty = false
                handOut(entries)
            }
            if !isEmpty { continue }
            if isLast {
                hand.finish()
                return
            }
            signal.wait { rings.contains { !$0.isEmpty } }
        }
    }

    private func handOut(_ entries: [UInt8]) {
        var piece: [TracedRequest] = []
        func pass() {
            if case .dropped = hand.yield(piece) { droppedBehind.add(UInt64(piece.count), ordering: .relaxed) }
            piece = []
        }
        TraceEntry.each(in: entries) { head, entry, texts in
            let place = Int(entry.listener)
            let listener = listeners.indices.contains(place) ? listeners[place] : ""
            piece.append(TracedRequest(head, entry, texts, listener: listener))
            if piece.count == Limits.tracePieceRequests { pass() }
        }
        if !piece.isEmpty { pass() }
    }
}

extension Gateway {
    /// Sampled requests that have ended, in pieces, for one reader; nil: none are kept (``TracingConfiguration/keepsSpans``).
    ///
    /// What nobody takes in time is dropped, and counted in ``tracedRequestsDropped``. It ends with the gateway.
    public var tracedRequests: AsyncStream<[TracedRequest]>? { traceLog?.requests }

    /// Sampled requests that were dropped on their way to ``tracedRequests``.
    public var tracedRequestsDropped: UInt64 { traceLog?.dropped ?? 0 }
}
