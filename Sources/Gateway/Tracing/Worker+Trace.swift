internal import Reactor
internal import Routing
internal import Wire

/// Traces of requests (W3C Trace Context): gone on with or begun, told to the endpoint, and kept of those that are sampled.
///
/// Each try of a sampled request is a span of its own, and the endpoint's parent: its id is put into the head that is sent
/// again, where the former's stood.
extension Worker {
    // MARK: - The context

    /// Goes on with the trace that the request is part of, or begins one.
    mutating func beginTrace(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        let slot = Int(exchange.value.index)
        traces.reserve(slot + 1)
        var trace = RequestTrace()
        trace.span = random.next() | 1
        if let parent = unsafe parentOf(exchange, bytes) {
            (trace.high, trace.low) = (parent.traceHigh, parent.traceLow)
            trace.parent = parent.parent
            trace.isSampled = parent.isSampled
        } else {
            (trace.high, trace.low) = (random.next(), random.next() | 1)
            trace.isSampled = tracing.samples(trace.low)
        }
        traces[slot] = trace
    }

    /// The exchange in this place has no trace.
    mutating func clearTrace(of slot: Int32) {
        traces.reserve(Int(slot) + 1)
        traces[Int(slot)] = RequestTrace()
    }

    /// What the one `traceparent` of the request says, if it is believed.
    private func parentOf(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) -> TraceParent? {
        guard tracing.trust == .all || (tracing.trust == .proxies && exchange.value.isTrusted) else { return nil }
        var found = -1
        for position in 0..<requestHead.fieldCount
        where fields[position].name == .traceParent && !fields[position].isHopByHop {
            // Two are none: nobody knows which is meant.
            if found >= 0 { return nil }
            found = position
        }
        return found < 0 ? nil : unsafe TraceParent(slice(bytes, fields[found].value))
    }

    /// Whether spans are made of the request.
    func isRecorded(_ exchange: Ref<Exchange>) -> Bool {
        traces[Int(exchange.value.index)].isSampled
    }

    /// The `traceparent` line and, where a trace is gone on with, the client's `tracestate`.
    mutating func writeTraceContext(
        _ out: inout Buffer, _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer
    ) {
        let slot = Int(exchange.value.index)
        pool.reserve(TraceState.octetLimit + 128, in: &out)
        out.append("traceparent: 00-")
        appendRequestID(&out, traces[slot].high)
        appendRequestID(&out, traces[slot].low)
        out.append("-")
        traces[slot].parentAt = out.end
        appendRequestID(&out, traces[slot].span)
        out.append(traces[slot].isSampled ? "-01\r\n" : "-00\r\n")
        guard traces[slot].parent != 0 else { return }
        let before = out.end
        out.append("tracestate: ")
        var state = TraceState()
        guard let base = unsafe out.base else { return }
        let room = unsafe UnsafeMutableRawBufferPointer(start: base + Int(out.end), count: TraceState.octetLimit)
        for position in 0..<requestHead.fieldCount where fields[position].name == .traceState {
            unsafe state.add(slice(bytes, fields[position].value), into: room)
        }
        guard state.isKept else {
            out.end = before
            return
        }
        out.end += UInt32(state.count)
        out.append("\r\n")
    }

    // MARK: - Tries

    /// A try of the exchange begins: where it is sampled, the endpoint's parent is a span of the try's own.
    mutating func beginTry(_ exchange: Ref<Exchange>) {
        let slot = Int(exchange.value.index)
        if exchange.value.isHedge {
            traces.reserve(slot + 1)
            traces[slot] = traces[Int(exchange.value.partner)]
        }
        guard tracing.keepsSpans, traces[slot].isSampled else { return }
        traces[slot].attempt = random.next() | 1
        tell(exchange, traces[slot].attempt, at: traces[slot].parentAt)
    }

    /// Names the endpoint's parent in the head that is about to be sent.
    private func tell(_ exchange: Ref<Exchange>, _ span: UInt64, at place: UInt32) {
        var out = exchange.value.outbound
        // Once the head has left there is none that could be sent again.
        guard place > 0, place + 16 <= exchange.value.outboundHead, exchange.value.outboundHead <= out.end else {
            return
        }
        let end = out.end
        out.end = place
        appendRequestID(&out, span)
        out.end = end
    }

    /// The exchange goes on with its hedge's try.
    mutating func takeTry(_ exchange: Ref<Exchange>, of hedge: Ref<Exchange>) {
        traces[Int(exchange.value.index)].attempt = traces[Int(hedge.value.index)].attempt
    }

    // MARK: - The end

    /// Hands the finished exchange to whoever exports spans; `entry` and `text` are what the access log has of it.
    mutating func putTrace(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ entry: LogEntry, _ text: UnsafeRawBufferPointer
    ) {
        guard let ring = handle.traces else { return }
        let trace = traces[Int(exchange.value.index)]
        let head = TraceEntry(parent: trace.parent, attempt: trace.attempt, peer: client.value.peer)
        let (first, second) = (MemoryLayout<TraceEntry>.stride, MemoryLayout<LogEntry>.stride)
        var whole = pool.take(first + second + text.count)
        unsafe withUnsafeBytes(of: head) { unsafe whole.append($0) }
        whole.end = UInt32(first)
        unsafe withUnsafeBytes(of: entry) { unsafe whole.append($0) }
        whole.end = UInt32(first + second)
        unsafe whole.append(text)
        unsafe ring.put(UnsafeRawBufferPointer(whole.bytes))
        pool.give(&whole)
    }
}
