internal import Reactor
internal import Routing

/// A try that came to nothing, as it lies in a log entry's text: these twenty octets, then the endpoint's address.
struct LoggedTry {
    /// Microseconds from the request's head to the try, and from then to its end.
    var beganAfter: UInt32
    var took: UInt32
    /// ``GatewayError/Kind``, or ``overtaken``.
    var kind: UInt8
    var isReused: Bool
    var addressCount: UInt8
    /// Its span; 0 where the request is not sampled.
    var span: UInt64

    /// The kind of a try that was cut since another had its answer first.
    static let overtaken: UInt8 = 255
    /// Octets of one request's tries that are written down, a little more than one of them.
    static let limit = 1_024
    private static let size = 20

    /// What is to be appended for it.
    func append(to record: inout Buffer) {
        for number in [beganAfter, took] {
            for shift in [0, 8, 16, 24] as [UInt32] { record.append(byte: UInt8(truncatingIfNeeded: number >> shift)) }
        }
        for octet in [kind, isReused ? 1 : 0, addressCount, 0] { record.append(byte: octet) }
        unsafe withUnsafeBytes(of: span) { unsafe record.append($0) }
    }

    /// Calls `body` with each try in `octets`, and the address of its endpoint.
    static func each(in octets: ArraySlice<UInt8>, _ body: (LoggedTry, ArraySlice<UInt8>) -> Void) {
        var rest = octets
        while rest.count >= size {
            let head = Array(rest.prefix(size))
            func number(_ place: Int) -> UInt32 {
                (0..<4).reduce(0) { $0 | UInt32(head[place + $1]) << UInt32(8 * $1) }
            }
            let logged = LoggedTry(
                beganAfter: number(0), took: number(4), kind: head[8], isReused: head[9] == 1, addressCount: head[10],
                span: UInt64(number(12)) | UInt64(number(16)) << 32)
            rest = rest.dropFirst(size)
            body(logged, rest.prefix(Int(logged.addressCount)))
            rest = rest.dropFirst(Int(logged.addressCount))
        }
    }
}

extension Worker {
    /// Writes down for the log that a try has come to nothing.
    ///
    /// - Parameters:
    ///   - exchange: the client's, which has the record.
    ///   - attempt: whose endpoint was asked: the same, or its hedge.
    ///   - error: why; nil: another had its answer first.
    mutating func noteTry(_ exchange: Ref<Exchange>, of attempt: Ref<Exchange>, _ error: GatewayError?) {
        guard log != nil || tracing.keepsSpans, !exchange.value.record.isEmpty, attempt.value.endpoint >= 0,
            Int(exchange.value.recordParts.tries) < LoggedTry.limit,
            let table = exchange.value.hold >= 0 ? holds[exchange.value.hold].value.table : nil
        else { return }
        let before = exchange.value.record.count
        pool.reserve(before + 128, in: &exchange.value.record)
        var address = pool.take(64)
        let count = append(table.endpoints[Int(attempt.value.endpoint)].address, to: &address)
        LoggedTry(
            beganAfter: UInt32(clamping: (attempt.value.chosen &- attempt.value.started) / 1_000),
            took: UInt32(clamping: (now &- attempt.value.chosen) / 1_000),
            kind: error?.kind.rawValue ?? LoggedTry.overtaken,
            isReused: attempt.value.isReused, addressCount: UInt8(count),
            span: tracing.isOn ? traces[Int(attempt.value.index)].attempt : 0
        ).append(to: &exchange.value.record)
        unsafe exchange.value.record.append(UnsafeRawBufferPointer(address.bytes))
        pool.give(&address)
        exchange.value.recordParts.tries += UInt16(exchange.value.record.count - before)
    }
}
