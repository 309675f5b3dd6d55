public import Gateway
public import Routing

/// What the configuration says of traces: which are sampled, and where their spans go.
public struct TracingSettings: Sendable, Equatable {
    /// The share of traces begun here that are sampled, 0 to 1.
    public var sample = 0.01
    /// Whose `traceparent` is gone on with.
    public var trust = TracingConfiguration.Trust.proxies
    /// Where spans are sent to, by OTLP over HTTP in JSON; nil: nowhere.
    public var endpoint: String?
    /// Fields of these requests.
    public var headers: [NameValue] = []
    /// `service.name` of the spans' resource.
    public var serviceName = "portico"
    /// More attributes of the resource.
    public var attributes: [NameValue] = []
    /// Milliseconds that the collector has to take a batch.
    public var timeout: UInt32 = 10_000

    /// What is done if nothing is said but that there is tracing.
    public init() {}

    /// The data plane's part.
    public var gateway: TracingConfiguration {
        var configuration = TracingConfiguration()
        configuration.sample = sample
        configuration.trust = trust
        configuration.keepsSpans = endpoint != nil
        return configuration
    }
}
