internal import Synchronization

/// Compiles the endpoints of one service.
struct EndpointCompiler {
    /// Which part an endpoint has in the balancing, in the order in which they lie in the table.
    ///
    /// Near ones, which are in the edge's zone, and primary ones are the rotation.
    enum Role: CaseIterable {
        case near, primary, backup, unused
    }

    /// An endpoint that may be in the table.
    struct Accepted {
        var record: EndpointRecord
        var state: EndpointState
        var source: Int32
        var role: Role
        /// How it is checked: an index into the table's checks, or -1.
        var check: Int32
    }

    /// Up to this many endpoints are compared one by one; more go through a set.
    private static let linearLimit = 16

    private let service: ServiceDescription
    private let index: Int32
    /// The table's checks that the service's are, by their numbers in the service; and which of them take a new endpoint
    /// for down.
    private let checks: [Int32]
    private let isDownAtFirst: [Bool]
    private var seen: Set<EndpointAddress> = []
    /// Those that passed, in the description's order.
    private(set) var accepted: [Accepted] = []

    /// A compiler for `service`, at `index` of the table's.
    init(service: ServiceDescription, index: Int32, checks: [Int32] = [], isDownAtFirst: [Bool] = []) {
        self.service = service
        self.index = index
        self.checks = checks
        self.isDownAtFirst = isDownAtFirst
    }

    /// Adds what is sound of the service's endpoints to `accepted`.
    ///
    /// - Parameter dialect: the number of a protocol under the service's TLS policy; asked where it changes.
    mutating func compile(
        survivors: inout Survivors, registry: SlotRegistry, problems: inout [TableProblem],
        dialect: (EndpointProtocol) -> Int32
    ) {
        let descriptions = service.endpoints
        var last: (protocol: EndpointProtocol, dialect: Int32)?
        accepted.reserveCapacity(descriptions.count)
        for (source, description) in descriptions.enumerated() {
            guard let address = EndpointAddress(description.address) else {
                problems.append(
                    problem(
                        description,
                        "is not an address: write 10.0.0.5:80 or [2001:db8::5]:80, the port from 1 to 65535"))
                continue
            }
            guard (0...65_535).contains(description.weight) else {
                problems.append(problem(description, "has weight \(description.weight): write 0 to 65535"))
                continue
            }
            guard isNew(address) else {
                problems.append(problem(description, "is there twice; the first stands: remove one of the two"))
                continue
            }
            let spoken = description.protocol ?? service.protocol
            let proxyVersion = (description.sendProxy ?? service.sendProxy ?? .off).number
            guard proxyVersion == 0 || !spoken.isHTTP2Only else {
                problems.append(
                    problem(
                        description,
                        "speaks HTTP/2 only, whose connections many clients share, so no PROXY header can tell of one:"
                            + " take send_proxy out, or let it speak http or https"))
                continue
            }
            let isChecked = checks.indices.contains(description.check)
            let state =
                survivors.take(address)
                ?? newState(address, description, isFirst: survivors.isEmpty, from: registry)
            let number: Int32
            if let last, last.protocol == spoken {
                number = last.dialect
            } else {
                number = dialect(spoken)
                last = (spoken, number)
            }
            let record = EndpointRecord(
                address: address, slot: Int32(state.slot), service: index, weight: Int32(description.weight),
                isBackup: description.isBackup, isDraining: description.isDraining, protocol: spoken,
                dialect: number, proxyVersion: proxyVersion)
            let isUsed = description.weight > 0 && !description.isDraining
            let role: Role =
                !isUsed ? .unused : description.isBackup ? .backup : description.isNear ? .near : .primary
            accepted.append(
                Accepted(
                    record: record, state: state, source: Int32(source), role: role,
                    check: isChecked ? checks[description.check] : -1))
        }
    }

    /// The state of an endpoint that was not there before.
    private func newState(
        _ address: EndpointAddress, _ description: EndpointDescription, isFirst: Bool, from registry: SlotRegistry
    ) -> EndpointState {
        let state = EndpointState(identity: "\(service.name)/\(address)", from: registry)
        if isDownAtFirst.indices.contains(description.check), isDownAtFirst[description.check] {
            state.health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
        }
        if service.slowStart > 0, !isFirst { state.risenAt.store(EndpointState.justAdded, ordering: .relaxed) }
        return state
    }

    private mutating func isNew(_ address: EndpointAddress) -> Bool {
        if accepted.count < Self.linearLimit { return !accepted.contains { $0.record.address == address } }
        if seen.isEmpty { seen = Set(accepted.map(\.record.address)) }
        return seen.insert(address).inserted
    }

    private func problem(_ description: EndpointDescription, _ reason: String) -> TableProblem {
        TableProblem(
            subject: "service \(service.name) endpoint \(description.address)", reason: reason,
            provenance: description.provenance)
    }
}

/// The states of a service's endpoints in the table before, found again by address.
struct Survivors {
    private static let linearLimit = 16

    private let previous: CompiledServices?
    private let range: Range<Int>
    private var next: Int
    private var places: [EndpointAddress: Int] = [:]

    /// The endpoints of service `index` of `previous`; none if either is missing.
    init(of index: Int32?, in previous: CompiledServices?) {
        self.previous = previous
        if let index, let record = previous?.records[Int(index)] {
            range = Int(record.firstEndpoint)..<Int(record.firstEndpoint + record.endpointCount)
        } else {
            range = 0..<0
        }
        next = range.lowerBound
    }

    /// Whether the service had no endpoint before.
    var isEmpty: Bool { range.isEmpty }

    /// The state of the endpoint at `address`, if it was there.
    ///
    /// Mostly it is where the one before was followed by it.
    mutating func take(_ address: EndpointAddress) -> EndpointState? {
        guard let previous, !range.isEmpty else { return nil }
        if next < range.upperBound, previous.endpoints[next].address == address {
            next += 1
            return previous.states[next - 1]
        }
        guard let place = place(of: address, in: previous) else { return nil }
        next = place + 1
        return previous.states[place]
    }

    private mutating func place(of address: EndpointAddress, in previous: CompiledServices) -> Int? {
        if range.count <= Self.linearLimit { return range.first { previous.endpoints[$0].address == address } }
        if places.isEmpty {
            places.reserveCapacity(range.count)
            for place in range { places[previous.endpoints[place].address] = place }
        }
        return places[address]
    }
}
