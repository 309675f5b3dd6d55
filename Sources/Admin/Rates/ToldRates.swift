/// What one listener has been told of rates, so that endpoints are told of again only if there is something to tell.
struct ToldRates {
    /// The last reading's number, 0 for none.
    private(set) var number: UInt64 = 0
    private var endpoints: [String: RateReading.Endpoint] = [:]

    /// The event's JSON for `reading`: with those endpoints of `service` that did something or have changed since the event
    /// before.
    mutating func event(_ reading: RateReading, service: String?) -> [UInt8] {
        number = reading.number
        guard let service else { return reading.event(of: "", nil) }
        let all = reading.endpoints(of: service)
        let new = all.filter { !$0.figures.isIdle || endpoints[$0.address] != $0 }
        // Those that are gone are forgotten, so that they are told of when they come back.
        endpoints = Dictionary(all.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        return reading.event(of: service, new)
    }
}
