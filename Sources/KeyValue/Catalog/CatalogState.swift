/// What a watch of the catalog knows, whom it asks next, and when it has something to tell; without a socket or a clock.
///
/// Two blocking queries say when anything has changed: the list of services (whose index moves when any instance of any
/// service does) and the states of all checks. What has changed is then asked for service by service:
///
/// - A service that is new, or whose tags or checks differ, is asked for first, and told as soon as it has answered.
/// - When the list's index has moved, any other service may have changed as well, which nobody says: all are asked for, a
///   few at a time, each time that there is nothing more pressing. Two thousand services take about a second.
/// - Nothing is told before everything is known: at the beginning, after an outage, after an index that went backwards.
struct CatalogState {
    /// What one of the two queries said.
    struct News: Sendable {
        /// The services by their names, with a figure for the tags of each; nil if nothing was said of them.
        var services: [String: Int]?
        /// The states of all checks; nil if nothing was said of them.
        var checks: CatalogChecks?
        /// The highest index of both.
        var index: UInt64 = 0
        /// Whether an index went backwards.
        var isRegressed = false
        /// Whether Consul was away before.
        var isFirstAfterOutage = false
        /// Why the list of services is not answered since what was said of it; nil if it is, or nothing was said.
        var servicesError: KeyValueError?
        /// The same of the states of checks.
        var checksError: KeyValueError?

        /// Takes up what was said later.
        mutating func merge(_ later: News) {
            if later.services != nil { (services, servicesError) = (later.services, nil) }
            if later.checks != nil { (checks, checksError) = (later.checks, nil) }
            servicesError = later.servicesError ?? servicesError
            checksError = later.checksError ?? checksError
            index = max(index, later.index)
            isRegressed = isRegressed || later.isRegressed
            isFirstAfterOutage = isFirstAfterOutage || later.isFirstAfterOutage
        }
    }

    /// How many services that may have changed are asked for between two looks at what is more pressing.
    static let batchCount = 64

    private let entries: CatalogEntries
    private let prefix: String
    private var services: [String: Int]?
    private var checks: CatalogChecks?
    private var isServicesAway = false
    private var isChecksAway = false
    /// Services that have changed.
    private var changed: Set<String> = []
    /// Services that may have.
    private var doubtful: Set<String> = []
    private var known: [String: Known] = [:]
    private var index: UInt64 = 0
    private var isRegressed = false
    private var isAfterOutage = false
    private var reported: KeyValueError?
    private var told: [KeyValueEntry]?

    /// What is known of one service.
    private struct Known {
        var entries: [KeyValueEntry] = []
        var nodes: Set<String> = []
        var hadPorts = false
    }

    /// The beginning: nothing is known.
    ///
    /// - Parameter prefix: what the keys that are told begin with.
    init(entries: CatalogEntries, prefix: String) {
        self.entries = entries
        self.prefix = prefix
    }

    /// Takes up what the queries said.
    ///
    /// - Returns: what is to be told of it at once.
    mutating func hear(_ news: News) -> KeyValueWatchEvent? {
        isRegressed = isRegressed || news.isRegressed
        isAfterOutage = isAfterOutage || news.isFirstAfterOutage
        index = news.isRegressed ? news.index : max(index, news.index)
        let isAnew = services == nil || checks == nil || news.isRegressed || news.isFirstAfterOutage
        if let services = news.services { take(services) }
        if let checks = news.checks { take(checks) }
        if isAnew, let services, checks != nil {
            doubtful = []
            changed = Set(services.keys)
        }
        if news.servicesError != nil || news.services != nil { isServicesAway = news.servicesError != nil }
        if news.checksError != nil || news.checks != nil { isChecksAway = news.checksError != nil }
        return (news.servicesError ?? news.checksError).flatMap { fail($0) }
    }

    private mutating func take(_ next: [String: Int]) {
        let old = services ?? [:]
        services = next.filter { entries.isWanted(service: $0.key, under: prefix) }
        for (name, figure) in services ?? [:] {
            if old[name] == figure { doubtful.insert(name) } else { changed.insert(name) }
        }
        for name in old.keys where services?[name] == nil {
            known[name]?.entries = []
            changed.remove(name)
            doubtful.remove(name)
        }
    }

    private mutating func take(_ next: CatalogChecks) {
        let differences = next.differences(from: checks ?? CatalogChecks())
        checks = next
        guard let services else { return }
        changed.formUnion(differences.services.filter { services[$0] != nil })
        guard !differences.nodes.isEmpty else { return }
        for (name, service) in known where services[name] != nil && !service.nodes.isDisjoint(with: differences.nodes) {
            changed.insert(name)
        }
    }

    /// Whom to ask now, in order; empty if there is nothing to ask.
    var batch: [String] {
        guard isFollowing else { return [] }
        if !changed.isEmpty { return changed.sorted() }
        return Array(doubtful.sorted().prefix(Self.batchCount))
    }

    /// Whether both queries are answered: what is known while one is not may be of a Consul that is no more.
    private var isFollowing: Bool { services != nil && checks != nil && !isServicesAway && !isChecksAway }

    /// Takes the instances of services that were asked for.
    mutating func take(_ answers: [String: [CatalogInstance]]) {
        for (name, instances) in answers {
            changed.remove(name)
            doubtful.remove(name)
            // It may have left the list since it was asked for.
            guard services?[name] != nil else { continue }
            var service = known[name] ?? Known()
            service.entries = entries.entries(instances, hadPorts: &service.hadPorts)
            service.nodes = Set(instances.map(\.node))
            known[name] = service
        }
    }

    /// Takes a failure.
    ///
    /// - Returns: what is to be told of it, once as long as the words are the same.
    mutating func fail(_ error: KeyValueError) -> KeyValueWatchEvent? {
        isAfterOutage = true
        guard reported != error else { return nil }
        reported = error
        return .unavailable(error)
    }

    /// The listing to tell, if there is news and nothing more pressing to ask.
    mutating func event() -> KeyValueWatchEvent? {
        guard isFollowing, changed.isEmpty else { return nil }
        defer {
            isRegressed = false
            isAfterOutage = false
            reported = nil
        }
        var listing = known.values.flatMap(\.entries).filter { $0.key.utf8.starts(with: prefix.utf8) }
        listing.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        guard reported != nil || told != listing else { return nil }
        told = listing
        return .listing(
            KeyValueListing(entries: listing, index: max(index, 1)), isRegressed: isRegressed,
            isFirstAfterOutage: isAfterOutage)
    }
}
