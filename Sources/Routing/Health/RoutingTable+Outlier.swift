internal import Synchronization

/// Endpoints that leave for what requests meet at them: all that cannot be reached, for a moment; and where their service
/// has an ``OutlierPolicy`` those that answer badly, for longer.
///
/// The first is a *suspension*: no share of the service limits it, and an answer or a passed check ends it. The second is an
/// *ejection*: it is counted in ``ServiceState/ejected``, and only its time ends it, or checks that bring the endpoint back
/// from being down. That a check passes does not: it asks other things than requests do. Where all have left, requests go to
/// them all the same.
extension RoutingTable {
    /// Nanoseconds that an endpoint is left out after it could not be reached: doubled with each further time, up to 32 times.
    private static var suspension: UInt64 { 1_000_000_000 }

    /// Notes that `endpoint` could not be reached.
    public func suspend(_ endpoint: Int, now: UInt64) {
        let state = states[endpoint]
        let failures = state.consecutiveFailures.add(1, ordering: .relaxed).newValue
        let until = now &+ Self.suspension << UInt64(min(5, max(0, failures - 1)))
        // One that is out for longer stays so.
        if !state.isEjected.load(ordering: .relaxed) || state.ejectedUntil.load(ordering: .relaxed) < until {
            state.ejectedUntil.store(until, ordering: .relaxed)
        }
    }

    /// Notes an answer of `status` of `endpoint`, which is of `service`.
    ///
    /// - Returns: until when it is out if that made it leave, else 0.
    public func note(status: UInt16, of endpoint: Int, service: Int, now: UInt64) -> UInt64 {
        let state = states[endpoint]
        if state.consecutiveFailures.load(ordering: .relaxed) != 0 { state.endSuspension() }
        guard services[service].traits.contains(.outlier) else { return 0 }
        guard outliers[Int(services[service].outlier)].isError(status) else {
            if state.consecutiveErrors.load(ordering: .relaxed) != 0 {
                state.consecutiveErrors.store(0, ordering: .relaxed)
            }
            return 0
        }
        return noteError(of: endpoint, service: service, now: now)
    }

    /// Whether an answer of `status` is an error of `service`'s endpoints.
    public func isError(_ status: UInt16, service: Int) -> Bool {
        services[service].traits.contains(.outlier) && outliers[Int(services[service].outlier)].isError(status)
    }

    /// Notes an error of `endpoint`, which is of `service`: a bad answer, or none.
    ///
    /// - Returns: until when it is out if that made it leave, else 0.
    public func noteError(of endpoint: Int, service: Int, now: UInt64) -> UInt64 {
        guard services[service].traits.contains(.outlier) else { return 0 }
        let record = outliers[Int(services[service].outlier)]
        let state = states[endpoint]
        guard state.consecutiveErrors.add(1, ordering: .relaxed).newValue >= record.consecutiveErrors else { return 0 }
        // What was under way when it left says nothing new.
        guard
            state.isEjected.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { return 0 }
        state.consecutiveErrors.store(0, ordering: .relaxed)
        let count = Int(services[service].primary.count + services[service].backup.count)
        let limit = outlierPolicies[Int(services[service].outlier)].limit(of: count)
        guard serviceStates[service].countEjection(limit: limit) else {
            state.isEjected.store(false, ordering: .releasing)
            state.ejectionsHeld.add(1, ordering: .relaxed)
            return 0
        }
        return eject(state, record, now: now)
    }

    private func eject(_ state: EndpointState, _ record: OutlierRecord, now: UInt64) -> UInt64 {
        // For each ejection's length that it did well since the last, one less counts.
        let end = state.ejectionEnd.load(ordering: .relaxed)
        let well = end > 0 && now > end ? Int(clamping: (now - end) / record.ejection) : 0
        let count = max(0, state.ejectionCount.load(ordering: .relaxed) - well)
        let until = now &+ record.length(after: count)
        state.ejectionCount.store(count + 1, ordering: .relaxed)
        state.ejections.add(1, ordering: .relaxed)
        state.ejectionEnd.store(until, ordering: .relaxed)
        state.ejectedUntil.store(until, ordering: .releasing)
        return until
    }
}

extension ServiceState {
    /// Counts one more of its endpoints as out, unless `limit` are already; exact, whoever else does the same.
    func countEjection(limit: Int) -> Bool {
        var current = ejected.load(ordering: .relaxed)
        while current < limit {
            let outcome = ejected.compareExchange(
                expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
            if outcome.exchanged { return true }
            current = outcome.original
        }
        return false
    }
}

extension EndpointState {
    /// It can be reached again; an ejection goes on.
    public func endSuspension() {
        consecutiveFailures.store(0, ordering: .relaxed)
        if !isEjected.load(ordering: .relaxed) { ejectedUntil.store(0, ordering: .relaxed) }
    }

    /// Ends an ejection, whose time has come or which is not wanted any more; false if there was none.
    ///
    /// - Parameter service: the state of its service, in which it was counted.
    public func endEjection(in service: ServiceState, now: UInt64) -> Bool {
        guard isEjected.load(ordering: .acquiring) else { return false }
        if ejectionEnd.load(ordering: .relaxed) > now { ejectionEnd.store(now, ordering: .relaxed) }
        consecutiveErrors.store(0, ordering: .relaxed)
        ejectedUntil.store(0, ordering: .relaxed)
        risenAt.store(now, ordering: .relaxed)
        // In this order: by the time that another worker may eject it again, this ejection is not counted any more.
        service.ejected.subtract(1, ordering: .acquiringAndReleasing)
        isEjected.store(false, ordering: .releasing)
        return true
    }
}
