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
    /// The zone that it is in, empty for none.
    public var zone = ""
    /// Whether that is the edge's own, and others are asked only when those of it are too few.
    public var isNear = false
    /// What it speaks; nil: what its service's do.
    public var `protocol`: EndpointProtocol?
    /// How it is checked: an index into its service's ``ServiceDescription/checks``.
    public var check = 0
    /// The PROXY header that its connections begin with; nil: what its service says.
    public var sendProxy: ProxyHeaderChoice?
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
