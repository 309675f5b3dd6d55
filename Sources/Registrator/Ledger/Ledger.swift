internal import DockerEngine
internal import Logging

/// What runs on a host, and what of it is to be known: events in, actions out.
///
/// It has no socket and no clock. Rules:
/// - Events say that something changed; what a container is like is said by an inspection. An answer to an inspection that
///   was asked for before something else happened does not count.
/// - Nothing is published before everything that runs has been looked at once: an entry that is missing only because it has
///   not been looked at would be taken away.
/// - A container that is sent a signal to end loses its entries then, not when it has ended. If it outlives the signal, they
///   return.
/// - While the engine is away, everything stays: containers can outlive their engine. When it is there again, all that is
///   known and all that runs is looked at anew.
/// - Two containers that claim the same entry: the younger one has it, and the elder when that one has gone.
///
/// Time is any monotonic measure that is given with the events. After each call the caller does the actions in their order,
/// and calls again when something has happened or ``nextDeadline`` has passed.
struct Ledger: Sendable {
    /// How long a container that was sent a signal to end is believed to be ending, at least: six times what an engine
    /// waits before it kills.
    static let stopPatience = Duration.seconds(60)
    /// The pause before a container or the list is tried again; doubled from there up to ``retryMaximum``.
    static let retryPause = Duration.seconds(1)
    static let retryMaximum = Duration.seconds(30)
    /// After so many failures in a row the first publication no longer waits for a container.
    static let failuresToWait = 3

    let settings: RegistratorSettings
    let reader: ServiceReader

    /// What is to be known, by name and ID.
    private(set) var services: [HostedService] = []
    /// Whether everything that runs has been looked at once.
    private(set) var isComplete = false
    var records: [String: ContainerRecord] = [:]
    /// The containers that the first publication waits for; nil before the first list.
    var awaited: Set<String>?
    var isListing = false
    /// Whether what is being listed may be from before the engine was followed: it is listed once more.
    var mustListAgain = false
    var listFailures = 0
    var listRetryAt: Duration?
    var outage: String?
    var actions: [LedgerAction] = []
    private var lastTicket = 0
    private var lastNumber = 0
    /// Containers whose services are to be read anew.
    private var unread: Set<String> = []
    private var told: [String: [ServiceNotice]] = [:]
    private var contested: Set<String> = []

    /// A ledger of nothing.
    init(settings: RegistratorSettings, reader: ServiceReader) {
        self.settings = settings
        self.reader = reader
    }

    /// Takes events in, in their order; returns what is to be done.
    mutating func handle(_ events: [LedgerEvent], now: Duration) -> [LedgerAction] {
        actions = []
        for event in events { take(event, now) }
        expire(now)
        readAnew()
        publish()
        return actions
    }

    /// When ``handle(_:now:)`` has something to do even if nothing happens.
    var nextDeadline: Duration? {
        (records.values.flatMap(\.deadlines) + [listRetryAt].compactMap { $0 }).min()
    }

    /// What stays if the registrator leaves in order: entries of containers that have ended, but not well.
    var lasting: [HostedService] {
        entries(of: records.values.filter { $0.ended != nil }).map(\.service)
    }

    // MARK: Events

    private mutating func take(_ event: LedgerEvent, _ now: Duration) {
        switch event {
        case .connected:
            if outage != nil { log(.notice, "the engine answers again") }
            outage = nil
            mustListAgain = isListing
            list()
        case .lost(let reason):
            if outage == nil { log(.error, "\(reason): entries stay as they are") }
            outage = reason
        case .happened(let event): happened(event, now)
        case .listed(let ids): listed(ids)
        case .listFailed(let reason): listFailed(reason, now)
        case .inspected(let id, let ticket, let details): inspected(id, ticket, details, now)
        case .inspectFailed(let id, let ticket, let reason): inspectFailed(id, ticket, reason, now)
        case .resync: if outage == nil { list() }
        case .time: break
        }
    }

    /// What is due by now.
    private mutating func expire(_ now: Duration) {
        if let at = listRetryAt, at <= now {
            listRetryAt = nil
            list()
        }
        for (id, record) in records {
            if let at = record.stopping?.leavesAt, at <= now { records[id]?.stopping?.leavesAt = nil }
            if let until = record.ended?.until, until <= now {
                remove(id, "it ended \(settings.timeToLive.map { "\($0)" } ?? "") ago")
            } else if let at = record.stopping?.doubtAt, at <= now {
                // One look tells; if that fails, its retries do.
                records[id]?.stopping?.doubtAt = now + Self.stopPatience
                records[id]?.stopping?.isDoubted = true
                inspect(id)
            } else if let at = record.retryAt, at <= now {
                inspect(id)
            }
        }
    }

    // MARK: What all need

