/// A question to Consul's catalog, health or agent endpoints, which answer in JSON.
public struct ConsulQuery: Sendable, Equatable {
    /// The path's segments after `/v1`, not yet encoded: `["health", "service", "web"]`.
    public var segments: [String]
    /// The parameters, not yet encoded.
    public var parameters: [String: String]
    /// Where it is asked.
    public var scope: ConsulScope

    /// A question.
    public init(_ segments: [String], parameters: [String: String] = [:], in scope: ConsulScope = ConsulScope()) {
        self.segments = segments
        self.parameters = parameters
        self.scope = scope
    }

    /// Its path, encoded.
    var path: String {
        "/v1/" + segments.map { PercentCoding.encodeQuery($0) }.joined(separator: "/")
    }

    /// For logs and errors: `health/service/web`.
    public var name: String { segments.joined(separator: "/") }
}
