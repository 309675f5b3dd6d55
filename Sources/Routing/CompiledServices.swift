/// The services of a table, compiled: records, and what goes with them.
struct CompiledServices: Sendable {
    /// One record a service, in the description's order.
    var records: [ServiceRecord] = []
    /// Their names.
    var names: [String] = []
    /// Where a name is among them.
    var indices: [String: Int32] = [:]
    /// Where each is in the description.
    var sources: [Int32] = []
    /// Their states, which hold their statistics slots.
    var serviceStates: [ServiceState] = []
    /// All endpoints, each service's together.
    var endpoints: [EndpointRecord] = []
    /// Their states.
    var states: [EndpointState] = []
    /// Where each is in its service's description.
    var endpointSources: [Int32] = []
    /// How each is checked and when its service's leave for answering badly.
    var health = CompiledHealth()
    /// TLS policies that services name, each once.
    var upstreamTLS: [UpstreamTLS] = []
    /// Where a policy is among them.
    private var policyIndices: [UpstreamTLS: Int32] = [:]
    /// The numbers of the endpoints' protocols and policies.
    private var dialects = DialectNumbers()
    /// What those of them know that ask for more than turns and counts.
    var balancing = CompiledBalancing()
    /// How each one's answers are compressed; nil: not at all.
    var compressionRules: [CompressionRule?] = []
    /// Who is asked before each one's requests go on; nil: nobody.
    var permissionRules: [PermissionRule?] = []
    /// Weighted sequences: offsets from a group's first endpoint.
    var rotations: [Int32] = []
    /// Who may use them, where not everybody may.
    var accesses = CompiledAccesses()

    /// No services.
    init() {}

    /// Compiles `descriptions`, taking over from `previous` the states and slots of those that stay.
    init(
        _ descriptions: [ServiceDescription], previous: CompiledServices?, registries: Registries,
        problems: inout [TableProblem]
    ) {
        let endpointCount = descriptions.reduce(0) { $0 + $1.endpoints.count }
        endpoints.reserveCapacity(endpointCount)
        states.reserveCapacity(endpointCount)
        endpointSources.reserveCapacity(endpointCount)
        records.reserveCapacity(descriptions.count)
        names.reserveCapacity(descriptions.count)
        indices.reserveCapacity(descriptions.count)
        sources.reserveCapacity(descriptions.count)
        serviceStates.reserveCapacity(descriptions.count)
        var rotationBuilder = RotationBuilder()
        for (source, description) in descriptions.enumerated() {
            if let reason = EntryName.fault(in: description.name, allowingSlash: false) {
                problems.append(TableProblem(subject: "service \(description.name)", reason: reason, provenance: nil))
                continue
            }
            if indices[description.name] != nil {
                problems.append(
                    TableProblem(
                        subject: "service \(description.name)",
                        reason: "is described twice; the first stands: give each service one description",
                        provenance: description.endpoints.first?.provenance))
                continue
            }
            let old = previous?.indices[description.name]
            append(
                description, source: source, previous: previous, old: old, registries: registries,
                rotations: &rotationBuilder, problems: &problems)
        }
        rotations = rotationBuilder.sequences
        addPermissions(descriptions, problems: &problems)
    }