    mutating func log(_ level: Logger.Level, _ text: String) {
        actions.append(.log(level, text))
    }

    mutating func list() {
        guard !isListing else { return }
        isListing = true
        listRetryAt = nil
        actions.append(.list)
    }

    /// Has a container looked at; an answer that is under way no longer counts.
    mutating func inspect(_ id: String) {
        lastTicket += 1
        if records[id] == nil {
            lastNumber += 1
            records[id] = ContainerRecord(number: lastNumber)
        }
        records[id]?.ticket = lastTicket
        records[id]?.retryAt = nil
        actions.append(.inspect(id, ticket: lastTicket))
    }

    /// Has the services of a container read anew, and those of containers that share its network.
    mutating func reread(_ id: String) {
        unread.insert(id)
    }

    mutating func remove(_ id: String, _ reason: String) {
        guard records.removeValue(forKey: id) != nil else { return }
        log(.debug, "\(Self.short(id)): \(reason)")
        awaited?.remove(id)
        told[id] = nil
        unread.insert(id)
    }

    static func short(_ id: String) -> String { String(id.prefix(12)) }

    // MARK: What is to be known

    private mutating func readAnew() {
        guard !unread.isEmpty else { return }
        for (id, record) in records where record.details != nil {
            let isSharing = record.details?.networkMode.hasPrefix("container:") ?? false
            guard unread.contains(id) || isSharing, let details = record.details else { continue }
            let reading = reader.read(details, carrier: isSharing ? carrier(of: details) : nil)
            records[id]?.reading = reading
            guard told[id] != reading.notices else { continue }
            told[id] = reading.notices
            for notice in reading.notices {
                log(notice.isProblem ? .warning : .info, "ignored: \(Self.short(id)) \(details.name): \(notice.text)")
            }
        }
        unread = []
    }

    /// The container whose network `details` shares.
    private func carrier(of details: ContainerDetails) -> ContainerDetails? {
        let name = details.networkMode.dropFirst("container:".count)
        guard !name.isEmpty else { return nil }
        if let known = records[String(name)] { return known.isUp ? known.details : nil }
        return records.first { $0.value.isUp && ($0.key.hasPrefix(name) || $0.value.details?.name == String(name)) }?
            .value.details
    }

    private mutating func publish() {
        if !isComplete {
            guard let awaited, awaited.isEmpty else { return }
            isComplete = true
            log(.notice, "\(records.values.count { $0.isUp }) containers run")
            settle()
            actions.append(.publish)
        } else if settle() {
            actions.append(.publish)
        }
    }

    /// Finds out what is to be known; whether that is something new.
    @discardableResult
    private mutating func settle() -> Bool {
        let old = services
        services = chosen()
        guard old != services else { return false }
        let before = Dictionary(old.map { ([$0.name, $0.id], $0) }) { first, _ in first }
        let after = Dictionary(services.map { ([$0.name, $0.id], $0) }) { first, _ in first }
        for service in old where after[[service.name, service.id]] == nil {
            log(.info, "removed: \(Self.short(service.container)) \(service.name) \(service.id)")
        }
        for service in services {
            let word: String
            switch before[[service.name, service.id]] {
            case nil: word = "added"
            case service?: continue
            case _?: word = "changed"
            }
            log(.info, "\(word): \(Self.short(service.container)) \(service.name) \(service.id)")
        }
        return true
    }

    private mutating func chosen() -> [HostedService] {
        var found: [[String]: (service: HostedService, number: Int)] = [:]
        for entry in entries(of: records.values.filter(isKnown)) {
            let key = [entry.service.name, entry.service.id]
            if let other = found[key], other.service.container != entry.service.container {
                if contested.insert(entry.service.id).inserted {
                    log(
                        .warning,
                        "\(entry.service.name) \(entry.service.id): \(Self.short(other.service.container)) and "
                            + "\(Self.short(entry.service.container)) claim it: the younger one has it")
                }
                guard other.number < entry.number else { continue }
            }
            found[key] = entry
        }
        return found.values.map(\.service).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    private func entries(
        of records: [ContainerRecord]
    ) -> [(service: HostedService, number: Int)] {
        records.flatMap { record in
            record.reading.services.map { service in
                var service = service
                if record.stopping != nil { service.attributes.append(EndpointAttribute("drain")) }
                return (service, record.number)
            }
        }
    }

    /// Whether a container's services are to be known.
    private func isKnown(_ record: ContainerRecord) -> Bool {
        if record.ended != nil { return true }
        guard record.isUp, let state = record.details?.state else { return false }
        if state.isPaused, !settings.keepsPaused { return false }
        if settings.honorsHealth, state.health == .starting || state.health == .unhealthy { return false }
        // gliderlabs' values have no room for a mark.
        return record.stopping.map { $0.leavesAt != nil && !reader.rules.isCompatible } ?? true
    }
}
