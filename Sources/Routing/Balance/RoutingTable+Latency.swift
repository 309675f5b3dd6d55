extension RoutingTable {
    /// Whether `two` answers clearly sooner than `one`, each with the requests that it has: what lies within an eighth is
    /// chance, and would send everybody to one endpoint.
    ///
    /// An endpoint that nothing is known of is taken to be as quick as the other.
    func isFaster(_ two: Int, than one: Int, in group: EndpointGroup, _ request: EndpointRequest) -> Bool {
        var latencyOne = states[one].expectedLatency(at: request.now)
        var latencyTwo = states[two].expectedLatency(at: request.now)
        if latencyOne == 0 { latencyOne = latencyTwo == 0 ? 1 : latencyTwo }
        if latencyTwo == 0 { latencyTwo = latencyOne }
        return latencyTwo * queue(two, in: group) < latencyOne * queue(one, in: group) * 0.875
    }

    /// Requests at the endpoint and the one to come, where one of mean weight counts them as they are.
    private func queue(_ endpoint: Int, in group: EndpointGroup) -> Double {
        let weight = Double(endpoints[endpoint].weight)
        let mean = Double(group.weight) / Double(group.count)
        return 1 + Double(inFlight(endpoint)) * mean / weight
    }
}
