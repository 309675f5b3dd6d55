public import Wire

/// A request as the edge has parsed it, for ``RoutingTable/explain(_:now:)``.
public struct ExplainedRequest: Sendable {
    /// What a listener says of its requests.
    public struct Listener: Sendable {
        /// Its name.
        public var name: String
        /// It speaks TLS.
        public var isSecure = false
        /// It sends all requests to https.
        public var redirectsToHTTPS = false
        /// Who may make requests at it; nil: everybody.
        public var access: CompiledAccess?
        /// The same in words.
        public var policy = AccessPolicy()
        /// The most octets of a body, -1 for no limit of its own.
        public var requestBodyLimit: Int64 = -1
        /// The certificate that clients are shown who come for this request; nil without TLS.
        public var certificate: CertificateExplanation?
        /// Whether the edge has a listener for https.
        public var hasSecureListener = false

        /// A listener that takes every request, in the clear.
        public init(name: String) {
            self.name = name
        }
    }

    /// As it is shown.
    public var shown: Explanation.Request
    /// Where it came in.
    public var listener: Listener
    /// The method.
    public var method: Method
    /// Its octets.
    public var methodName: [UInt8]
    /// The host in the form that tables are keyed by; empty if there is none.
    public var host: [UInt8]
    /// The authority as sent.
    public var authority: [UInt8]
    /// The path in the form that is matched.
    public var path: [UInt8]
    /// The target's path as sent.
    public var sentPath: [UInt8]
    /// What follows the `?`, without it.
    public var query: [UInt8]
    /// Whether there was a `?`.
    public var hasQuery: Bool
    /// Octets of the body that are announced, 0 if none are.
    public var contentLength: Int64
    /// Its address; nil: it has none, as a Unix socket's.
    public var client: EndpointAddress?
    /// Whether `client` is what it says; where nobody knows who asks, what goes by that is told as open.
    public var knowsClient: Bool
    /// Whether it came by https: of the listener, or of a trusted proxy that says so.
    public var isSecure: Bool
    /// Whether it has credentials that a password might be in; they are not looked at further.
    public var hasCredentials: Bool
    /// How the bucket stands that the request would be charged to by a rate; nil: nobody knows.
    public var standing: (@Sendable (ExplainedRequest, RateOwner, CompiledRate) -> RateStanding)?
    /// The head, into which `fields` point.
    public var head: [UInt8]
    /// The head's fields.
    public var fields: [HeaderField]

    /// A request for `shown`, of which all else is set one by one.
    public init(_ shown: Explanation.Request, listener: Listener) {
        self.shown = shown
        self.listener = listener
        method = .get
        methodName = Array("GET".utf8)
        (host, authority, path, sentPath, query, head) = ([], [], [], [], [], [])
        hasQuery = false
        contentLength = 0
        knowsClient = true
        isSecure = false
        hasCredentials = false
        fields = []
    }
}