    private mutating func append(
        _ description: ServiceDescription, source: Int, previous: CompiledServices?, old: Int32?,
        registries: Registries,
        rotations: inout RotationBuilder, problems: inout [TableProblem]
    ) {
        let state =
            old.flatMap { previous?.serviceStates[Int($0)] }
            ?? ServiceState(name: description.name, lease: SlotLease(from: registries.statistics))
        let index = Int32(records.count)
        let first = Int32(endpoints.count)
        var survivors = Survivors(of: old, in: previous)
        let checks = health.indices(of: description, previous: previous?.health, problems: &problems)
        var compiler = EndpointCompiler(
            service: description, index: index, checks: checks, isDownAtFirst: health.areDownAtFirst(checks))
        compiler.compile(survivors: &survivors, registry: registries.endpoints, problems: &problems) { `protocol` in
            dialects.number(
                of: `protocol`, description.tls, previous: previous?.dialects, counter: registries.dialects)
        }
        let groups = add(compiler.accepted, rotations: &rotations)
        if description.connectionsPerEndpoint < 0 || (description.requestBodyLimit ?? 0) < 0 {
            problems.append(
                TableProblem(
                    subject: "service \(description.name)",
                    reason: "has a negative limit, which counts as none: write 0 or leave it out for no limit",
                    provenance: description.endpoints.first?.provenance))
        }
        records.append(
            ServiceRecord(
                firstEndpoint: first, endpointCount: Int32(endpoints.count) - first, timeouts: description.timeouts,
                retries: description.retries,
                connectionsPerEndpoint: Int32(clamping: max(0, description.connectionsPerEndpoint)),
                requestBodyLimit: max(-1, description.requestBodyLimit ?? -1),
                upstreamTLS: policyIndex(description.tls), statisticsSlot: Int32(state.lease.slot),
                balance: description.balance, outlier: health.outlierIndex(description.outlier),
                primary: groups.primary, backup: groups.backup))
        balancing.add(
            description, to: &records[Int(index)], endpoints: endpoints, near: groups.near, far: groups.far,
            problems: &problems)
        if description.outlier != nil { records[Int(index)].traits.insert(.outlier) }
        records[Int(index)].protect(by: description)
        let access = accesses.index(of: description.access, previous: previous?.accesses)
        records[Int(index)].access = access
        if access >= 0 { records[Int(index)].traits.insert(.guarded) }
        let compression = CompressionRule(description.compression)
        if compression != nil { records[records.count - 1].traits.insert(.compression) }
        compressionRules.append(compression)
        if let auth = description.access.basicAuth, auth.isUnknown {
            problems.append(
                TableProblem(
                    subject: "service \(description.name)", reason: auth.problem,
                    provenance: description.endpoints.first?.provenance))
        }
        if description.cutsLeaving == true { records[Int(index)].traits.insert(.cutsLeaving) }
        indices[description.name] = index
        names.append(description.name)
        sources.append(Int32(source))
        serviceStates.append(state)
    }

    /// Once all have their places: a service may ask one that comes later.
    private mutating func addPermissions(_ descriptions: [ServiceDescription], problems: inout [TableProblem]) {
        for (index, source) in sources.enumerated() {
            let description = descriptions[Int(source)]
            let rule = PermissionRule(description.forwardAuth, services: indices) { reason in
                problems.append(
                    TableProblem(
                        subject: "service \(description.name)", reason: reason,
                        provenance: description.endpoints.first?.provenance))
            }
            if rule != nil { records[index].traits.insert(.permission) }
            permissionRules.append(rule)
        }
    }

    /// Where `policy` is among ``upstreamTLS``; -1 if there is none.
    private mutating func policyIndex(_ policy: UpstreamTLS?) -> Int32 {
        guard let policy else { return -1 }
        if let index = policyIndices[policy] { return index }
        let index = Int32(upstreamTLS.count)
        upstreamTLS.append(policy)
        policyIndices[policy] = index
        return index
    }

    /// Adds a service's endpoints: the rotation, the near ones first; then the backups; then those that get no new request.
    private mutating func add(
        _ accepted: [EndpointCompiler.Accepted], rotations: inout RotationBuilder
    ) -> (primary: EndpointGroup, backup: EndpointGroup, near: EndpointGroup, far: EndpointGroup) {
        let start = endpoints.count
        let near = append(.near, of: accepted)
        let far = append(.primary, of: accepted)
        let backup = append(.backup, of: accepted)
        _ = append(.unused, of: accepted)
        let hasZones = !near.isEmpty && !far.isEmpty
        return (
            primary: group(start..<far.upperBound, &rotations), backup: group(backup, &rotations),
            near: hasZones ? group(near, &rotations) : EndpointGroup(),
            far: hasZones ? group(far, &rotations) : EndpointGroup()
        )
    }

    private mutating func append(
        _ role: EndpointCompiler.Role, of accepted: [EndpointCompiler.Accepted]
    ) -> Range<Int> {
        let start = endpoints.count
        for entry in accepted where entry.role == role {
            endpoints.append(entry.record)
            states.append(entry.state)
            endpointSources.append(entry.source)
            health.add(check: entry.check, endpoint: endpoints.count - 1)
        }
        return start..<endpoints.count
    }

    private func group(_ range: Range<Int>, _ rotations: inout RotationBuilder) -> EndpointGroup {
        var group = EndpointGroup()
        group.first = Int32(range.lowerBound)
        group.count = Int32(range.count)
        group.weight = endpoints[range].reduce(0) { $0 + Int($1.weight) }
        (group.rotation, group.rotationCount) = rotations.sequence(for: endpoints[range])
        return group
    }
}
