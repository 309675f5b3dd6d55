public import Logging
internal import Synchronization

/// Consul's key-value store, in which the services are those of Consul's catalog.
///
/// What lies under the services' prefix (`services/`) is made of the catalog: each instance of each service that Consul
/// takes for healthy is an endpoint, its tags and metadata are attributes; see ``CatalogEntries`` for keys and values. A
/// watch tells of a check that fails as soon as Consul knows. Everything else (routes, certificates, sessions) is in the
/// key-value store of the same Consul. Services are registered at agents, so writes under their prefix are refused.
public final class CatalogStore: KeyValueStore {
    /// `consul-catalog://HOST:PORT[,HOST:PORT]` without secrets.
    public let name: String
    /// The Consul whose catalog it is.
    public let consul: ConsulStore
    private let settings: StoreURL.Catalog
    private let allowsStaleWatches: Bool

    /// A store; nothing is asked yet.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if the environment or a certificate file cannot be used.
    public convenience init(
        _ settings: StoreURL.Catalog, environment: [String: String], logger: Logger
    ) throws(KeyValueError) {
        try self.init(
            settings, ConsulConfiguration(settings.consul, environment: environment), logger: logger)
    }

    /// A store that speaks to Consul as `configuration` says, wherever `settings` say that it is.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if a certificate file cannot be used.
    public init(
        _ settings: StoreURL.Catalog, _ configuration: ConsulConfiguration, logger: Logger
    ) throws(KeyValueError) {
        consul = try ConsulStore(configuration, logger: logger)
        name = (configuration.tls == nil ? "consul-catalog" : "consuls-catalog") + configuration.name.drop { $0 != ":" }
        self.settings = settings
        allowsStaleWatches = configuration.allowsStaleWatches
    }

    // MARK: Reading

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        guard place(key) == .inside else { return try await consul.get(key) }
        return try await list(prefix: key).entries.first { $0.key == Self.normalized(key) }
    }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        switch place(prefix) {
        case .outside: return try await consul.list(prefix: prefix)
        case .inside: return try await listServices(Self.normalized(prefix))
        case .above:
            let others = try await consul.list(prefix: prefix)
            return merged(others, try await listServices(Self.normalized(prefix)))
        }
    }

    /// Follows `prefix` until the task is cancelled; see ``KeyValueStore/watch(prefix:)``.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        switch place(prefix) {
        case .outside: consul.watch(prefix: prefix)
        case .inside: watchServices(Self.normalized(prefix))
        case .above:
            MergedWatch.stream(consul.watch(prefix: prefix), watchServices(Self.normalized(prefix))) { [settings] in
                Self.merged($0, $1, servicesPrefix: settings.prefix)
            }
        }
    }

    private func listServices(_ prefix: String) async throws(KeyValueError) -> KeyValueListing {
        let questions = CatalogQuestions(store: consul, settings: settings)
        let entries = CatalogEntries(settings: settings)
        let (names, index) = try await questions.names()
        let answers = try await questions.instances(
            of: names.filter { entries.isWanted(service: $0, under: prefix) }.sorted())
        var listing: [KeyValueEntry] = []
        for instances in answers.values {
            var hadPorts = false
            listing += entries.entries(instances, hadPorts: &hadPorts).filter { $0.key.utf8.starts(with: prefix.utf8) }
        }
        listing.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return KeyValueListing(entries: listing, index: index)
    }

    private func watchServices(_ prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let questions = CatalogQuestions(store: consul, settings: settings)
        let allowsStale = allowsStaleWatches
        return WatchMailbox.stream { mailbox in
            let follower = CatalogFollower(
                questions: questions, prefix: prefix, allowsStale: allowsStale, mailbox: mailbox)
            await follower.run()
        }
    }

    private func merged(_ others: KeyValueListing, _ services: KeyValueListing) -> KeyValueListing {
        Self.merged(others, services, servicesPrefix: settings.prefix)
    }

    /// The keys of the store that are not hidden by the catalog, and the catalog's.
    private static func merged(
        _ others: KeyValueListing, _ services: KeyValueListing, servicesPrefix: String
    ) -> KeyValueListing {
        var entries = others.entries.filter { !$0.key.utf8.starts(with: servicesPrefix.utf8) } + services.entries
        entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return KeyValueListing(entries: entries, index: max(others.index, services.index))
    }

    // MARK: Writing

    /// Writes `value`; makes the key if it is not there.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        try refuseServices("put", key)
        try await consul.put(key, value: value, flags: flags)
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        try refuseServices("delete", key)
        try await consul.delete(key)
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        if place(prefix) != .outside { throw refusal("delete \(prefix)...") }
        try await consul.deleteTree(prefix: prefix)
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        try refuseServices("compare-and-set of", key)
        return try await consul.compareAndSet(key, value: value, flags: flags, index: index)
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        try refuseServices("compare-and-delete of", key)
        return try await consul.compareAndDelete(key, index: index)
    }

    // MARK: Sessions

    /// Makes a session that ends unless it is renewed within `ttl`.
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        try await consul.createSession(name: name, ttl: ttl, behavior: behavior, lockDelay: lockDelay)
    }

    /// Renews a session; false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool { try await consul.renewSession(id) }

    /// Ends a session; its behaviour decides what becomes of its keys.
    public func destroySession(_ id: String) async throws(KeyValueError) { try await consul.destroySession(id) }

    /// Writes `value` and locks `key` for `session`; false if another session holds the lock.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        try refuseServices("lock of", key)
        return try await consul.acquire(key, value: value, flags: flags, session: session)
    }

    /// Gives up the lock; false if `session` does not hold it.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        try refuseServices("release of", key)
        return try await consul.release(key, value: value, session: session)
    }

    // MARK: Where keys are

    /// Where a key or a prefix lies, as seen from the services.
    private enum Place {
        case outside
        case inside
        case above
    }

    private static func normalized(_ key: String) -> String { key.hasPrefix("/") ? String(key.dropFirst()) : key }

    private func place(_ key: String) -> Place {
        let key = Self.normalized(key).utf8
        if key.starts(with: settings.prefix.utf8) { return .inside }
        return settings.prefix.utf8.starts(with: key) ? .above : .outside
    }

    private func refuseServices(_ what: String, _ key: String) throws(KeyValueError) {
        if place(key) == .inside { throw refusal("\(what) \(key)") }
    }

    private func refusal(_ what: String) -> KeyValueError {
        KeyValueError(
            .unsupported,
            "\(what): \(name): what is under \(settings.prefix) comes from Consul's catalog: register services at an agent "
                + "(PUT /v1/agent/service/register), or use the store consul://")
    }
}
