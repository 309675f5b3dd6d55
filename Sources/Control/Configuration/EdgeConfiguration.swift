public import Discovery
public import Gateway
public import Routing

/// Everything that an edge is told: by its file, its environment and its flags.
public struct EdgeConfiguration: Sendable, Equatable {
    /// Where it listens.
    public var listeners: [EdgeListener] = []
    /// How services are balanced that TCP listeners say it of, by name.
    public internal(set) var listenerBalances: [String: Balance] = [:]
    /// The folder of certificates for listeners that name none of their own; nil for the default.
    public var certificateFolder: String?
    /// The folder that the configuration file is in, with a slash at its end; empty for the working directory.
    public var folder = ""
    /// The store as it was written, nil for the default.
    public var store: String?
    /// Where in the store things are kept.
    public var prefixes = StorePrefixes()
    /// The domains in which services have default hosts; `*` is any.
    public var domains: [String] = ["*"]
    /// Whose forwarding headers are believed.
    public var trustedProxies: [Network] = []
    /// The field in which trusted proxies name the client.
    public var clientAddressField = ClientAddressField.xForwardedFor
    /// Whether endpoints are told of the client by `Forwarded`, too.
    public var sendsForwarded = false
    /// What goes for all services.
    public var defaults = ServicePolicy()
    /// What goes for one service, by its name.
    public var services: [String: ServicePolicy] = [:]
    /// The file's routes, in its order.
    public var routes: [RouteDocument] = []
    /// Sets of users by names.
    public var passwords: [String: BasicAuth] = [:]
    /// The access log, nil for none.
    public var accessLog: AccessLogConfiguration?
    /// What is done with traces, nil for nothing.
    public var tracing: TracingSettings?
    /// Where it is looked at and changed while it runs.
    public var admin = AdminConfiguration()
    /// Worker threads; 0: one a core.
    public var workers = 0
    /// Limits of the listeners' side.
    public var limits = GatewayLimits()
    /// How long a mass removal is held.
    public var storeGrace: Duration = .seconds(30)
    /// Where the last good table is kept, nil for the default.
    public var stateDirectory: String?
    /// The user that the process becomes when root starts it, `NAME` or `NAME:GROUP`.
    public var user: String?
    /// The zone that the edge is in, empty for none.
    public var zone = ""
    /// What sticky cookies are made with; nil: a key of this edge's own, kept in its state directory.
    public var stickyKey: SipKey?
    /// Where the file says what.
    var places = SettingPlaces()
    /// What is odd about the configuration, but no error.
    public var notices: [DiscoveryProblem] = []

    /// Where certificates are if nothing is said: beside the configuration file, else in the working directory.
    public static let certificateFolderDefault = "certs/"

    /// The defaults.
    public init() {}

    /// What the data plane needs of it before its first table.
    public var gateway: GatewayConfiguration {
        var gateway = GatewayConfiguration()
        gateway.listeners = listeners.map(\.gateway)
        gateway.workers = workers
        gateway.trustedProxies = trustedProxies
        gateway.clientAddressField = clientAddressField
        gateway.sendsForwarded = sendsForwarded
        gateway.limits = limits
        gateway.accessLog = accessLog
        gateway.tracing = tracing?.gateway
        return gateway
    }

    /// The folder that the certificates of `source` are in.
    public func folder(of source: CertificateSource) -> String {
        source.folder ?? certificateFolder ?? folder + Self.certificateFolderDefault
    }

    /// Whether anybody has named that folder.
    func namesFolder(of source: CertificateSource) -> Bool { source.folder != nil || certificateFolder != nil }

    /// The keys in which `other` differs that a running edge cannot take up.
    public func restartKeys(comparedTo other: EdgeConfiguration) -> [String] {
        let checks: [(String, Bool)] = [
            ("listeners", listeners.map(\.gateway) == other.listeners.map(\.gateway)),
            ("store", store == other.store),
            ("prefixes", prefixes == other.prefixes),
            ("trusted_proxies", trustedProxies == other.trustedProxies),
            ("client_address", clientAddressField == other.clientAddressField),
            ("forwarded", sendsForwarded == other.sendsForwarded),
            ("access_log", accessLog == other.accessLog),
            ("tracing", tracing == other.tracing),
            ("admin", admin == other.admin),
            ("workers", workers == other.workers),
            ("defaults.limits.request_head and defaults.timeouts.request_head or idle", limits == other.limits),
            ("user", user == other.user),
            ("state_dir", stateDirectory == other.stateDirectory),
        ]
        return checks.filter { !$0.1 }.map(\.0)
    }
}
