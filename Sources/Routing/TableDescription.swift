/// Where a route or an endpoint came from.
public struct Provenance: Sendable, Equatable, Hashable, Codable {
    /// `portico.yaml:12:3` or `consul:services/web-80/h1:c1:80`.
    public var source: String
    /// The store's revision (Consul's ModifyIndex), 0 for files.
    public var revision: UInt64

    /// A fact read from `source` at `revision`.
    public init(source: String, revision: UInt64 = 0) {
        self.source = source
        self.revision = revision
    }
}

/// How a service's requests are spread over its endpoints.
public enum Balance: String, Sendable, Codable, CaseIterable {
    case roundRobin = "round-robin"
    case leastConnections = "least-connections"
    case randomTwo = "random-two"
}

/// The waits of the request path, in milliseconds; 0 means without limit.
@frozen
public struct Timeouts: Sendable, Equatable, Codable {
    /// For a connection to an endpoint to come up.
    public var connect: UInt32 = 2_000
    /// For the first byte of the endpoint's answer after the whole request was sent.
    public var responseHead: UInt32 = 60_000
    /// Between two pieces of a body, in either direction.
    public var idle: UInt32 = 60_000
    /// Of an idle connection kept to an endpoint.
    public var upstreamIdle: UInt32 = 55_000
    /// Of a tunnel (WebSocket, other upgrades) in which nothing moves.
    public var tunnel: UInt32 = 3_600_000

    /// The defaults.
    public init() {}
}

/// When a failed try is made again at another endpoint.
@frozen
public struct RetryPolicy: Sendable, Equatable, Codable {
    /// Tries after the first; 0 turns retries off.
    public var attempts: UInt8 = 2
    /// Which failures are tried again.
    public var causes: RetryCauses = [.connect, .refused, .reset]

    /// The defaults.
    public init() {}
}

/// The failures that a retry answers.
@frozen
public struct RetryCauses: OptionSet, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt16
    /// From bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The connection did not come up in time.
    public static let connect = RetryCauses(rawValue: 1)
    /// The endpoint refused the connection.
    public static let refused = RetryCauses(rawValue: 2)
    /// The connection ended before a byte of the answer.
    public static let reset = RetryCauses(rawValue: 4)
    /// The endpoint answered 502.
    public static let status502 = RetryCauses(rawValue: 8)
    /// The endpoint answered 503.
    public static let status503 = RetryCauses(rawValue: 16)
    /// The endpoint answered 504.
    public static let status504 = RetryCauses(rawValue: 32)
}

/// One address that serves a service.
public struct EndpointDescription: Sendable, Equatable, Codable {
    /// `10.0.0.5:80` or `[::1]:80`.
    public var address: String
    /// 0 to 65535; 0 takes no new request.
    public var weight: Int = 1
    /// Used only when no other endpoint is in.
    public var isBackup = false
    /// Gets no new request, finishes what it has.
    public var isDraining = false
    /// Attributes that nothing here acts on, kept for the operator.
    public var attributes: [String: String] = [:]
    /// Where it came from.
    public var provenance: Provenance

    /// An endpoint at `address`.
    public init(address: String, provenance: Provenance) {
        self.address = address
        self.provenance = provenance
    }
}

/// A service and everything that serves it.
public struct ServiceDescription: Sendable, Equatable, Codable {
    /// `web-80`.
    public var name: String
    /// Its endpoints, in any order.
    public var endpoints: [EndpointDescription] = []
    /// How requests are spread.
    public var balance = Balance.roundRobin
    /// Its waits.
    public var timeouts = Timeouts()
    /// Its retries.
    public var retries = RetryPolicy()
    /// The most connections to one endpoint from this edge, 0 for no limit.
    public var connectionsPerEndpoint = 0
    /// The most octets of a request's body, nil for no limit.
    public var requestBodyLimit: Int64?

    /// A service without endpoints.
    public init(name: String) {
        self.name = name
    }
}

/// A service and its share of a route's requests.
public struct WeightedService: Sendable, Equatable, Codable {
    /// The service's name.
    public var service: String
    /// Its share among the route's services.
    public var weight: Int
    /// A share of `weight`.
    public init(service: String, weight: Int = 1) {
        self.service = service
        self.weight = weight
    }
}

