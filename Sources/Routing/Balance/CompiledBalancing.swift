/// What a table knows of the balancing of those services that ask for more than turns and counts.
struct CompiledBalancing: Sendable {
    /// One for each such service: ``ServiceRecord/spread`` points into it.
    private(set) var spreads: [SpreadRecord] = []
    /// What ties requests to endpoints.
    private(set) var affinities: [ServiceAffinity] = []
    /// By endpoint, up to the last one whose service is balanced by a hash: ``KeyHash/seed(of:)``.
    private(set) var seeds: [UInt64] = []

    /// Nothing yet.
    init() {}

    /// Adds what `service` asks for to its `record`.
    ///
    /// - Parameters:
    ///   - endpoints: all of the table's endpoints so far; the service's are the last of them.
    ///   - near: those of its rotation that are in the edge's zone.
    ///   - far: those that are not.
    mutating func add(
        _ service: ServiceDescription, to record: inout ServiceRecord, endpoints: [EndpointRecord],
        near: EndpointGroup, far: EndpointGroup, problems: inout [TableProblem]
    ) {
        var spread = SpreadRecord()
        if near.count > 0, far.count > 0 {
            spread.near = near
            spread.far = far
            record.traits.insert(.zoned)
        }
        if (1...100).contains(service.panicPercent) {
            spread.panicPercent = service.panicPercent
            record.traits.insert(.panics)
        }
        if service.slowStart > 0 {
            spread.slowStart = UInt64(service.slowStart) * 1_000_000
            record.traits.insert(.slowStart)
        }
        if service.balance == .peakEWMA { record.traits.insert(.measured) }
        let isHashed = service.balance == .hash || service.balance == .source
        if isHashed {
            record.traits.insert(.keyed)
            spread.boundPercent = service.balance == .hash ? min(1_000, max(0, service.hash.boundPercent)) : 0
            addSeeds(record, endpoints)
        }
        var sticky = service.sticky
        if let policy = sticky, let fault = ServiceAffinity.fault(of: policy) {
            sticky = nil
            problems.append(
                TableProblem(
                    subject: "service \(service.name)", reason: "is not sticky: \(fault)",
                    provenance: service.endpoints.first?.provenance))
        }
        if sticky != nil { record.traits.insert(.sticky) }
        if isHashed || sticky != nil {
            spread.affinity = Int32(affinities.count)
            affinities.append(
                ServiceAffinity(service, sticky: sticky, record: record, endpoints: endpoints))
        }
        guard !record.traits.isDisjoint(with: .spread) else { return }
        record.spread = Int32(spreads.count)
        spreads.append(spread)
    }

    private mutating func addSeeds(_ record: ServiceRecord, _ endpoints: [EndpointRecord]) {
        let first = Int(record.firstEndpoint)
        seeds.append(contentsOf: repeatElement(0, count: max(0, first - seeds.count)))
        let own = endpoints[first..<first + Int(record.endpointCount)]
        seeds.append(contentsOf: own.lazy.map { KeyHash.seed(of: $0.address) })
    }
}
