/// What ``ManageOptions`` come to.
public struct ManageSettings: Sendable, Equatable {
    /// Where clients are listened for.
    public enum Listener: Sendable, Equatable {
        /// At a name or address and a port.
        case network(NodeAddress)
        /// At a path.
        case unix(String)
    }

    /// Who chooses nodes.
    public var scheduler: Scheduler
    /// Where clients are listened for.
    public var listeners: [Listener]
    /// Where other managers reach this one; nil: it is alone.
    public var advertise: NodeAddress?
    /// The share by which more than there is may be promised.
    public var overcommit = 0.05
    /// How often a creation that failed is tried again.
    public var createRetry = 0
    /// What the store is asked for, and how it is spoken to.
    public var discovery: DiscoveryOptions

    /// Checks `options` and reads them.
    ///
    /// - Throws: ``SwarmUsageError``.
    public init(_ options: ManageOptions) throws(SwarmUsageError) {
        guard let strategy = PlacementStrategy(name: options.strategy) else {
            throw SwarmUsageError("strategy not supported")
        }
        var filters: [PlacementFilter] = []
        for name in options.filters {
            guard let filter = PlacementFilter(rawValue: name) else { throw SwarmUsageError("filter not supported") }
            filters.append(filter)
        }
        scheduler = Scheduler(strategy: strategy, filters: filters.isEmpty ? PlacementFilter.allCases : filters)
        listeners = try Self.listeners(options.hosts.isEmpty ? ["tcp://127.0.0.1:2375"] : options.hosts)
        try Self.checkIntervals(options)
        try Self.checkTLS(options)
        if options.replicates {
            guard !options.advertise.isEmpty else {
                throw SwarmUsageError("--advertise address must be provided when using --leader-election")
            }
            guard let address = NodeAddress(options.advertise) else {
                throw SwarmUsageError("--advertise should be of the form ip:port or hostname:port")
            }
            advertise = address
        }
        guard options.driver == "swarm" else {
            throw SwarmUsageError("unsupported cluster driver \(options.driver): swarm is all that there is")
        }
        discovery = try DiscoveryOptions(options.discovery)
        try readCluster(options.cluster)
    }

    private static func listeners(_ hosts: [String]) throws(SwarmUsageError) -> [Listener] {
        var listeners: [Listener] = []
        for host in hosts {
            if host.hasPrefix("unix://") {
                listeners.append(.unix(String(host.dropFirst("unix://".count))))
                continue
            }
            let text = host.hasPrefix("tcp://") ? String(host.dropFirst("tcp://".count)) : host
            guard !text.contains("://"), let address = NodeAddress(text.hasPrefix(":") ? "0.0.0.0\(text)" : text) else {
                throw SwarmUsageError("host \"\(host)\": write tcp://ADDR:PORT or unix://PATH")
            }
            listeners.append(.network(address))
        }
        return listeners
    }

    private static func checkIntervals(_ options: ManageOptions) throws(SwarmUsageError) {
        guard options.replicationTime > .zero else {
            throw SwarmUsageError("--replication-ttl should be a positive number")
        }
        guard options.heartbeat >= .seconds(1) else {
            throw SwarmUsageError("--heartbeat should be at least one second")
        }
        guard options.refreshMin > .zero else {
            throw SwarmUsageError("min refresh interval should be a positive number")
        }
        guard options.refreshMax >= options.refreshMin else {
            throw SwarmUsageError("max refresh interval cannot be less than min refresh interval")
        }
        guard options.refreshRetry == 3 else {
            throw SwarmUsageError("--engine-refresh-retry is deprecated. Use --engine-failure-retry")
        }
        guard options.failureRetry > 0 else { throw SwarmUsageError("invalid failure retry count") }
    }

    private static func checkTLS(_ options: ManageOptions) throws(SwarmUsageError) {
        let hasFiles = !(options.tlsCertificate + options.tlsKey + options.tlsAuthority).isEmpty
        guard options.tls || options.tlsVerify else {
            guard !hasFiles else {
                throw SwarmUsageError("--tlscert, --tlskey and --tlscacert need --tls or --tlsverify")
            }
            return
        }
        guard !options.tlsCertificate.isEmpty, !options.tlsKey.isEmpty else {
            throw SwarmUsageError("--tlscert and --tlskey must be provided when using --tls")
        }
        guard !options.tlsVerify || !options.tlsAuthority.isEmpty else {
            throw SwarmUsageError("--tlscacert must be provided when using --tlsverify")
        }
    }

    private mutating func readCluster(_ texts: [String]) throws(SwarmUsageError) {
        for (name, value) in try DiscoveryOptions.pairs(texts, "--cluster-opt") {
            switch name {
            case "swarm.overcommit":
                guard let number = Double(value) else {
                    throw SwarmUsageError("swarm.overcommit is \"\(value)\": it is a number such as 0.05")
                }
                guard number > -1 else {
                    throw SwarmUsageError(
                        "swarm.overcommit should be larger than -1, \(Self.sixDigits(number)) is invalid")
                }
                overcommit = number
            case "swarm.createretry":
                guard let number = Int(value) else {
                    throw SwarmUsageError("swarm.createretry is \"\(value)\": it is a whole number")
                }
                guard number >= 0 else {
                    throw SwarmUsageError("swarm.createretry can not be negative, \(number) is invalid")
                }
                createRetry = number
            default:
                throw SwarmUsageError("--cluster-opt \(name): it is swarm.overcommit or swarm.createretry")
            }
        }
    }

    /// `-2.000000`, as C's and Go's `%f` write it.
    private static func sixDigits(_ number: Double) -> String {
        guard abs(number) < 1e12 else { return "\(number)" }
        let millionths = Int64((number * 1_000_000).rounded())
        let digits = String(millionths.magnitude % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return "\(millionths < 0 ? "-" : "")\(millionths.magnitude / 1_000_000).\(fraction)"
    }
}