/// Field lines to set and to remove.
public struct HeaderEdits: Sendable, Equatable, Codable {
    /// Name and value of each field that replaces what was sent.
    public var set: [NameValue] = []
    /// Names that are removed.
    public var remove: [String] = []
    /// No edits.
    public init() {}
    /// Whether there is nothing to do.
    public var isEmpty: Bool { self.set.isEmpty && self.remove.isEmpty }
}

/// A name with its value, in the order of the document that it came from.
public struct NameValue: Sendable, Equatable, Codable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// `name: value`.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A rewrite of the path by a regular expression: `$1`, `${name}` in `to` stand for groups.
public struct PathRewrite: Sendable, Equatable, Codable {
    /// PCRE2 pattern.
    public var match: String
    /// Replacement.
    public var to: String
    /// `match` becomes `to`.
    public init(match: String, to: String) {
        self.match = match
        self.to = to
    }
}

/// An answer that sends the client elsewhere.
public struct Redirect: Sendable, Equatable, Codable {
    /// Where to; `$scheme $host $request_uri $path $query` and `$1` (of a regex path) are replaced.
    public var to: String
    /// 301, 302, 303, 307 or 308.
    public var status: Int
    /// To `to` with `status`.
    public init(to: String, status: Int = 301) {
        self.to = to
        self.status = status
    }
}

/// One route as an operator, a key or an attribute describes it.
public struct RouteDescription: Sendable, Equatable, Codable {
    /// Unique; the last tie-break of the match order.
    public var name: String
    /// `shop.example.com`, `*.example.com`, `~regex`, or empty for any host; `web-80.*` is any host whose first label is
    /// `web-80`, the bare label included: what a service without hosts is reached by. Looked up by hash like the others,
    /// after wildcards and before regexes.
    public var hosts: [String] = []
    /// `/prefix`, `=/exact`, `~regex`, or empty for any path. A prefix matches whole segments: `/foo` is not `/foot`,
    /// unless it ends in `/`, which it then needs.
    public var paths: [String] = []
    /// Methods, or empty for any.
    public var methods: [String] = []
    /// Fields that must be there: a value, or `~regex`.
    public var headers: [NameValue] = []
    /// Where its requests go, by weight.
    public var services: [WeightedService] = []
    /// Answer with a redirect instead of forwarding.
    public var redirect: Redirect?
    /// A prefix that is taken off the path before forwarding.
    public var stripPrefix: String?
    /// Applied after `stripPrefix`.
    public var rewrite: PathRewrite?
    /// Edits of the request's fields.
    public var requestHeaders = HeaderEdits()
    /// Edits of the response's fields.
    public var responseHeaders = HeaderEdits()
    /// Overrides of its service's waits.
    public var timeouts: Timeouts?
    /// Overrides of its service's retries.
    public var retries: RetryPolicy?
    /// The most octets of a request's body, nil for its service's limit.
    public var requestBodyLimit: Int64?
    /// Where it came from.
    public var provenance: Provenance

    /// A route that matches everything and leads nowhere yet.
    public init(name: String, provenance: Provenance) {
        self.name = name
        self.provenance = provenance
    }
}

/// Everything that a table is compiled from: plain values, sorted and compared by the control plane.
public struct TableDescription: Sendable, Equatable, Codable {
    /// The table's number, counted up by the control plane.
    public var generation: UInt64 = 0
    /// All services.
    public var services: [ServiceDescription] = []
    /// All routes, in any order: the match order is the table's.
    public var routes: [RouteDescription] = []

    /// An empty table: every host is unknown.
    public init() {}
}

/// An entry that was left out of a table, or holds but will not do what its author may think.
public struct TableProblem: Sendable, Equatable, Codable {
    /// `route shop` or `service web-80 endpoint 10.0.0.5:x`.
    public var subject: String
    /// What is wrong and what would be right.
    public var reason: String
    /// Where the entry came from.
    public var provenance: Provenance?

    /// A problem with `subject`.
    public init(subject: String, reason: String, provenance: Provenance?) {
        self.subject = subject
        self.reason = reason
        self.provenance = provenance
    }
}
