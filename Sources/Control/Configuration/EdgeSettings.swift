public import Discovery
internal import Gateway

/// What flags or the environment say of an edge; the flags win over the environment, both over the file.
public struct EdgeSettings: Sendable, Equatable {
    /// The configuration file.
    public var config: String?
    /// The store.
    public var store: String?
    /// Addresses to listen at; none: the file's, or `:80`.
    public var listen: [String] = []
    /// Addresses to listen at for https.
    public var listenTLS: [String] = []
    /// The folder of certificates.
    public var certs: String?
    /// Domains; none: the file's, or any.
    public var domains: [String] = []
    /// The zone that the edge is in.
    public var zone: String?
    /// Worker threads: a number, or `auto`.
    public var workers: String?
    /// The last good table's directory.
    public var stateDirectory: String?
    /// Seconds that draining may take.
    public var drain: String?
    /// Seconds that what is under way may take after another process has taken over.
    public var takeoverDrain: String?
    /// The user that the process becomes when root starts it.
    public var user: String?
    /// The file that the process's number is written to.
    public var pidFile: String?
    /// The least level that is logged.
    public var logLevel: String?
    /// Where the log goes.
    public var logTarget: String?
    /// Where the embedded store's API listens.
    public var storeListen: String?
    /// Where the admin API listens, or `off`.
    public var admin: String?
    /// What its clients have to show; of the environment alone, for arguments can be seen by everybody.
    public var adminToken: String?

    /// Settings that say nothing.
    public init() {}

    /// What the environment says: `PORTICO_CONFIG`, `PORTICO_STORE`, `PORTICO_LISTEN`, `PORTICO_LISTEN_TLS` and
    /// `PORTICO_DOMAIN` (several with commas), `PORTICO_CERTS`, `PORTICO_ZONE`, `PORTICO_WORKERS`, `PORTICO_STATE_DIR`,
    /// `PORTICO_DRAIN`, `PORTICO_TAKEOVER_DRAIN`, `PORTICO_USER`, `PORTICO_PID_FILE`, `PORTICO_LOG_LEVEL`,
    /// `PORTICO_STORE_LISTEN`, `PORTICO_ADMIN` and `PORTICO_ADMIN_TOKEN`.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            environment["PORTICO_" + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func list(_ name: String) -> [String] {
            (value(name) ?? "").split(separator: ",").map(String.init)
        }
        config = value("CONFIG")
        store = value("STORE")
        listen = list("LISTEN")
        listenTLS = list("LISTEN_TLS")
        certs = value("CERTS")
        domains = list("DOMAIN")
        zone = value("ZONE")
        workers = value("WORKERS")
        stateDirectory = value("STATE_DIR")
        drain = value("DRAIN")
        takeoverDrain = value("TAKEOVER_DRAIN")
        user = value("USER")
        pidFile = value("PID_FILE")
        logLevel = value("LOG_LEVEL")
        logTarget = value("LOG_TARGET")
        storeListen = value("STORE_LISTEN")
        admin = value("ADMIN")
        adminToken = value("ADMIN_TOKEN")
    }

    /// These settings where they say something, `weaker` where they do not.
    public func over(_ weaker: EdgeSettings) -> EdgeSettings {
        var both = weaker
        if let config { both.config = config }
        if let store { both.store = store }
        if !listen.isEmpty { both.listen = listen }
        if !listenTLS.isEmpty { both.listenTLS = listenTLS }
        if let certs { both.certs = certs }
        if !domains.isEmpty { both.domains = domains }
        if let zone { both.zone = zone }
        if let workers { both.workers = workers }
        if let stateDirectory { both.stateDirectory = stateDirectory }
        if let drain { both.drain = drain }
        if let takeoverDrain { both.takeoverDrain = takeoverDrain }
        if let user { both.user = user }
        if let pidFile { both.pidFile = pidFile }
        if let logLevel { both.logLevel = logLevel }
        if let logTarget { both.logTarget = logTarget }
        if let storeListen { both.storeListen = storeListen }
        if let admin { both.admin = admin }
        if let adminToken { both.adminToken = adminToken }
        return both
    }

    /// `file` with these settings in it.
    ///
    /// - Returns: the configuration, and what makes no sense of the settings.
    public func applied(to file: EdgeConfiguration) -> (configuration: EdgeConfiguration, errors: [DocumentError]) {
        var configuration = file
        var errors: [DocumentError] = []
        func refuse(_ flag: String, _ message: String) {
            errors.append(DocumentError(source: flag, line: 0, column: 0, message: message))
        }
        if let store { configuration.store = store }
        if let stateDirectory { configuration.stateDirectory = stateDirectory }
        if let user { configuration.user = user }
        if let certs { configuration.certificateFolder = certs }
        if let zone { configuration.zone = zone }
        if !listen.isEmpty || !listenTLS.isEmpty {
            func address(_ flag: String, _ text: String) -> ListenAddress? {
                if let address = ListenAddress(text: text) { return address }
                refuse(flag, "\"\(text)\": \(ListenAddress.forms)")
                return nil
            }
            configuration.listeners =
                listen.compactMap { text in
                    address("--listen", text).map { EdgeListener(address: $0, name: text) }
                }
                + listenTLS.compactMap { text in
                    address("--listen-tls", text).map { EdgeListener(tls: $0, name: text) }
                }
            for text in listenTLS where listen.contains(text) {
                refuse("--listen-tls", "\"\(text)\" is there with --listen too: each listener has its own")
            }
        }
        if configuration.listeners.isEmpty, let address = ListenAddress(text: ":80") {
            configuration.listeners = [EdgeListener(address: address, name: ":80")]
        }
        if !domains.isEmpty {
            configuration.domains = domains.compactMap { text in
                if let domain = ConfigurationFile.domain(text) { return domain }
                refuse("--domain", "\"\(text)\": a domain is example.com, or * for any")
                return nil
            }
        }
        if let workers, workers != "auto" {
            if let number = Int(workers), (1...1024).contains(number) {
                configuration.workers = number
            } else {
                refuse("--workers", "\"\(workers)\": it is auto, or a number from 1 to 1024")
            }
        }
        if let admin, let fault = configuration.admin.choose(admin) { refuse("--admin", fault) }
        if let adminToken {
            configuration.admin.token = Array(adminToken.utf8)
            if adminToken.utf8.count < AdminConfiguration.leastToken {
                refuse("PORTICO_ADMIN_TOKEN", "it has at least \(AdminConfiguration.leastToken) octets, by chance")
            }
        }
        if let fault = configuration.admin.fault { refuse("admin", fault) }
        if drainSeconds == nil {
            refuse("--drain", "\"\(drain ?? "")\": it is a number of seconds from 0 to 86400")
        }
        if takeoverDrainSeconds == nil {
            refuse(
                "--takeover-drain",
                "\"\(takeoverDrain ?? "")\": it is a number of seconds from 0 to \(Self.longestDrain)")
        }
        return (configuration, errors)
    }

    /// A day.
    private static let longestDrain = 86_400

    /// Seconds that draining may take, 30 unless something else is said; nil if what is said is no number.
    public var drainSeconds: Int? { Self.seconds(drain, else: 30) }

    /// Seconds that what is under way may take after a takeover, an hour unless something else is said; nil likewise.
    public var takeoverDrainSeconds: Int? { Self.seconds(takeoverDrain, else: 3_600) }

    private static func seconds(_ text: String?, else standard: Int) -> Int? {
        guard let text else { return standard }
        let digits = text.hasSuffix("s") ? String(text.dropLast()) : text
        return Int(digits).flatMap { (0...longestDrain).contains($0) ? $0 : nil }
    }
}
