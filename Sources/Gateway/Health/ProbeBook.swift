internal import Routing
internal import Synchronization

/// What came of a check.
enum ProbeVerdict: Equatable, Sendable {
    case passed
    /// And why: `GET /healthz: 503, expected 200-399`.
    case failed(String)
    /// The edge had no room for it: it says nothing of the endpoint.
    case skipped
}

/// Who is checked when, and what the outcomes make of the endpoints: a state machine that asks no clock and no socket.
struct ProbeBook {
    /// A target on the book.
    struct Entry {
        var target: ProbeTarget
        var tally: HealthTally
        /// When the check under way, or the last, began.
        var began: UInt64 = 0
        /// Counted up when the place gets another target.
        var mark: UInt32 = 0
        var isTaken = true
    }

    /// A check that is to begin.
    struct Start: Equatable {
        var number: Int32
        var mark: UInt32
        /// When it is too late.
        var deadline: UInt64
    }

    /// What is to be done after an outcome.
    struct Consequences {
        var events: [EndpointEvent] = []
        /// Endpoints that checks have brought back: whatever they were out for is over.
        var risen: [EndpointState] = []
    }

    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var places: [ProbeKey: Int32] = [:]
    private var queue = DueQueue()

    /// Targets on the book.
    var count: Int { places.count }
    /// When the next check is due.
    var next: UInt64? { queue.next }

    /// The target of number `number`, nil if it is not there any more.
    func target(_ number: Int32, mark: UInt32) -> ProbeTarget? {
        let entry = entries[Int(number)]
        return entry.isTaken && entry.mark == mark ? entry.target : nil
    }

    // MARK: - Plans

    /// Takes up a plan: those that stay keep what is known of them, those that come are spread over their interval.
    mutating func take(_ plan: ProbePlan, now: UInt64) {
        var kept: Set<Int32> = []
        var fresh: [ProbeTarget] = []
        for target in plan.targets {
            if let number = places[target.key] {
                kept.insert(number)
                entries[Int(number)].target = target
                settle(Int(number))
            } else {
                fresh.append(target)
            }
        }
        let gone = places.values.filter { !kept.contains($0) }
        if !gone.isEmpty { drop(gone, plan) }
        for (index, target) in fresh.enumerated() {
            let window = min(UInt64(target.check.policy.interval) * 1_000_000, UInt64(fresh.count) * Limits.probeSpread)
            add(target, due: now &+ window * UInt64(index) / UInt64(fresh.count))
        }
    }

    private mutating func add(_ target: ProbeTarget, due: UInt64) {
        for state in target.states where target.check.policy.initial == .up {
            _ = state.health.compareExchange(
                expected: EndpointHealth.unknown.rawValue, desired: EndpointHealth.up.rawValue, ordering: .relaxed)
        }
        let entry = Entry(target: target, tally: HealthTally(Self.common(target.states)))
        let number: Int32
        if let last = free.popLast() {
            number = last
            let mark = entries[Int(number)].mark
            entries[Int(number)] = entry
            entries[Int(number)].mark = mark
        } else {
            number = Int32(entries.count)
            entries.append(entry)
        }
        places[target.key] = number
        queue.put(DueQueue.Entry(due: due, number: number, mark: entries[Int(number)].mark))
    }

    /// What all of `states` count as; unknown where they differ.
    private static func common(_ states: [EndpointState]) -> EndpointHealth {
        let values = Set(states.map { $0.health.load(ordering: .relaxed) })
        guard values.count == 1, let value = values.first else { return .unknown }
        return EndpointHealth(rawValue: value) ?? .unknown
    }

    /// An endpoint that joins a target counts as the target does.
    private func settle(_ index: Int) {
        let health = entries[index].tally.health
        guard health != .unknown else { return }
        for state in entries[index].target.states { state.health.store(health.rawValue, ordering: .relaxed) }
    }

    /// Nobody stays down whom nobody checks any more.
    private mutating func drop(_ gone: [Int32], _ plan: ProbePlan) {
        let checked = Set(plan.targets.lazy.flatMap(\.states).map { ObjectIdentifier($0) })
        for number in gone {
            let entry = entries[Int(number)]
            for state in entry.target.states where !checked.contains(ObjectIdentifier(state)) {
                state.health.store(EndpointHealth.unknown.rawValue, ordering: .relaxed)
            }
            places[entry.target.key] = nil
            entries[Int(number)].isTaken = false
            entries[Int(number)].mark &+= 1
            entries[Int(number)].target.states = []
            free.append(number)
        }
    }

    // MARK: - Checks

    /// The next check that is due at `now`, nil if there is none.
    mutating func start(now: UInt64) -> Start? {
        while let due = queue.take(now: now) {
            guard target(due.number, mark: due.mark) != nil else { continue }
            entries[Int(due.number)].began = now
            let patience = UInt64(entries[Int(due.number)].target.check.policy.timeout) * 1_000_000
            return Start(number: due.number, mark: due.mark, deadline: now &+ patience)
        }
        return nil
    }

    /// Takes a check's outcome; `random` is any number.
    ///
    /// The next is due an interval after this one began, up to a tenth earlier, so that targets never fall into step.
    mutating func end(
        _ number: Int32, mark: UInt32, _ verdict: ProbeVerdict, now: UInt64, random: UInt64
    ) -> Consequences {
        var consequences = Consequences()
        guard let target = target(number, mark: mark) else { return consequences }
        let policy = target.check.policy
        switch verdict {
        case .skipped: break
        case .passed: judge(Int(number), reason: nil, now: now, &consequences)
        case .failed(let reason): judge(Int(number), reason: reason, now: now, &consequences)
        }
        let isFast = entries[Int(number)].tally.isInTransition
        let interval = UInt64(isFast ? policy.fastInterval ?? policy.interval : policy.interval) * 1_000_000
        let early = (interval / 10 * (random & 0xFFFF)) >> 16
        let due = max(now, entries[Int(number)].began &+ interval &- early)
        queue.put(DueQueue.Entry(due: due, number: number, mark: mark))
        return consequences
    }

    private mutating func judge(_ index: Int, reason: String?, now: UInt64, _ consequences: inout Consequences) {
        let target = entries[index].target
        let hasChanged = entries[index].tally.take(passed: reason == nil, target.check.policy)
        let health = entries[index].tally.health
        for state in target.states {
            if let reason {
                state.checksFailed.add(1, ordering: .relaxed)
                state.trouble.withLock { $0 = reason }
            } else {
                state.checksPassed.add(1, ordering: .relaxed)
                // Where requests go it can be reached again.
                if target.check.policy.port == nil, state.consecutiveFailures.load(ordering: .relaxed) != 0 {
                    state.endSuspension()
                }
            }
            guard hasChanged else { continue }
            let old = state.health.exchange(health.rawValue, ordering: .relaxed)
            if health == .down {
                consequences.events.append(
                    EndpointEvent(identity: state.identity, kind: .down, reason: reason ?? ""))
            } else if old == EndpointHealth.down.rawValue {
                state.risenAt.store(now, ordering: .relaxed)
                state.endSuspension()
                consequences.risen.append(state)
                consequences.events.append(
                    EndpointEvent(identity: state.identity, kind: .up, reason: "its checks pass"))
            }
        }
    }
}
