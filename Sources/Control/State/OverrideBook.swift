internal import Routing

/// All orders of operators that stand, by service and address.
///
/// Pure.
struct OverrideBook: Sendable, Equatable {
    /// Which endpoint.
    struct Place: Sendable, Hashable {
        var service: String
        /// In the table's form.
        var address: String
    }

    private(set) var overrides: [Place: EndpointOverride] = [:]

    /// All of them, in the order of their names.
    var list: [OverriddenEndpoint] {
        overrides.map { OverriddenEndpoint(service: $0.service, address: $0.address, override: $1) }
            .sorted { ($0.service, $0.address) < ($1.service, $1.address) }
    }

    /// What a former run was told.
    mutating func restore(_ list: [OverriddenEndpoint]) {
        for item in list {
            overrides[Place(service: item.service, address: item.address)] = item.override
        }
    }

    /// Follows an order about an endpoint that is there.
    ///
    /// - Parameter known: what the store says of it.
    /// - Returns: what stands now of orders about it.
    mutating func follow(
        _ order: EndpointOrder, at place: Place, known: EndpointDescription, time: Int64
    ) throws(OrderRefusal) -> EndpointOverride? {
        var override = overrides[place] ?? EndpointOverride(since: time)
        switch order {
        case .state(let state):
            if state == nil, override.state == nil, known.isDraining { throw .storeSays("drain") }
            override.state = state
        case .weight(let weight):
            if let weight, !(0...65_535).contains(weight) { throw .badWeight }
            override.weight = weight
        }
        if override != overrides[place] { override.since = time }
        overrides[place] = override.isEmpty ? nil : override
        return overrides[place]
    }

    /// `services` as the orders have them; orders about endpoints that are not there any more are forgotten.
    mutating func apply(to services: [Named<ServiceDescription>], forgets: Bool) -> [Named<ServiceDescription>] {
        guard !overrides.isEmpty else { return services }
        let names = Set(overrides.keys.map(\.service))
        var found: Set<Place> = []
        let result = services.map { service -> Named<ServiceDescription> in
            // A part of a service has its endpoints, too.
            let whole = String(service.name.prefix { $0 != "@" })
            guard names.contains(whole) else { return service }
            var description = service.value
            description.endpoints = description.endpoints.compactMap { endpoint in
                let place = Place(service: whole, address: Self.canonical(endpoint.address))
                guard let override = overrides[place] else { return endpoint }
                found.insert(place)
                if override.state == .disable { return nil }
                var endpoint = endpoint
                if override.state == .drain { endpoint.isDraining = true }
                if let weight = override.weight { endpoint.weight = weight }
                return endpoint
            }
            return Named(service.name, description)
        }
        if forgets { overrides = overrides.filter { found.contains($0.key) } }
        return result
    }

    /// `address` in the table's form; as it is where it is none.
    static func canonical(_ address: String) -> String {
        EndpointAddress(address).map { "\($0)" } ?? address
    }
}
