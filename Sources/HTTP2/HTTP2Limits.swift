/// What one HTTP/2 connection may ask of a worker (RFC 9113 §6.5.2, §10.5).
///
/// All of it holds for each connection by itself. What has a rate is a bucket: so much at once, then so much a second.
public struct HTTP2Limits: Sendable {
    /// Streams that the peer may have open at once.
    ///
    /// RFC 9113 §6.5.2 recommends no fewer than 100; nginx has 128. A stream counts until its owner has released it, so
    /// that resetting requests makes no room for new ones before their work here has ended (CVE-2023-44487).
    public var maxConcurrentStreams = 100
    /// Octets of a body that may be under way on one stream: 256 KiB, 20 Mbit/s over 100 ms.
    public var streamWindow = 256 << 10
    /// Octets of all bodies that may be under way: 1 MiB, what a worker is ready to hold for one connection.
    public var connectionWindow = 1 << 20
    /// Octets of a frame's payload: RFC 9113's smallest, so that no frame blocks the others for long.
    public var maxFrameSize = 16_384
    /// Octets of a decoded field section, 32 a field added (RFC 9113 §6.5.2): what HTTP/1 heads may have.
    public var headerListBytes = 32 << 10
    /// Fields of a head, as for HTTP/1.
    public var fieldCount = 100
    /// Octets of the table that the peer's fields are compressed by: RFC 9113's default, and no more for HPACK bombs.
    public var headerTableBytes = 4096
    /// CONTINUATION frames of a field section: nine frames of 16 KiB hold four times what is allowed (VU#421644).
    public var maxContinuations = 8
    /// Entries of a SETTINGS frame; there are nine settings.
    public var maxSettings = 32
    /// Acknowledgements that may wait for a peer that does not read (CVE-2019-9512, CVE-2019-9515); nghttp2's default.
    public var maxOutboundAcknowledgements = 1000
    /// Streams reset, by the peer or by us because it broke rules: 200 a second is twice what browsers do when a page
    /// of hundreds of images is left (CVE-2023-44487, CVE-2025-8671).
    public var resets = HTTP2Rate(burst: 400, perSecond: 200)
    /// PINGs: bandwidth probes send one a round trip, which the DATA that they come with pays for; keep-alive sends few.
    public var pings = HTTP2Rate(burst: 200, perSecond: 10)
    /// SETTINGS frames: one at the beginning, and hardly ever another.
    public var settings = HTTP2Rate(burst: 20, perSecond: 1)
    /// Frames that carry nothing: WINDOW_UPDATE, PRIORITY, unknown types (1 each), DATA without octets (10).
    ///
    /// Each DATA frame that we send pays for three of them, each new stream for two.
    public var glitches = HTTP2Rate(burst: 1000, perSecond: 100)
    /// Streams of a connection before it is ended gracefully: HAProxy and nginx end at 1 000 to 10 000 requests.
    public var streamsPerConnection = 10_000
    /// Streams of a worker: each is a slot of about 160 octets.
    public var streamsPerWorker = 1 << 18
    /// Connections of a worker.
    public var sessionsPerWorker = 1 << 17

    /// The defaults.
    public init() {}
}

/// How often something may happen.
public struct HTTP2Rate: Sendable {
    /// How often at once.
    public var burst: UInt64
    /// How often a second, in the long run.
    public var perSecond: UInt64

    /// A rate; `perSecond` must be 1 to 1 000 000.
    public init(burst: UInt64, perSecond: UInt64) {
        self.burst = burst
        self.perSecond = perSecond
    }
}
