internal import DockerEngine

extension ContainerMover {
    /// Makes an instance of a service like one that there is.
    func copy(_ instance: GlobalPlan.Instance) async throws(RequestError) {
        let creation: ContainerCreation
        do {
            let inspection = try JSONValue(parsing: instance.model.inspection)
            creation = try ContainerCreation(inspection: inspection, placement: instance.model.placement)
        } catch {
            throw RequestError(500, "\(error)")
        }
        let wish = CreationWish(creation, name: instance.model.name)
        let created: CreatedContainer
        switch await creator.createInstance(wish, at: instance.address) {
        case .success(let container): created = container
        case .failure(let failure): throw failure.error
        }
        guard instance.isRunning, let member = creator.cluster.member(instance.address) else { return }
        try await start(created.id, instance.model.name, at: member)
        await member.refreshContainer(created.id)
    }
}
