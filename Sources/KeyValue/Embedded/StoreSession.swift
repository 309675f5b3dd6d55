/// A session of the embedded store: what locks are held under.
struct StoreSession: Sendable, Equatable {
    /// A UUID in lower case.
    var id: String
    /// What its maker called it.
    var name: String
    /// The node it was made for: always the store's own.
    var node: String
    /// For how long a key that it held cannot be locked after it ended otherwise than by a release.
    var lockDelay: Duration
    /// What becomes of its keys when it ends.
    var behavior: SessionBehavior
    /// How long it lives unless it is renewed; nil: until it is destroyed.
    var ttl: Duration?
    /// The same as its maker wrote it; empty without.
    var ttlText: String
    /// The node's checks it hangs on, which always pass here.
    var nodeChecks: [String]
    /// The store's index at its creation.
    var createIndex: UInt64 = 0
    /// When it ends.
    ///
    /// Not kept on disk: after a restart it has its whole TTL again, since its holder could not renew it meanwhile.
    var deadline: ContinuousClock.Instant?
}
