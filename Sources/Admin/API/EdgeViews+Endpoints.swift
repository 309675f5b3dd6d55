internal import Control
internal import Discovery
internal import Gateway
internal import KeyValue
internal import Routing

/// Endpoints, those that an operator has disabled among them.
extension EdgeViews {
    /// `/api/v1/endpoints`; `service`: that one's alone.
    func endpoints(of service: String?) -> AdminAnswer {
        let seen = subject.gateway.observe()
        let descriptions = seen.descriptions
        let overrides = subject.controller.status.overrides.filter { service == nil || service == $0.service }
        return .json { writer in
            writer.name("endpoints")
            writer.array { writer in
                for (index, name) in seen.table.serviceNames.enumerated() {
                    guard service == nil || service == name else { continue }
                    let known = Self.byAddress(descriptions[name])
                    // A part of a service has its endpoints, too.
                    let whole = String(name.prefix { $0 != "@" })
                    let own = overrides.filter { $0.service == whole }
                    for place in seen.table.places(of: index) {
                        let address = "\(seen.table.endpoints[place].address)"
                        writer.object { writer in
                            writer.member("service", name)
                            writer.member("address", address)
                            write(place, known[address], seen, to: &writer)
                            writer.name("override")
                            Self.write(own.first { $0.address == address }?.override, to: &writer)
                        }
                    }
                }
                for item in overrides where item.override.state == .disable {
                    writer.object { writer in
                        writer.member("service", item.service)
                        writer.member("address", item.address)
                        writer.member("state", "disabled")
                        writer.name("override")
                        Self.write(item.override, to: &writer)
                    }
                }
            }
        }
    }

    private func write(
        _ place: Int, _ description: EndpointDescription?, _ seen: GatewayObservation, to writer: inout JSONWriter
    ) {
        let (record, standing) = (seen.table.endpoints[place], seen.standings[place])
        writer.member("state", Self.state(record, standing))
        writer.member("weight", record.weight)
        writer.member("backup", record.isBackup)
        writer.member("zone", description?.zone ?? "")
        writer.member("protocol", record.protocol.word)
        writer.member("health", "\(standing.health)")
        writer.member("trouble", standing.trouble)
        writer.member("in_flight", standing.inFlight)
        writer.member("failures", seen.endpoints[place].failures)
        writer.member("retries", seen.endpoints[place].retries)
        writer.member("checks_passed", standing.checksPassed)
        writer.member("checks_failed", standing.checksFailed)
        writer.member("ejections", standing.ejections)
        writer.traffic(seen.endpoints[place])
        writer.provenance(description?.provenance)
    }

    /// One word: why it gets no new requests, or `in`.
    static func state(_ record: EndpointRecord, _ standing: EndpointStanding) -> String {
        if record.isDraining { return "draining" }
        if record.weight == 0 { return "weightless" }
        if standing.health == .down { return "down" }
        return standing.isEjected ? "ejected" : "in"
    }

    private static func byAddress(_ service: ServiceDescription?) -> [String: EndpointDescription] {
        Dictionary(
            (service?.endpoints ?? []).map { endpoint in
                (EndpointAddress(endpoint.address).map { "\($0)" } ?? endpoint.address, endpoint)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What an operator has said of an endpoint; null: nothing.
    static func write(_ override: EndpointOverride?, to writer: inout JSONWriter) {
        guard let override else { return writer.null() }
        writer.object { writer in
            writer.member("state", override.state?.rawValue)
            writer.member("weight", override.weight)
            writer.member("since", override.since)
        }
    }
}

extension GatewayObservation {
    /// The services' descriptions, by name.
    var descriptions: [String: ServiceDescription] {
        Dictionary(table.description.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether new requests may go to the endpoint at `place` of the table's, others being in or not.
    func isIn(_ place: Int) -> Bool { EdgeViews.state(table.endpoints[place], standings[place]) == "in" }
}
