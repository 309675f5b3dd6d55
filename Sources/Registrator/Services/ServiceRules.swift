/// How containers become services: what of the command line says how they look.
public struct ServiceRules: Sendable {
    /// Which of two addresses is told where there are both.
    public enum Family: String, Sendable {
        /// RFC 791.
        case ipv4
        /// RFC 8200.
        case ipv6
    }

    /// The host's name, the first part of IDs.
    public var hostname: String
    /// Where published ports are reached: what `-ip` says, or else the address of the host's name; empty if there is none.
    public var hostAddress: String
    /// The address that `-ip` says for every published service, whatever address it is published at.
    public var isAddressForced: Bool
    /// Containers are reached at their own addresses and ports.
    public var isInternal = false
    /// Only what sets a name is a service.
    public var isExplicit = false
    /// Only containers with the label `portico.enable=true` have services.
    public var isOptIn = false
    /// Names and values are gliderlabs'.
    public var isCompatible = false
    /// The label with a container's address; empty for none.
    public var addressLabel = ""
    /// The network whose addresses are told; empty for any.
    public var network = ""
    /// Which of two addresses is told.
    public var family = Family.ipv4
    /// Tags for every service.
    public var tags: TagTemplate?

    /// The rules for a host that is called `hostname` and reached at `hostAddress`.
    public init(hostname: String, hostAddress: String, isAddressForced: Bool = false) {
        self.hostname = hostname
        self.hostAddress = hostAddress
        self.isAddressForced = isAddressForced
    }
}
