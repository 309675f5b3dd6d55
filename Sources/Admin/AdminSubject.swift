public import Control
public import Gateway
public import Spans

/// The edge that an admin API shows and changes.
public struct AdminSubject: Sendable {
    /// The data plane.
    public var gateway: Gateway
    /// The control plane.
    public var controller: Controller
    /// What it was started with.
    public var configuration: EdgeConfiguration
    /// Where services come from, for people; without secrets.
    public var store: String
    /// The program's version.
    public var version: String
    /// Where the controller tells what happens.
    public var journal: AdminJournal
    /// What is logged; nil where it cannot be changed.
    public var logLevel: LogLevelSwitch?
    /// What sends spans to a collector; nil: nothing does.
    public var spans: SpanExporter?
    /// Seconds since 1970 at which the edge began.
    let startedAt: Int64

    /// An edge that begins now.
    public init(
        gateway: Gateway, controller: Controller, configuration: EdgeConfiguration, store: String, version: String,
        journal: AdminJournal, logLevel: LogLevelSwitch? = nil
    ) {
        self.gateway = gateway
        self.controller = controller
        self.configuration = configuration
        self.store = store
        self.version = version
        self.journal = journal
        self.logLevel = logLevel
        startedAt = journal.now
    }

    /// Whether requests are served by a table, and for longer than a drain takes.
    var isReady: Bool { controller.status.isReady && !gateway.isDraining }
}
