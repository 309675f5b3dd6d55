/// What is done with traces (W3C Trace Context): whose are gone on with, which are begun, and whether spans are kept.
public struct TracingConfiguration: Sendable, Equatable {
    /// Whose `traceparent` is gone on with; of others a trace is begun anew.
    public enum Trust: String, Sendable, CaseIterable {
        /// That of ``GatewayConfiguration/trustedProxies``, as of their X-Request-Id.
        case proxies
        /// Everybody's: who calls decides what is sampled, too.
        case all
        /// Nobody's.
        case none
    }
    /// The share of traces begun here that are sampled, 0 to 1.
    public var sample = 0.01
    /// Whose traces are gone on with.
    public var trust = Trust.proxies
    /// Sampled requests are handed out at ``Gateway/tracedRequests``.
    public var keepsSpans = false

    /// One of a hundred traces, and nothing kept.
    public init() {}
}

/// The same as workers have it.
struct TraceSampler {
    let isOn: Bool
    let trust: TracingConfiguration.Trust
    let keepsSpans: Bool
    /// Traces whose second half, as a number of 63 bits, is less are sampled: the same for whoever samples by ratio so.
    private let bound: UInt64

    init(_ configuration: TracingConfiguration?) {
        isOn = configuration != nil
        trust = configuration?.trust ?? .none
        keepsSpans = configuration?.keepsSpans ?? false
        let share = max(0, min(1, configuration?.sample ?? 0))
        bound = share >= 1 ? 1 << 63 : UInt64(share * 9_223_372_036_854_775_808)
    }

    /// Whether a trace that begins here, with this second half of its id, is sampled.
    func samples(_ low: UInt64) -> Bool { low >> 1 < bound }
}
