/// What is missing of services that have an instance on every node: pure.
struct GlobalPlan: Sendable {
    /// An instance that is to be made.
    struct Instance: Sendable {
        /// The service.
        var service: String
        /// The instance that it is to be like.
        var model: ClusterContainer
        /// Where.
        var address: NodeAddress
        /// Whether it is to be started: one of the others runs.
        var isRunning: Bool
    }

    /// Instances that are missing on nodes that would take them.
    var missing: [Instance] = []
    /// Instances on nodes that are drained.
    var surplus: [ClusterContainer] = []

    /// Compares what there is with what should be.
    ///
    /// A service is what its newest instance is; one without any instance is forgotten.
    init(_ state: borrowing ClusterState, scheduler: Scheduler) {
        let services = state.directory.instances.keys.sorted()
        guard !services.isEmpty else { return }
        let nodes = state.candidates.filter { $0.health > 0 }
        for service in services {
            let instances = state.directory.instances(of: service)
            surplus += instances.filter { state.engine(id: $0.engineID)?.standing.condition == .maintenance }
            let models = instances.filter { !$0.inspection.isEmpty }
            guard let model = models.max(by: { ($0.created, $0.id) < ($1.created, $1.id) }),
                let request = (try? JSONValue(parsing: model.inspection)).flatMap({
                    try? ContainerCreation(inspection: $0, placement: model.placement).request
                })
            else { continue }
            let engines = Set(instances.map(\.engineID))
            let isRunning = instances.contains(where: \.condition.isRunning)
            for node in nodes where !engines.contains(node.id) && scheduler.allows(request, on: node) {
                guard let address = state.addressByID[node.id] else { continue }
                missing.append(Instance(service: service, model: model, address: address, isRunning: isRunning))
            }
        }
    }
}

extension Scheduler {
    /// Whether a node would take a container.
    func allows(_ request: PlacementRequest, on node: Node) -> Bool {
        var generator = SystemRandomNumberGenerator()
        return (try? place(request, among: [node], using: &generator)) != nil
    }
}
