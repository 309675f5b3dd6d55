/// What was last counted of a service's endpoints, in one word.
struct ServiceCensus {
    /// Of 256 requests those that stay in the zone, less one; 0: none does, 255: all do.
    var nearShare: UInt8 = 0
    /// Fewer endpoints are in than the service's panic threshold.
    var isPanic = false
    /// When it was counted, in units of about a millisecond; 0: never.
    private let time: UInt64

    /// A count that is about to be made.
    init(now: UInt64) {
        time = max(1, now >> 20)
    }

    /// From what was kept.
    init(word: UInt64) {
        time = word >> 16
        nearShare = UInt8(truncatingIfNeeded: word >> 8)
        isPanic = word & 1 == 1
    }

    /// To be kept.
    var word: UInt64 { time << 16 | UInt64(nearShare) << 8 | (isPanic ? 1 : 0) }

    /// Whether it is less than about 64 ms old.
    func isFresh(at now: UInt64) -> Bool {
        time > 0 && now >> 20 >= time && now >> 20 - time < 64
    }

    /// The share of requests that stay in a zone of which `available` of `count` endpoints are in.
    ///
    /// They bear two fifths more than their own part, so all stay until fewer than five of seven are in; below that the share is
    /// in proportion. Envoy spreads over priorities by the same factor.
    static func share(of available: Int, among count: Int) -> UInt8 {
        UInt8(min(255, 255 * 7 * available / (5 * max(1, count))))
    }
}
