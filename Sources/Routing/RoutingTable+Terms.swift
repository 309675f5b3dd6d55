/// The terms on which a request is served, of what its route and its service say: in one place for all who ask.
extension RoutingTable {
    /// How often a client may ask, and whose buckets count, a ``RouteRecord/statisticsSlot``: the route's word goes first.
    public func rate(of route: RouteRecord, _ service: ServiceRecord) -> (rate: CompiledRate, owner: Int32)? {
        if route.access >= 0, let rate = routeAccess(route.access).rate { return (rate, route.statisticsSlot) }
        guard service.access >= 0, let rate = serviceAccess(service.access).rate else { return nil }
        return (rate, service.statisticsSlot)
    }

    /// Who may go on by a password: by the route's word, else by the service's; nil where nobody is asked.
    public func passwords(of route: RouteRecord, _ service: ServiceRecord) -> PasswordTable? {
        if route.access >= 0 {
            let access = routeAccess(route.access)
            if access.asksNobody { return nil }
            if let passwords = access.passwords { return passwords }
        }
        return service.access >= 0 ? serviceAccess(service.access).passwords : nil
    }

    /// Octets a second of an answer's body, 0 for no limit.
    public func bandwidth(of route: RouteRecord, _ service: ServiceRecord) -> Int64 {
        if route.access >= 0, let bandwidth = routeAccess(route.access).bandwidth { return bandwidth }
        return service.access >= 0 ? serviceAccess(service.access).bandwidth ?? 0 : 0
    }
}

extension RouteRecord {
    /// The waits of its requests to `service`.
    @inlinable
    public func timeouts(to service: ServiceRecord) -> Timeouts { overridesTimeouts ? timeouts : service.timeouts }

    /// The retries of its requests to `service`.
    @inlinable
    public func retries(to service: ServiceRecord) -> RetryPolicy { overridesRetries ? retries : service.retries }

    /// The most octets of a body of its requests to `service`, of which the listener takes `most`; -1: no limit.
    @inlinable
    public func bodyLimit(to service: ServiceRecord, listener most: Int64) -> Int64 {
        let limit = requestBodyLimit >= 0 ? requestBodyLimit : service.requestBodyLimit
        return most >= 0 && (limit < 0 || most < limit) ? most : limit
    }
}
