internal import Gateway
internal import KeyValue

/// How fast something goes, over the span of a ``RateReading``.
struct RateFigures: Sendable, Equatable {
    /// Requests begun, and TCP sessions.
    var requests = 0.0
    /// Answers of 5xx, and what broke.
    var failures = 0.0
    /// Octets from clients, and to them.
    var bytesIn = 0.0
    var bytesOut = 0.0

    /// Nothing happens.
    init() {}

    /// What `counters` have grown by in `seconds`, with as many `failures`.
    init(_ counters: TrafficCounters, failures: UInt64, seconds: Double) {
        requests = Self.rate(counters.requests, seconds)
        self.failures = Self.rate(failures, seconds)
        bytesIn = Self.rate(counters.bytesIn, seconds)
        bytesOut = Self.rate(counters.bytesOut, seconds)
    }

    /// Whether nothing happens.
    var isIdle: Bool { self == RateFigures() }

    /// As members of an object.
    func write(to writer: inout JSONWriter) {
        writer.member("requests_per_second", requests)
        writer.member("failures_per_second", failures)
        writer.member("bytes_in_per_second", bytesIn)
        writer.member("bytes_out_per_second", bytesOut)
    }

    /// To the thousandth, which keeps the text short.
    private static func rate(_ count: UInt64, _ seconds: Double) -> Double {
        seconds > 0 ? (Double(count) / seconds * 1000).rounded() / 1000 : 0
    }
}

extension DurationHistogram {
    /// What came since `former`; all of it where that is nil or had more.
    func growth(since former: DurationHistogram?) -> DurationHistogram {
        guard let former, former.count <= count else { return self }
        var growth = DurationHistogram()
        for index in counts.indices { growth.counts[index] = counts[index].less(former.counts[index]) }
        growth.sum = sum.less(former.sum)
        return growth
    }
}

extension UInt64 {
    /// The difference, 0 where `other` is more.
    fileprivate func less(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
