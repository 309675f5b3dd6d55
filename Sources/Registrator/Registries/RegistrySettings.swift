public import Logging

/// What all registries of a registrator have in common.
public struct RegistrySettings: Sendable {
    /// The first part of this host's IDs: entries with it are this registrator's to keep and to take away.
    public var host: String
    /// How long entries live unless they are refreshed; nil: for ever.
    public var timeToLive: Duration?
    /// How often they will be refreshed; shorter than the lifetime.
    public var refresh: Duration
    /// Names and values exactly as gliderlabs' registrator writes them: no attributes, no marks.
    public var isCompatible: Bool
    /// Where keys begin if a URL does not say it.
    public var prefix: String
    /// The variables that the stores' own clients know.
    public var environment: [String: String]
    /// Gets what is worth knowing.
    public var logger: Logger

    /// Settings for a host.
    public init(
        host: String, timeToLive: Duration? = nil, refresh: Duration = .seconds(30), isCompatible: Bool = false,
        prefix: String = "services", environment: [String: String] = [:], logger: Logger
    ) {
        self.host = host
        self.timeToLive = timeToLive
        self.refresh = refresh
        self.isCompatible = isCompatible
        self.prefix = prefix
        self.environment = environment
        self.logger = logger
    }
}
