public import KeyValue
internal import Logging

/// A host's services in a key-value store: `<prefix>/<name>/<id> = <ip>:<port> attribute=value ...`.
///
/// With a lifetime all entries are held by one session (a lease in etcd), which takes them away when it is not renewed: so
/// the entries of a host that lost its power go. Consul ends a session after twice its TTL, and lets none be shorter than
/// 10 s; that is counted in. A registry that is started anew takes the entries of its predecessor over without their being
/// away for a moment. Nothing is written over entries of others: see ``KeyValuePlan``.
public actor KeyValueRegistry: Registry {
    /// The store's URL with the prefix, without secrets.
    public nonisolated let name: String
    private let store: any KeyValueStore
    private let prefix: String
    private let settings: RegistrySettings
    private let kind: StoreKind
    private let sessionTimeToLive: Duration?
    private var session: String?
    private var written: [String: [UInt8]] = [:]

    /// How often a change is tried that others come in the way of.
    private static let attempts = 4
    /// How many changes are under way at once.
    private static let concurrency = 8

    /// A registry in `store`; nothing is asked yet.
    ///
    /// - Parameter prefix: what keys begin with; slashes at its ends make no difference, and it may be empty.
    public init(_ store: any KeyValueStore, prefix: String, settings: RegistrySettings, kind: StoreKind = .plain) {
        let prefix = prefix.split(separator: "/").joined(separator: "/")
        self.store = store
        self.prefix = prefix.isEmpty ? "" : prefix + "/"
        self.settings = settings
        self.kind = kind
        name = prefix.isEmpty ? store.name : "\(store.name)/\(prefix)"
        sessionTimeToLive = settings.timeToLive.map { kind.sessionTimeToLive($0, refresh: settings.refresh) }
    }

    /// Whether the store answers a read under the prefix.
    public func ping() async throws {
        _ = try await store.get(prefix + "ping")
    }

    /// Makes it so that exactly `services` of this host are there; see ``Registry/reconcile(_:)``.
    public func reconcile(_ services: [HostedService]) async throws -> RegistryChange {
        var change = RegistryChange()
        let wanted = values(of: services, &change)
        var open = wanted
        for attempt in 1...Self.attempts {
            let held = try await heldSession(isNeeded: !wanted.isEmpty)
            let found = try await store.list(prefix: prefix).entries
            let plan = KeyValuePlan(
                open.mapValues(\.value),
                found: found.filter { entry in
                    open[entry.key] != nil || wanted[entry.key] == nil
                }, owner: owner(held))
            for (key, reason) in plan.refused { refuse(key, reason, &open, &change) }
            let outcomes = try await carryOut(plan.steps, session: held)
            var isSessionLost = false
            var isDone = true
            for (step, outcome) in outcomes {
                switch outcome {
                case .done: note(step, &change)
                case .conflict:
                    isDone = false
                    if attempt == Self.attempts {
                        refuse(step.key, "\(step.key): others change it, or hold it, all the time", &open, &change)
                    }
                case .refused(let error):
                    if try await isLost(held) {
                        isSessionLost = true
                    } else {
                        refuse(step.key, error.description, &open, &change)
                    }
                }
            }
            if isSessionLost { session = nil }
            if isDone, !isSessionLost { break }
        }
        // What was right already is this registry's from now on, as if it had written it.
        written = open.mapValues(\.value)
        return change
    }

    /// Renews the session; see ``Registry/refresh()``.
    ///
    /// Entries without a lifetime are looked for: a store that came back empty is told like a lifetime that is over.
    public func refresh() async throws -> Bool {
        guard let held = session else {
            guard let sample = written.keys.min() else { return true }
            guard sessionTimeToLive == nil else { return false }
            return try await store.get(sample) != nil
        }
        if try await store.renewSession(held) { return true }
        if session == held { session = nil }
        settings.logger.notice("\(name): the lifetime of this host's entries was over: they are written again")
        return false
    }

    /// Takes away what this registry wrote, and ends its session.
    public func leave() async throws {
        if let held = session {
            try await store.destroySession(held)
            session = nil
        }
        defer { written = [:] }
        // What no session holds, though one held it, is somebody's who has taken it over.
        guard sessionTimeToLive == nil, !written.isEmpty else { return }
        for entry in try await store.list(prefix: prefix).entries where entry.session == nil {
            guard let value = written[entry.key], value == entry.value else { continue }
            _ = try await store.compareAndDelete(entry.key, index: entry.modifyIndex)
        }
    }

    // MARK: Steps

    /// What became of one step.
    private enum Outcome: Sendable {
        case done
        /// Somebody else was quicker.
        case conflict
        /// The store does not take it.
        case refused(KeyValueError)
    }

    private func carryOut(
        _ steps: [KeyValuePlan.Step], session: String?
    ) async throws -> [(KeyValuePlan.Step, Outcome)] {
        let store = store
        let mark = owner(session).mark
        return try await withThrowingTaskGroup(of: (KeyValuePlan.Step, Outcome).self) { group in
            var outcomes: [(KeyValuePlan.Step, Outcome)] = []
            var rest = steps.makeIterator()
            func begin() {
                guard let step = rest.next() else { return }
                group.addTask { (step, try await Self.carryOut(step, in: store, session: session, mark: mark)) }
            }
            for _ in 0..<Self.concurrency { begin() }
            while let outcome = try await group.next() {
                outcomes.append(outcome)
                begin()
            }
            return outcomes
        }
    }

    private static func carryOut(
        _ step: KeyValuePlan.Step, in store: any KeyValueStore, session: String?, mark: UInt64
    ) async throws(KeyValueError) -> Outcome {
        do {
            switch step {
            case .write(let key, let value, let index):
                let isWritten =
                    if let session {
                        try await store.acquire(key, value: value, flags: mark, session: session)
                    } else {
                        try await store.compareAndSet(key, value: value, flags: mark, index: index)
                    }
                return isWritten ? .done : .conflict
            case .takeOver(let key, let value, let holder):
                guard try await store.release(key, value: value, session: holder) else { return .conflict }
                guard let session else { return .done }
                return try await store.acquire(key, value: value, flags: mark, session: session) ? .done : .conflict
            case .delete(let key, let index):
                return try await store.compareAndDelete(key, index: index) ? .done : .conflict
            }
        } catch {
            // What is wrong with one entry does not hold up the others; what is wrong with the store does.
            guard error.kind == .invalid || error.kind == .denied else { throw error }
            return .refused(error)
        }
    }

    private func note(_ step: KeyValuePlan.Step, _ change: inout RegistryChange) {
        switch step {
        case .write(let key, let value, _), .takeOver(let key, let value, _):
            written[key] = value
            change.written += 1
        case .delete(let key, _):
            written[key] = nil
            change.removed += 1
        }
    }

    private func refuse(
        _ key: String, _ reason: String, _ open: inout [String: (id: String, value: [UInt8])],
        _ change: inout RegistryChange
    ) {
        guard let entry = open.removeValue(forKey: key) else {
            settings.logger.warning("\(name): \(reason)")
            return
        }
        change.refused.append(RegistryRefusal(id: entry.id, reason: reason))
    }

    // MARK: Sessions

    private func heldSession(isNeeded: Bool) async throws(KeyValueError) -> String? {
        guard let sessionTimeToLive else { return nil }
        if let session { return session }
        guard isNeeded else { return nil }
        let made = try await store.createSession(
            name: "portico registrator \(settings.host)", ttl: sessionTimeToLive, behavior: .delete, lockDelay: .zero)
        session = made
        return made
    }

    private func isLost(_ held: String?) async throws(KeyValueError) -> Bool {
        guard let held else { return false }
        return try await !store.renewSession(held)
    }

    private func owner(_ session: String?) -> KeyValuePlan.Owner {
        KeyValuePlan.Owner(
            host: settings.host, prefix: prefix, session: session, written: written,
            isCompatible: settings.isCompatible, keepsFlags: kind.keepsFlags)
    }

    // MARK: Values

    private func values(
        of services: [HostedService], _ change: inout RegistryChange
    ) -> [String: (id: String, value: [UInt8])] {
        var values: [String: (id: String, value: [UInt8])] = [:]
        for service in services {
            let key = "\(prefix)\(service.name)/\(service.id)"
            guard !service.address.isEmpty, service.port > 0 else {
                change.refused.append(RegistryRefusal(id: service.id, reason: "it has no address that can be told"))
                continue
            }
            guard values[key] == nil else {
                change.refused.append(
                    RegistryRefusal(
                        id: service.id, reason: "another port of \(service.name) has this ID: give it another"))
                continue
            }
            values[key] = (service.id, Array(value(of: service).utf8))
        }
        return values
    }

    private func value(of service: HostedService) -> String {
        var words = [EndpointText.address(service.address, service.port)]
        guard !settings.isCompatible else { return words[0] }
        var names: Set<String> = []
        for attribute in service.attributes where EndpointText.isName(attribute.name) {
            guard names.insert(attribute.name.lowercased()).inserted else { continue }
            words.append(EndpointText.attribute(attribute.name, attribute.value))
        }
        let tags = service.tags.filter { !$0.isEmpty && !$0.contains(",") }
        if !tags.isEmpty, !names.contains("tags") {
            words.append(EndpointText.attribute("tags", tags.joined(separator: ",")))
        }
        return words.joined(separator: " ")
    }
}
