internal import Routing
internal import Synchronization

/// An endpoint that left for answering badly, as the worker tells that saw it.
struct Ejection: Sendable {
    var state: EndpointState
    var service: ServiceState
    /// Monotonic nanoseconds.
    var until: UInt64
    /// The last answer's status, 0 if there was none; and what the access log says of it.
    var status: UInt16
    var label: StaticString

    /// Why, for people.
    func reason(now: UInt64) -> String {
        let last = status > 0 ? "\(status)" : "\(label)"
        let seconds = Double((until &- min(now, until)) / 100_000_000) / 10
        return "too many errors in a row, the last: \(last); for \(seconds) s"
    }
}

/// Who is out for answering badly, and until when: a state machine that asks no clock.
struct EjectionBook {
    private var entries: [Int32: Ejection] = [:]
    private var queue = DueQueue()
    private var last: Int32 = 0

    /// When the next comes back.
    var next: UInt64? { queue.next }
    /// How many are out.
    var count: Int { entries.count }

    /// Notes one that has left.
    mutating func take(_ ejection: Ejection, now: UInt64) -> EndpointEvent {
        let reason = ejection.reason(now: now)
        ejection.state.trouble.withLock { $0 = reason }
        last &+= 1
        entries[last] = ejection
        queue.put(DueQueue.Entry(due: ejection.until, number: last, mark: 0))
        return EndpointEvent(identity: ejection.state.identity, kind: .ejected, reason: reason)
    }

    /// Those whose time has come at `now` are back.
    mutating func expire(now: UInt64) -> [EndpointEvent] {
        var events: [EndpointEvent] = []
        while let due = queue.take(now: now) {
            if let event = end(due.number, "its time is over", now: now) { events.append(event) }
        }
        return events
    }

    /// Those of which `isOver` is true are back before their time.
    mutating func end(
        because reason: String, now: UInt64, where isOver: (EndpointState) -> Bool
    ) -> [EndpointEvent] {
        let over = entries.filter { isOver($0.value.state) }.keys.sorted()
        return over.compactMap { end($0, reason, now: now) }
    }

    private mutating func end(_ number: Int32, _ reason: String, now: UInt64) -> EndpointEvent? {
        guard let ejection = entries.removeValue(forKey: number),
            ejection.state.endEjection(in: ejection.service, now: now)
        else { return nil }
        return EndpointEvent(identity: ejection.state.identity, kind: .returned, reason: reason)
    }
}
