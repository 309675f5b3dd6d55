/// What happens to the entries of a container that has ended.
public enum DeregisterRule: String, Sendable {
    /// They go.
    case always
    /// They go if it ended well, by a signal, or is no more; else they stay until it starts again or their time is over.
    case onSuccess = "on-success"
}

/// What options come to: the times and rules of a registrator's life.
///
/// How services look is said by ``ServiceRules``.
public struct RegistratorSettings: Sendable, Equatable {
    /// How long entries live unless they are refreshed; nil: for ever.
    public var timeToLive: Duration?
    /// How often they are refreshed; where they live for ever, how often it is looked whether they are there still.
    public var refresh: Duration
    /// How often everything is looked at anew; nil: never.
    public var resync: Duration?
    /// What happens to the entries of a container that has ended.
    public var deregister: DeregisterRule
    /// How often a registry that has not yet answered is tried; nil: for ever.
    public var attempts: Int?
    /// How long it is waited in between.
    public var retryInterval: Duration
    /// How long an entry stays, marked, when its container begins to stop.
    public var drain: Duration
    /// Whether health checks decide.
    public var honorsHealth: Bool
    /// Whether a paused container stays.
    public var keepsPaused: Bool
    /// Whether entries stay when the registrator ends.
    public var keepsEntries: Bool

    /// The lifetime of entries if nothing is said: a minute, which a registrator may be away for while it is replaced.
    public static let standardTimeToLive = 60
    /// How often a store is asked whether entries that live for ever are there still.
    static let standardLook = Duration.seconds(30)
    /// How often everything is looked at anew if nothing is said.
    public static let standardResync = 60

    /// The settings that `options` mean; they have been checked by ``RegistratorFlags/parse(_:)``.
    public init(_ options: RegistratorOptions) {
        let isCompatible = options.isCompatible
        let timeToLive = options.timeToLive ?? (isCompatible ? 0 : Self.standardTimeToLive)
        self.timeToLive = timeToLive > 0 ? .seconds(timeToLive) : nil
        let refresh = options.refresh ?? 0
        self.refresh =
            refresh > 0 ? .seconds(refresh) : timeToLive > 0 ? .seconds(timeToLive) / 3 : Self.standardLook
        let resync = options.resync ?? (isCompatible ? 0 : Self.standardResync)
        self.resync = resync > 0 ? .seconds(resync) : nil
        deregister = DeregisterRule(rawValue: options.deregister) ?? .always
        let attempts = options.retryAttempts ?? (isCompatible ? 0 : -1)
        self.attempts = attempts >= 0 ? attempts : nil
        retryInterval = .milliseconds(options.retryInterval)
        drain = options.drain
        honorsHealth = !options.ignoresHealth
        keepsPaused = isCompatible
        keepsEntries = options.keepsEntries || isCompatible
    }
}
