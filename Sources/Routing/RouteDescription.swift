/// One route as an operator, a key or an attribute describes it.
public struct RouteDescription: Sendable, Equatable, Codable {
    /// Unique; the last tie-break of the match order.
    public var name: String
    /// `shop.example.com`, `*.example.com`, `~regex`, or empty for any host; `web-80.*` is any host whose first label
    /// is `web-80`, the bare label included: what a service without hosts is reached by.
    ///
    /// Looked up by hash like the others, after wildcards and before regexes.
    public var hosts: [String] = []
    /// `/prefix`, `=/exact`, `~regex`, or empty for any path.
    ///
    /// A prefix matches whole segments: `/foo` is not `/foot`, unless it ends in `/`, which it then needs.
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
    /// Who may use it, and over what.
    public var access = AccessPolicy()
    /// Who is asked before its requests go on, nil as its service says.
    public var forwardAuth: ForwardAuth?
    /// How its answers are compressed, nil as its service says.
    public var compression: CompressionPolicy?
    /// Where it came from.
    public var provenance: Provenance

    /// A route that matches everything and leads nowhere yet.
    public init(name: String, provenance: Provenance) {
        self.name = name
        self.provenance = provenance
    }
}
