/// What a table knows of its endpoints' health: how each is checked, and when they leave for answering badly.
struct CompiledHealth: Sendable {
    /// Ways to check, each once.
    private(set) var checks: [HealthCheck] = []
    /// Outlier policies, each once.
    private(set) var outlierPolicies: [OutlierPolicy] = []
    /// The same for the request path.
    private(set) var outliers: [OutlierRecord] = []
    private var checkIndices: [HealthPolicy: Int32] = [:]
    private var outlierIndices: [OutlierPolicy: Int32] = [:]
    /// By endpoint, up to the last one that is checked; -1 for none.
    private var checkOfEndpoint: [Int32] = []

    /// The table's numbers of a service's checks, -1 for one that is off or cannot be.
    mutating func indices(
        of service: ServiceDescription, previous: CompiledHealth?, problems: inout [TableProblem]
    ) -> [Int32] {
        service.checks.map { policy in
            guard policy.kind != .off else { return -1 }
            if let index = checkIndices[policy] { return index }
            if let fault = policy.fault {
                problems.append(
                    TableProblem(
                        subject: "service \(service.name)",
                        reason: "its endpoints are not checked: health: \(fault)",
                        provenance: service.endpoints.first?.provenance))
                return -1
            }
            let index = Int32(checks.count)
            let old = previous?.checkIndices[policy]
            checks.append(old.flatMap { previous?.checks[Int($0)] } ?? HealthCheck(policy))
            checkIndices[policy] = index
            return index
        }
    }

    /// Which of `checks` take an endpoint for down before they have passed.
    func areDownAtFirst(_ checks: [Int32]) -> [Bool] {
        checks.map { $0 >= 0 && self.checks[Int($0)].policy.initial == .down }
    }

    /// Where `policy` is among ``outliers``; -1 if there is none.
    mutating func outlierIndex(_ policy: OutlierPolicy?) -> Int32 {
        guard let policy else { return -1 }
        if let index = outlierIndices[policy] { return index }
        let index = Int32(outliers.count)
        outlierPolicies.append(policy)
        outliers.append(OutlierRecord(policy))
        outlierIndices[policy] = index
        return index
    }

    /// Notes how the endpoint of number `endpoint` is checked.
    mutating func add(check: Int32, endpoint: Int) {
        guard check >= 0 else { return }
        while checkOfEndpoint.count < endpoint { checkOfEndpoint.append(-1) }
        checkOfEndpoint.append(check)
    }

    /// The check of an endpoint, nil if there is none.
    func check(of endpoint: Int) -> Int? {
        guard checkOfEndpoint.indices.contains(endpoint), checkOfEndpoint[endpoint] >= 0 else { return nil }
        return Int(checkOfEndpoint[endpoint])
    }
}
