/// What `portico render` is to do: the keys of consul-template and Portico's own, all of them with their values.
public struct RenderConfiguration: Sendable, Equatable {
    /// The store's URL; nil: Consul, as ``consul`` says.
    public var store: String?
    /// How Consul is reached.
    public var consul = ConsulSettings()
    /// Vault, which is no source here.
    public var vault = AbsentSource(.vault)
    /// Nomad, which is no source here.
    public var nomad = AbsentSource(.nomad)
    /// Whether one renderer watches for many.
    public var deduplication = DeduplicationSettings()
    /// The child of exec mode, nil outside of it.
    public var exec: ExecSettings?
    /// What ends the process with status 12; nil for nothing but SIGTERM.
    public var killSignal: ProcessSignal? = .interrupt
    /// What makes it read its configuration again; nil for nothing.
    public var reloadSignal: ProcessSignal? = .hangUp
    /// Where the log goes.
    public var log = LogSettings()
    /// How old an answer of the store may be; zero: only the leader's count.
    public var maximumStaleness = Duration.seconds(2)
    /// How long a query waits for a change.
    public var blockQueryWait = Duration.seconds(60)
    /// Whether a dependency that is still missing at the second look ends the process.
    public var failsOnFailedLookup = false
    /// How long a dependency may be missing before that ends the process; nil for ever.
    public var missingTimeout: Duration?
    /// The file that the process's number is written to.
    public var pidFile: String?
    /// Where good versions and what is still owed are kept; nil for the default.
    public var stateDirectory: String?
    /// The templates, in the order of files and flags.
    public var templates: [TemplateSettings] = []
    /// What is odd, but no error.
    public var notices: [ConfigurationError] = []

    /// The defaults, without templates.
    public init() {}
}
