internal import Synchronization

extension RoutingTable {
    /// What ties requests of `service` to endpoints; nil if nothing does.
    public func affinity(of service: Int) -> ServiceAffinity? {
        guard service >= 0, service < services.count, services[service].spread >= 0 else { return nil }
        let place = serviceParts.balancing.spreads[Int(services[service].spread)].affinity
        return place < 0 ? nil : serviceParts.balancing.affinities[Int(place)]
    }

    /// Whether `endpoint`, which a cookie of `service` names, may get the request after all that is known of it.
    ///
    /// One that drains, or has the weight 0, goes on serving those who are at it; one that is ejected, down, full or tried does
    /// not.
    public func mayStay(at endpoint: Int, of service: Int, _ choice: EndpointChoice) -> Bool {
        guard endpointIndices(of: service).contains(endpoint) else { return false }
        return mayUse(endpoint, EndpointRequest(choice, service: service, balance: services[service].balance))
    }
}
