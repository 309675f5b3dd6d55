/// How many requests a client may make: a token bucket that fills at a rate and holds a burst.
public struct RateLimit: Sendable, Equatable, Hashable, Codable {
    /// Who has a bucket of his own.
    public enum Key: Sendable, Equatable, Hashable, Codable {
        /// A client's address; of IPv6 its /64, which is what one subscriber has.
        case address
        /// The value of a field; requests without it share one bucket.
        case header(String)
        /// The value of a cookie; requests without it share one bucket.
        case cookie(String)
        /// Nobody: all requests share one.
        case everyone
    }

    /// Requests in each `period`; 0: without limit.
    public var requests: Int
    /// Seconds: 1, 60 or 3,600.
    public var period: Int
    /// Requests that may come at once; by default as many as in one period.
    public var burst: Int
    /// Who has a bucket of his own.
    public var key: Key

    /// Requests that a rate may be at the most, in a second.
    public static let maximum = 1_000_000

    /// A limit of `requests` in each `period` seconds.
    public init(requests: Int, period: Int = 1, burst: Int? = nil, key: Key = .address) {
        self.requests = requests
        self.period = period
        self.burst = burst ?? requests
        self.key = key
    }

    /// No limit, where another would hold.
    public static var unlimited: RateLimit { RateLimit(requests: 0) }

    /// Whether it limits anything.
    public var isUnlimited: Bool { requests == 0 }

    /// What a rate looks like, for errors.
    public static let form =
        "it is a number of requests a second, minute or hour: 100/s, 60/m, 1000/h, or 0 for no limit"

    /// The number and period of `100/s`, `60/m`, `1000/h`, or of `100` alone, which is a second's; nil if `text` is no rate.
    public static func rate(_ text: String) -> (requests: Int, period: Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let periods = ["s": 1, "m": 60, "h": 3_600]
        guard let first = parts.first, parts.count <= 2, (1...9).contains(first.utf8.count),
            first.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), let number = Int(first),
            let period = parts.count == 2 ? periods[String(parts[1])] : 1, number <= maximum * period
        else { return nil }
        return (number, period)
    }
}
