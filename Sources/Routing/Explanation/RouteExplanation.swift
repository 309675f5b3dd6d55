/// The route that a request takes, and what it does with it.
public struct RouteExplanation: Sendable, Equatable, Codable {
    /// Its name.
    public var name: String
    /// Where it came from.
    public var provenance: Provenance
    /// The path and query that the endpoint gets; nil if the edge answers by itself.
    public var target: String?
    /// What makes of the request's path the endpoint's, in order.
    public var rewrites: [String] = []
    /// Fields of the request that are set.
    public var setsRequestFields: [NameValue] = []
    /// Fields of the request that are removed.
    public var removesRequestFields: [String] = []
    /// Fields of the answer that are set.
    public var setsAnswerFields: [NameValue] = []
    /// Fields of the answer that are removed.
    public var removesAnswerFields: [String] = []

    init(_ description: RouteDescription) {
        name = description.name
        provenance = description.provenance
        if let prefix = description.stripPrefix { rewrites.append("strip_prefix \(prefix)") }
        if let rewrite = description.rewrite { rewrites.append("rewrite \(rewrite.match) to \(rewrite.to)") }
        setsRequestFields = description.requestHeaders.set
        removesRequestFields = description.requestHeaders.remove
        setsAnswerFields = description.responseHeaders.set
        removesAnswerFields = description.responseHeaders.remove
    }
}

/// A service that a route leads to, with all that a request meets there.
public struct ServiceExplanation: Sendable, Equatable, Codable {
    /// A setting that applies, and who says so.
    public struct Term: Sendable, Equatable, Codable {
        /// `timeout.connect`, `retry.attempts`, `body`.
        public var name: String
        /// `2 s`, `none`.
        public var value: String
        /// Who says so: `route`, `service`, `endpoints` (their values in the store), `defaults`, `listener`; `default` where
        /// nobody has said anything.
        public var of: String
        /// Where it says so; nil where nobody knows, as of defaults that are built in.
        public var provenance: Provenance?
        /// The settings that it comes from, by their names in a configuration.
        public var settings: [String] = []

        private enum CodingKeys: String, CodingKey {
            case name, value, of, provenance
        }
    }

    /// What ties the request to one endpoint.
    public struct Affinity: Sendable, Equatable, Codable {
        /// `client address`, `header X-User`, `cookie portico-1234abcd`.
        public var by: String
        /// Whether the request has it.
        public var isPresent: Bool
        /// The endpoint that it leads to, as things stand; nil if it leads to none.
        public var endpoint: String?

        private enum CodingKeys: String, CodingKey {
            case by, endpoint
            case isPresent = "present"
        }
    }

    /// Its name.
    public var name: String
    /// Its share of the route's requests, 0 to 1.
    public var share: Double
    /// What becomes of a request that falls to it.
    public var outcome: Explanation.Outcome
    /// What is asked of a request that falls to it, in order.
    public var gates: [ExplanationGate] = []
    /// How its requests are spread: `round-robin`.
    public var balance: String
    /// What ties the request to one of its endpoints.
    public var affinities: [Affinity] = []
    /// The settings that apply.
    public var terms: [Term] = []
    /// Where its endpoints say of it what attributes say, by their names.
    public var attributePlaces: [String: Provenance] = [:]
    /// Its endpoints, those that would be asked first.
    public var endpoints: [EndpointExplanation] = []
    /// How many more it has that are not listed.
    public var moreEndpoints = 0
    /// How many of its endpoints would be asked as things stand.
    public var used = 0

    private enum CodingKeys: String, CodingKey {
        case name, share, outcome, gates, balance, affinities, terms, endpoints, moreEndpoints, used
    }
}

/// An endpoint, and what the balancer makes of it.
public struct EndpointExplanation: Sendable, Equatable, Codable {
    /// Whether it gets requests.
    public enum State: String, Sendable, Codable {
        /// It is in.
        case `in`
        /// Its health checks fail.
        case down
        /// It is out for answering badly.
        case ejected
        /// It could not be reached, and is left out for a moment.
        case unreachable
        /// It has as many requests as it may.
        case full
        /// It drains.
        case draining
        /// Its weight is 0.
        case weightless
    }

    /// `10.0.0.5:80`.
    public var address: String
    /// Whether it gets requests.
    public var state: State
    /// Why it does not, or gets fewer than its weight says; empty if there is nothing to say.
    public var reason: String
    /// Its part of the next requests, 0 to 1, as things stand.
    public var share: Double
    /// Its weight.
    public var weight: Int
    /// `rotation`, `near` (the rotation's, in the edge's own zone), `backup`, `unused`.
    public var tier: String
    /// Its zone, empty for none.
    public var zone: String
    /// What it speaks.
    public var `protocol`: String
    /// What its checks say: `unknown`, `up`, `down`.
    public var health: String
    /// Requests at it now, of this edge.
    public var inFlight: Int
    /// Seconds until it is let in again; nil if it is not out for a time.
    public var returnsAfter: Double?
    /// Seconds that its answers take, where the service is balanced by that.
    public var latency: Double?
    /// Where it came from.
    public var provenance: Provenance
}
