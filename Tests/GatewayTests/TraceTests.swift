import Gateway
import Routing
import Testing

@testable import Lab

/// W3C Trace Context: whose traces are gone on with, what endpoints are told, and what is handed out of sampled requests.
@Suite(.apart) struct TraceTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let caller = "b7ad6b7169203331"
    private static let sampled = "traceparent: 00-\(trace)-\(caller)-01"

    private func edge(
        _ description: TableDescription, sample: Double = 0, trust: TracingConfiguration.Trust = .all,
        keeps: Bool = false, workers: Int = 1, _ more: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> Edge {
        try Edge(description, workers: workers) {
            $0.tracing = TracingConfiguration()
            $0.tracing?.sample = sample
            $0.tracing?.trust = trust
            $0.tracing?.keepsSpans = keeps
            more(&$0)
        }
    }

    /// The parts of the one `traceparent` that an endpoint got.
    private func parts(_ head: MessageHead) throws -> (trace: String, span: String, flags: String) {
        let values = head.values("traceparent")
        let words = try #require(values.first).split(separator: "-").map(String.init)
        #expect(values.count == 1 && words.count == 4 && words[0] == "00", "\(values)")
        #expect(words[1].count == 32 && words[2].count == 16 && words[1].contains { $0 != "0" })
        return (words[1], words[2], words[3])
    }

    private func seen(_ edge: Edge, _ fields: String...) throws -> MessageHead {
        let lines = ["GET / HTTP/1.1", "Host: \(host)"] + fields
        return MessageHead(raw: try edge.client.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n").body)
    }

    @Test func withoutTracingTheFieldsGoThroughAsTheyAre() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let head = try seen(edge, "Traceparent: no sense", "TRACESTATE: A B", "tracestate: c=d")
        #expect(head.values("traceparent") == ["no sense"])
        #expect(head.values("tracestate") == ["A B", "c=d"])
        #expect(try seen(edge).values("traceparent").isEmpty)
    }

    @Test func aTraceIsGoneOnWith() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try edge(.one([backend.address]))
        let head = try seen(edge, Self.sampled, "tracestate: a=1,  b=2", "tracestate: c=3")
        let (trace, span, flags) = try parts(head)
        #expect(trace == Self.trace && span != Self.caller && flags == "01")
        #expect(head.values("tracestate") == ["a=1,b=2,c=3"])
        let unsampled = try parts(seen(edge, "traceparent: 00-\(Self.trace)-\(Self.caller)-00"))
        #expect(unsampled.trace == Self.trace && unsampled.flags == "00")
        // The span is the request's own.
        #expect(unsampled.span != span)
    }

    @Test(arguments: [
        ["traceparent: 00-\(trace)-\(caller)-1"], ["traceparent: ff-\(trace)-\(caller)-01"], [sampled, sampled], [],
    ])
    func whatIsNoTraceIsBegunAnew(fields: [String]) throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try edge(.one([backend.address]))
        let lines = ["GET / HTTP/1.1", "Host: \(host)"] + fields + ["tracestate: a=1"]
        let head = MessageHead(raw: try edge.client.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n").body)
        let (trace, _, flags) = try parts(head)
        #expect(trace != Self.trace && flags == "00")
        #expect(head.values("tracestate").isEmpty)
    }

    @Test(arguments: [
        (TracingConfiguration.Trust.all, "10.0.0.0/8", true), (.proxies, "127.0.0.0/8", true),
        (.proxies, "10.0.0.0/8", false), (.none, "127.0.0.0/8", false),
    ])
    func whoIsNotTrustedBeginsNoTrace(trust: TracingConfiguration.Trust, proxies: String, isBelieved: Bool) throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try edge(.one([backend.address]), trust: trust) {
            $0.trustedProxies = [Network(proxies)].compactMap { $0 }
        }
        let head = try seen(edge, Self.sampled, "tracestate: a=1")
        #expect((try parts(head).trace == Self.trace) == isBelieved)
        #expect((try parts(head).flags == "01") == isBelieved)
        #expect(head.values("tracestate") == (isBelieved ? ["a=1"] : []))
    }

    @Test func aShareOfTracesIsSampled() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try edge(.one([backend.address]), sample: 0.25)
        let stream = try edge.client.connect()
        var (traces, sampled) = (Set<String>(), 0)
        for _ in 0..<800 {
            let (trace, _, flags) = try parts(MessageHead(raw: try stream.roundTrip(get()).body))
            traces.insert(trace)
            if flags == "01" {
                sampled += 1
                // By the second half of the id, as others decide who sample by ratio.
                #expect(UInt64(trace.suffix(16), radix: 16).map { $0 < 1 << 62 } == true)
            }
        }
        #expect(traces.count == 800)
        #expect((120...290).contains(sampled), "\(sampled)")
    }

    @Test func aRouteMayWithholdIt() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try edge(
            .one([backend.address], route: { $0.requestHeaders.remove = ["Traceparent", "Tracestate"] }))
        let head = try seen(edge, Self.sampled, "tracestate: a=1")
        #expect(head.values("traceparent").isEmpty && head.values("tracestate").isEmpty)
    }

    @Test func endpointsThatSpeakHTTP2AreToldToo() throws {
        let backend = try TestBackend("b", .mirror)
        // The next gateway does nothing with traces: what it forwards is what it was told.
        let next = try Edge(.one([backend.address])) { $0.listeners[0].http2 = true }
        let edge = try edge(.one(["127.0.0.1:\(next.port())"], service: { $0.protocol = .h2c }), keeps: true)
        let spans = SpanCatcher(edge.gateway)
        let head = try seen(edge, Self.sampled, "tracestate: a=1")
        let (trace, span, flags) = try parts(head)
        #expect(trace == Self.trace && flags == "01" && head.values("tracestate") == ["a=1"])
        #expect(try spans.wait(for: 1)[0].tries == [UInt64(span, radix: 16)])
    }

    @Test func sampledRequestsAreHandedOut() throws {
        let backend = try TestBackend("b")
        let edge = try edge(.one([backend.address], generation: 5), keeps: true)
        let spans = SpanCatcher(edge.gateway)
        _ = try edge.client.exchange(get("/unsampled"))
        _ = try edge.client.exchange(get("/x?y=1", Self.sampled, "User-Agent: a b"))
        _ = try edge.client.exchange("GET /none HTTP/1.1\r\nHost: other\r\n\(Self.sampled)\r\n\r\n")
        let all = try spans.wait(for: 2)
        let first = all[0]
        #expect(first.traceHigh == 0x0af7_6519_16cd_43dd && first.traceLow == 0x8448_eb21_1c80_319c)
        #expect(first.parent == 0xb7ad_6b71_6920_3331 && first.span != first.parent && first.span != 0)
        #expect(first.request.line == "GET /x?y=1 HTTP/1.1" && first.request.status == 200)
        #expect(first.request.route == "web" && first.userAgent == "a b" && first.peer == "127.0.0.1")
        #expect(!first.request.isSecure && first.request.listener == "http" && first.tries.count == 1)
        let attempt = try #require(first.request.tries.first)
        #expect(attempt.endpoint == backend.address && attempt.outcome == "answered")
        #expect(first.ended >= first.began)
        // The endpoint's parent is the try.
        let told = try #require(backend.requests.last?["traceparent"]).split(separator: "-")
        #expect(UInt64(told[2], radix: 16) == first.tries[0])
        #expect(all[1].request.failure == "no-route" && all[1].tries.isEmpty && all[1].request.status == 404)
    }

    @Test func eachTryIsASpanOfItsOwn() throws {
        let bad = try TestBackend("bad", .closeAfterRequest)
        let good = try TestBackend("good")
        let edge = try edge(.one([bad.address, good.address]), sample: 1, keeps: true)
        let spans = SpanCatcher(edge.gateway)
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "good") }
        let retried = try #require(try spans.wait(for: 4).first { $0.tries.count == 2 })
        #expect(retried.request.tries.map(\.outcome) == ["upstream-reset", "answered"])
        #expect(retried.tries[0] != retried.tries[1] && retried.request.failure == nil)
        let told = good.requests.compactMap { $0["traceparent"]?.split(separator: "-")[2] }
        #expect(told.contains { UInt64($0, radix: 16) == retried.tries[1] })
        let before = bad.requests.compactMap { $0["traceparent"]?.split(separator: "-")[2] }
        #expect(before.contains { UInt64($0, radix: 16) == retried.tries[0] })
    }

    @Test func aHedgeIsATry() throws {
        let slow = try TestBackend("slow", .stall)
        let fast = try TestBackend("fast")
        let description = TableDescription.one([slow.address, fast.address]) {
            $0.hedge = HedgePolicy()
            $0.hedge?.delay = 30
        }
        let edge = try edge(description, sample: 1, keeps: true)
        let spans = SpanCatcher(edge.gateway)
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "fast") }
        let hedged = try spans.wait(for: 4).filter { $0.tries.count == 2 }
        #expect(!hedged.isEmpty)
        for request in hedged {
            #expect(request.request.tries.map(\.outcome) == ["overtaken", "answered"])
            #expect(request.request.tries.map(\.endpoint) == [slow.address, fast.address])
            for (backend, span) in zip([slow, fast], request.tries) {
                let told = backend.requests.compactMap { $0["traceparent"]?.split(separator: "-")[2] }
                #expect(told.contains { UInt64($0, radix: 16) == span })
            }
        }
    }

    @Test func nobodyIsWaitedFor() throws {
        let backend = try TestBackend("b")
        let edge = try edge(.one([backend.address]), sample: 1, keeps: true)
        let stream = try edge.client.connect()
        let long = String(repeating: "l", count: 7_000)
        // Nobody takes them: 16 pieces wait, and what comes then is dropped.
        let deadline = Deadline.after(.seconds(60))
        while edge.gateway.tracedRequestsDropped == 0, !deadline.hasPassed {
            for _ in 0..<50 { #expect(try stream.roundTrip(get("/\(long)")).status == 200) }
        }
        #expect(edge.gateway.tracedRequestsDropped > 0)
    }

    @Test func theAccessLogNamesTraceAndSpan() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try edge(.one([backend.address])) {
            $0.accessLog = AccessLogConfiguration(path: "\(folder.path)/access.log", format: .json)
        }
        _ = try edge.client.exchange(get("/", Self.sampled))
        let line = try LogFile(folder).lines(1)[0]
        let span = try #require(backend.requests.first?["traceparent"]).split(separator: "-")[2]
        #expect(line.contains("\"trace_id\":\"\(Self.trace)\",\"span_id\":\"\(span)\""), "\(line)")
    }
}

/// Takes what a gateway hands out of sampled requests.
private final class SpanCatcher: Sendable {
    private let requests = Guarded<[TracedRequest]>([])

    init(_ gateway: Gateway) {
        guard let stream = gateway.tracedRequests else { return }
        let requests = requests
        Task(executorPreference: ThreadExecutor()) {
            for await piece in stream { requests.change { $0 += piece } }
        }
    }

    func wait(for count: Int) throws -> [TracedRequest] {
        guard let all = requests.wait(until: .after(.seconds(20)), for: { $0.count >= count ? $0 : nil }) else {
            throw LabError("\(requests.read { $0.count }) sampled requests, not \(count)")
        }
        return all
    }
}
