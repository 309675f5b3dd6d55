/// Why a request goes where it goes: every step that the edge takes with it, and where each fact comes from.
///
/// Made by ``RoutingTable/explain(_:now:)`` with the code that serves requests. The admin API serves it as JSON, with the names of
/// its members in snake case: none is renamed or taken away, new ones may come.
public struct Explanation: Sendable, Equatable, Codable {
    /// The request as the edge understands it.
    public struct Request: Sendable, Equatable, Codable {
        /// `GET`.
        public var method: String
        /// The URL as it was asked about.
        public var url: String
        /// The host in the form that tables are keyed by; empty if there is none.
        public var host: String
        /// The path in the form that is matched.
        public var path: String
        /// What follows the `?`; nil if there is none.
        public var query: String?
        /// The listener's name; empty if the edge has none for it.
        public var listener: String
        /// Whether the client came by https.
        public var isSecure: Bool
        /// The client's address: who limits, lists and hashes go by; nil: it has none.
        public var client: String?

        private enum CodingKeys: String, CodingKey {
            case method, url, host, path, query, listener, client
            case isSecure = "secure"
        }

        /// A request of which nothing but the question is known.
        public init(method: String, url: String) {
            self.method = method
            self.url = url
            (host, path, listener, isSecure) = ("", "", "", false)
        }
    }

    /// What becomes of a request.
    public struct Outcome: Sendable, Equatable, Codable {
        /// What kind of answer it gets.
        public enum Kind: String, Sendable, Codable {
            /// It is forwarded: an endpoint answers.
            case forward
            /// The edge answers with a redirect.
            case redirect
            /// The edge refuses it.
            case refuse
            /// It depends on which of the route's services it falls to.
            case varies
        }

        /// What kind of answer it gets.
        public var kind: Kind
        /// Why it is refused; nil if it is not.
        public var cause: ExplanationCause?
        /// The status of the edge's own answer; nil if an endpoint answers.
        public var status: Int?
        /// `Location` of a redirect.
        public var location: String?
        /// A sentence for people.
        public var reason: String

        /// An outcome without a status of its own yet.
        public init(_ kind: Kind, cause: ExplanationCause? = nil, reason: String) {
            self.kind = kind
            self.cause = cause
            self.reason = reason
        }

        /// It is refused.
        public static func refused(_ cause: ExplanationCause, _ reason: String) -> Outcome {
            Outcome(.refuse, cause: cause, reason: reason)
        }
    }

    /// A host pattern of the table that covers the request's host.
    public struct Host: Sendable, Equatable, Codable {
        /// As a route writes it: `shop.example.com`, `*.example.com`, `web.*`, `~regex`, `*`.
        public var pattern: String
        /// `exact`, `wildcard`, `label`, `regex`, `any`.
        public var kind: String
    }

    /// The number of the table that it is about.
    public var generation: UInt64
    /// The request.
    public var request: Request
    /// What becomes of it.
    public var outcome: Outcome
    /// The certificate that its client is shown; nil where it comes by plain http.
    public var certificate: CertificateExplanation?
    /// What the edge asks of it, in order, up to the choice of a service.
    public var gates: [ExplanationGate] = []
    /// The host patterns that cover its host, in the order in which they are tried.
    public var hosts: [Host] = []
    /// The routes that it might take, in the order in which they are tried; then those that came close.
    public var candidates: [RouteCandidate] = []
    /// How many more came close and are not listed.
    public var moreCandidates = 0
    /// The route that it takes; nil: none.
    public var route: RouteExplanation?
    /// Where the route leads.
    public var services: [ServiceExplanation] = []
    /// What else is worth knowing.
    public var notes: [String] = []

    init(generation: UInt64, request: Request) {
        self.generation = generation
        self.request = request
        outcome = Outcome(.forward, reason: "")
    }

    /// A request that no listener would take, or none that makes sense.
    public init(refusing request: Request, generation: UInt64, as outcome: Outcome) {
        self.generation = generation
        self.request = request
        self.outcome = outcome
    }
}

/// Why the edge refuses a request: the words that its access log and its metrics use (docs/OPERATING.md lists them).
public enum ExplanationCause: String, Sendable, Codable, CaseIterable {
    case badRequest = "bad-request"
    case misdirected = "misdirected"
    case denied = "denied"
    case noRoute = "no-route"
    case methodNotAllowed = "method-not-allowed"
    case secureOnly = "https-only"
    case plainOnly = "http-only"
    case unauthorized = "unauthorized"
    case tooManyRequests = "too-many-requests"
    case bodyTooLarge = "request-body-too-large"
    case noEndpoint = "no-endpoint"
    case permissionUnreachable = "forward-auth-unreachable"
    case permissionLoop = "forward-auth-loop"
}

/// One thing that the edge asks of a request.
public struct ExplanationGate: Sendable, Equatable, Codable {
    /// What comes of it.
    public enum Verdict: String, Sendable, Codable {
        /// It lets the request through.
        case passes
        /// It answers the request.
        case stops
        /// It may answer the request: that depends on what is not known here.
        case depends
    }

    /// What is asked: `client-certificate`, `networks`, `rate`, `certificate`, `https`, `redirect`, `password`, `body`, `forward-auth`, `limits`.
    public var name: String
    /// Who asks: `listener :80`, `route shop`, `service shop-80`.
    public var of: String
    /// What comes of it.
    public var verdict: Verdict
    /// What there is to know of it.
    public var detail: String

    /// Where that was said; nil where nobody knows.
    public var provenance: Provenance?

    private enum CodingKeys: String, CodingKey {
        case name, of, verdict, detail, provenance
    }

    /// The settings that it comes from, by their names in a configuration.
    public var settings: [String] {
        switch name {
        case "networks": ["deny", "allow"]
        case "rate": ["limits.rate"]
        case "https": ["https", "redirect"]
        case "password": ["basic_auth"]
        case "body": ["limits.request_body"]
        case "forward-auth": ["forward_auth"]
        case "client-certificate": ["tls.client_auth", "tls.client_ca", "tls"]
        case "certificate": ["tls.certificates", "tls"]
        case "limits": ["limits.connections", "limits.connections_per_endpoint"]
        default: []
        }
    }

    /// What `of` asks, called `name`.
    public init(_ name: String, of: String, _ verdict: Verdict, _ detail: String) {
        self.name = name
        self.of = of
        self.verdict = verdict
        self.detail = detail
    }
}

/// A route that a request might take, and why it does or does not.
public struct RouteCandidate: Sendable, Equatable, Codable {
    /// What comes of it.
    public enum Verdict: String, Sendable, Codable {
        /// The request goes by it.
        case taken
        /// It would take the request, if another were not stronger.
        case shadowed
        /// It does not take the method.
        case method
        /// It asks for a field that the request does not have.
        case header
        /// Its host covers the request's, but no path of it does.
        case path
        /// Its host is much like the request's.
        case host
    }

    /// The route's name.
    public var route: String
    /// The pattern by which the host was found, or the nearest.
    public var host: String
    /// The pattern by which the path was found, or the nearest; empty: any path.
    public var path: String
    /// What comes of it.
    public var verdict: Verdict
    /// Why.
    public var reason: String
    /// Where the route came from.
    public var provenance: Provenance
}
