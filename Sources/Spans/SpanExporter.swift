public import Control
public import Gateway
public import Logging
internal import Synchronization

/// Takes a gateway's sampled requests and sends their spans to a collector, by OTLP over HTTP.
///
/// Batches are sent one after the other: when there are enough, and every few seconds. What the collector does not take now
/// is tried again for a while; what waits meanwhile is bounded, and the rest is dropped and counted. Nobody ever waits for it.
public final class SpanExporter: Sendable {
    /// How much and how long.
    struct Limits: Sendable {
        /// Requests of a batch: some 300 KiB.
        var batch = 512
        /// Requests that wait: 16 batches, 8 MiB.
        var waiting = 8_192
        /// How long a request waits for others.
        var interval: Duration = .seconds(2)
        /// Times that a batch is sent, and the pause after the first, which doubles.
        var attempts = 5
        var pause: Duration = .seconds(1)
        /// The longest pause that a collector may ask for.
        var longestPause: Duration = .seconds(30)
    }

    private let requests: AsyncStream<[TracedRequest]>
    private let droppedBefore: @Sendable () -> UInt64
    private let carrier: any SpanCarrier
    private let encoder: SpanEncoder
    private let endpoint: String
    private let limits: Limits
    private let queue: SpanQueue
    private let logger: Logger
    private let state = Mutex(SpanFigures())
    private let isEnding = Mutex(false)

    /// An exporter of what `gateway` hands out; nil: the configuration names no collector.
    public convenience init?(
        _ settings: TracingSettings, of gateway: Gateway, as resource: SpanResource, logger: Logger
    ) {
        guard let endpoint = settings.endpoint, let requests = gateway.tracedRequests else { return nil }
        self.init(
            requests, droppedBefore: { gateway.tracedRequestsDropped }, endpoint: endpoint,
            carrier: CollectorClient(settings, endpoint: endpoint, version: resource.version), resource: resource,
            limits: Limits(), logger: logger)
    }

    init(
        _ requests: AsyncStream<[TracedRequest]>, droppedBefore: @escaping @Sendable () -> UInt64, endpoint: String,
        carrier: any SpanCarrier, resource: SpanResource, limits: Limits, logger: Logger
    ) {
        self.requests = requests
        self.droppedBefore = droppedBefore
        self.endpoint = endpoint
        self.carrier = carrier
        encoder = SpanEncoder(resource)
        self.limits = limits
        queue = SpanQueue(limit: limits.waiting, batch: limits.batch)
        self.logger = logger
    }

    /// How it goes.
    public var figures: SpanFigures {
        var figures = state.withLock { $0 }
        figures.dropped += droppedBefore()
        return figures
    }

    /// Sends until the gateway has ended and all has been sent, or the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.gather() }
            group.addTask { await self.keepTime() }
            for await _ in queue.calls {
                await sendAll()
                if queue.isOver || Task.isCancelled { break }
            }
            group.cancelAll()
        }
        await carrier.end()
    }

    /// Has what waits sent once more, and nothing tried again.
    public func hurry() {
        isEnding.withLock { $0 = true }
        queue.call()
    }

    private func gather() async {
        for await piece in requests {
            let rest = queue.add(piece)
            if !rest.isEmpty { drop(SpanEncoder.count(of: rest)) }
        }
        queue.end()
    }

    private func keepTime() async {
        while (try? await Task.sleep(for: limits.interval)) != nil { queue.call() }
    }

    private func sendAll() async {
        while !Task.isCancelled {
            let batch = queue.take()
            guard !batch.isEmpty else { return }
            await send(batch)
        }
    }

    private func send(_ batch: [TracedRequest]) async {
        let document = encoder.document(of: batch)
        let count = SpanEncoder.count(of: batch)
        var pause = limits.pause
        for attempt in 1... {
            switch await carrier.post(document) {
            case .taken(let rejected, let message):
                settle(taken: max(0, count - rejected), rejected: min(count, rejected), message)
                return
            case .refused(let reason):
                fail(reason)
                drop(count)
                return
            case .later(let reason, let seconds):
                fail(reason)
                let wanted = seconds.map { Duration.seconds($0) } ?? pause * Double.random(in: 0.75...1.25)
                guard attempt < limits.attempts, !isEnding.withLock({ $0 }),
                    (try? await Task.sleep(for: min(wanted, limits.longestPause))) != nil
                else {
                    drop(count)
                    return
                }
                pause *= 2
            }
        }
    }

    private func settle(taken: Int, rejected: Int, _ message: String) {
        let hadFailed = state.withLock { state in
            state.exported += UInt64(taken)
            state.dropped += UInt64(rejected)
            defer {
                state.failure = nil
                state.failingSince = nil
            }
            return state.failure != nil
        }
        if hadFailed { logger.notice("spans are taken again by \(endpoint)") }
        if rejected > 0 { logger.warning("\(rejected) spans were refused by \(endpoint): \(message)") }
    }

    private func fail(_ reason: String) {
        let isFirst = state.withLock { state in
            defer { state.failure = reason }
            if state.failingSince == nil { state.failingSince = .now }
            return state.failure == nil
        }
        if isFirst { logger.warning("spans are not taken by \(endpoint): \(reason): they are dropped if that lasts") }
    }

    private func drop(_ count: Int) { state.withLock { $0.dropped += UInt64(count) } }
}
