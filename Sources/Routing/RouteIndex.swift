/// From host and path to the routes that may match: what ``RoutingTable/match(host:path:method:methodName:head:fields:)`` reads.
///
/// Hosts and paths are found by hash: a host, each of its suffixes and its first label in one index each; a path under its
/// host whole, then cut to each length that this host has a prefix of. All names lie in one pool of octets.
struct RouteIndex: Sendable {
    /// Paths of one host.
    struct Host: Sendable {
        /// Whether it has exact paths.
        var hasExact = false
        /// The place for any path, or -1.
        var anyPath: Int32 = -1
        /// Lengths of its prefixes, longest first: `prefixLengths[firstLength ..< firstLength + lengthCount]`.
        var firstLength: Int32 = 0
        /// How many.
        var lengthCount: Int32 = 0
        /// Its regexes in order: `pathRegexes[firstRegex ..< firstRegex + regexCount]`.
        var firstRegex: Int32 = 0
        /// How many.
        var regexCount: Int32 = 0
    }

    /// Routes that share host and path, in the order in which they are tried.
    struct Place: Sendable {
        /// The first of them: `candidates[first ..< first + count]`.
        var first: Int32 = 0
        /// How many.
        var count: Int32 = 0
    }

    /// A regex and where it leads: a host, or a place.
    struct RegexEntry: Sendable {
        /// Index into `regexes`.
        var regex: Int32
        /// Index into `hosts` or `places`.
        var target: Int32
    }

    /// Octets of all names.
    ///
    /// The first is a slash: the path that an empty one stands for.
    var pool: [UInt8] = [UInt8(ascii: "/")]
    /// Hosts by whole name.
    var exactHosts: ByteIndex
    /// Hosts by what follows `*.`.
    var wildcards: ByteIndex
    /// Which lengths those have.
    var wildcardLengths = LengthSet()
    /// Hosts by first label.
    var firstLabels: ByteIndex
    /// Regex hosts, in order.
    var hostRegexes: [RegexEntry] = []
    /// The host of routes for any host, or -1.
    var anyHost: Int32 = -1
    /// All hosts.
    var hosts: [Host] = []
    /// Places by path: exact and prefix, salted with the host.
    var paths: ByteIndex
    /// See ``Host/firstLength``.
    var prefixLengths: [UInt16] = []
    /// See ``Host/firstRegex``.
    var pathRegexes: [RegexEntry] = []
    /// All places.
    var places: [Place] = []
    /// Routes, each place's together.
    var candidates: [Int32] = []
    /// What each route asks for.
    var conditions: [RouteConditions] = []
    /// Methods by name.
    var methodNames: [PoolRange] = []
    /// Fields asked for.
    var headers: [HeaderCondition] = []
    /// All regular expressions.
    var regexes: [Regex] = []

    /// An index without routes.
    init() {
        // Of the operating system's randomness: who adds hosts must not know which collide.
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        exactHosts = ByteIndex(seed: seed)
        wildcards = ByteIndex(seed: seed)
        firstLabels = ByteIndex(seed: seed)
        paths = ByteIndex(seed: seed)
    }

    /// What tells a host's exact paths from its prefixes and from those of others.
    static func salt(host: Int, isPrefix: Bool) -> UInt32 {
        UInt32(truncatingIfNeeded: host) << 1 | (isPrefix ? 1 : 0)
    }
}

/// Lengths of names, 0 to 255; longer ones count as 255.
struct LengthSet: Sendable {
    private var bits: InlineArray<4, UInt64> = [0, 0, 0, 0]

    /// Adds `length`.
    mutating func insert(_ length: Int) {
        let length = min(length, 255)
        bits[length >> 6] |= 1 << UInt64(length & 63)
    }

    /// Whether `length` is in it.
    @inline(__always)
    func contains(_ length: Int) -> Bool {
        let length = min(length, 255)
        return bits[length >> 6] & 1 << UInt64(length & 63) != 0
    }
}
