import Lab
import Logging
import Synchronization
import Testing

@testable import Gateway
@testable import Spans

/// The export of spans: batches, tries, bounds.
@Suite(.timeLimit(.minutes(2))) struct ExporterTests {
    /// A collector that answers as it is told, one answer after the other, and then takes everything.
    private final class Collector: SpanCarrier {
        private let answers: Mutex<[CollectorAnswer]>
        private let taken = Mutex<[Int]>([])
        private let hasEnded = Mutex(false)
        let posts: AsyncStream<Int>
        private let post: AsyncStream<Int>.Continuation

        init(_ answers: [CollectorAnswer] = []) {
            self.answers = Mutex(answers)
            (posts, post) = AsyncStream.makeStream()
        }

        func post(_ document: [UInt8]) async -> CollectorAnswer {
            let count = (try? SpanDocument(document))?.spans.count ?? -1
            post.yield(count)
            return answers.withLock { $0.isEmpty ? .taken(rejected: 0, message: "") : $0.removeFirst() }
        }

        func end() async { hasEnded.withLock { $0 = true } }

        var isEnded: Bool { hasEnded.withLock { $0 } }
    }

    private struct Setting {
        let collector: Collector
        let exporter: SpanExporter
        let hand: AsyncStream<[TracedRequest]>.Continuation
    }

    private func setting(
        _ answers: [CollectorAnswer] = [], droppedBefore: UInt64 = 0,
        change: (inout SpanExporter.Limits) -> Void = { _ in }
    ) -> Setting {
        let (requests, hand) = AsyncStream<[TracedRequest]>.makeStream()
        var limits = SpanExporter.Limits()
        limits.batch = 4
        limits.waiting = 10
        limits.pause = .milliseconds(5)
        change(&limits)
        let collector = Collector(answers)
        let exporter = SpanExporter(
            requests, droppedBefore: { droppedBefore }, endpoint: "test", carrier: collector,
            resource: SpanResource(service: "s", version: "v", host: ""), limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Setting(collector: collector, exporter: exporter, hand: hand)
    }

    private func requests(_ count: Int) -> [TracedRequest] {
        (1...count).map { SpanSamples.request(number: UInt64($0)) }
    }

    @Test func `a whole batch goes at once, the rest when its time has come, and all at the end`() async throws {
        let setting = setting { $0.interval = .milliseconds(200) }
        let running = Task { await setting.exporter.run() }
        var posts = setting.collector.posts.makeAsyncIterator()
        setting.hand.yield(requests(5))
        // Two spans each.
        #expect(await posts.next() == 8)
        #expect(await posts.next() == 2)
        setting.hand.yield(requests(1))
        #expect(await posts.next() == 2)
        setting.hand.yield(requests(2))
        setting.hand.finish()
        #expect(await posts.next() == 4)
        await running.value
        #expect(setting.exporter.figures == SpanFigures(exported: 16, dropped: 0))
        #expect(setting.collector.isEnded)
    }

    @Test func `what is not taken now is tried again, and what never is, is dropped`() async throws {
        let setting = setting(
            [
                .later(reason: "busy", after: nil), .later(reason: "busy", after: 0), .taken(rejected: 1, message: "m"),
                .refused(reason: "no"), .taken(rejected: 0, message: ""),
            ])
        setting.hand.yield(requests(4))
        setting.hand.yield(requests(4))
        setting.hand.yield(requests(2))
        setting.hand.finish()
        await setting.exporter.run()
        // 8 spans but one; 8 that are refused; 4.
        #expect(setting.exporter.figures == SpanFigures(exported: 11, dropped: 9))
    }

    @Test func `a collector that never answers well costs its batches, and is a failure as long as it lasts`()
        async throws
    {
        let busy = CollectorAnswer.later(reason: "busy", after: nil)
        let setting = setting([busy, busy, busy], droppedBefore: 3) { $0.attempts = 3 }
        setting.hand.yield(requests(4))
        let running = Task { await setting.exporter.run() }
        let deadline = ContinuousClock.now + .seconds(60)
        while setting.exporter.figures.dropped < 11, ContinuousClock.now < deadline { await Task.yield() }
        let figures = setting.exporter.figures
        #expect(figures.dropped == 11 && figures.exported == 0)
        #expect(figures.failure == "busy" && figures.failingSince != nil)
        setting.hand.yield(requests(1))
        setting.hand.finish()
        await running.value
        #expect(setting.exporter.figures == SpanFigures(exported: 2, dropped: 11))
    }

    @Test func `what waits is bounded`() async throws {
        let setting = setting()
        setting.hand.yield(requests(25))
        setting.hand.finish()
        await setting.exporter.run()
        #expect(setting.exporter.figures.exported + setting.exporter.figures.dropped == 50)
        #expect(setting.exporter.figures.dropped >= 30)
    }

    @Test func `who is in a hurry tries nothing again`() async throws {
        let setting = setting([.later(reason: "busy", after: 30)]) { $0.pause = .seconds(60) }
        setting.exporter.hurry()
        setting.hand.yield(requests(1))
        setting.hand.finish()
        await setting.exporter.run()
        #expect(setting.exporter.figures.dropped == 2)
    }

    @Test(
        arguments: [
            (200, nil, "{}", CollectorAnswer.taken(rejected: 0, message: "")),
            (202, nil, "", .taken(rejected: 0, message: "")),
            (
                200, nil, #"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"x"}}"#,
                .taken(rejected: 3, message: "x")
            ),
            (200, nil, #"{"partialSuccess":{"rejectedSpans":2}}"#, .taken(rejected: 2, message: "")),
            (200, nil, #"{"partialSuccess":{"rejectedSpans":-2}}"#, .taken(rejected: 0, message: "")),
            (429, "7", "", .later(reason: "it answers 429", after: 7)),
            (503, nil, "", .later(reason: "it answers 503", after: nil)),
            (504, "Thu, 01 Jan 1970", "", .later(reason: "it answers 504", after: nil)),
            (400, nil, " no\nsuch  thing", .refused(reason: "it answers 400: no such thing")),
            (500, nil, "\u{1b}[31m", .refused(reason: "it answers 500: [31m")),
            (302, nil, "", .refused(reason: "it answers 302")),
        ] as [(UInt, String?, String, CollectorAnswer)])
    func `answers are understood`(status: UInt, retryAfter: String?, body: String, answer: CollectorAnswer) {
        #expect(CollectorAnswer(status: status, retryAfter: retryAfter, body: Array(body.utf8)) == answer)
    }
}
