internal import DockerEngine

/// A container that somebody wants: what of, by what name, and where it may go.
struct CreationWish: Sendable {
    /// What of.
    var creation: ContainerCreation
    /// Its name, without a slash; empty: the engine makes one up.
    var name: String
    /// What the engine is asked besides: `platform`.
    var query: [(name: String, value: String)] = []
    /// `X-Registry-Auth` for images that have to be pulled; nil for none.
    var credentials: String?
    /// The version of the API that whoever wants it speaks; nil: the newest.
    var version: APIVersion?
    /// The only engines that it may go to; nil: any.
    var only: Set<NodeAddress>?
    /// The ID of the container whose place it takes, name included; nil: it takes nobody's.
    var replaced: String?

    init(_ creation: ContainerCreation, name: String) {
        self.creation = creation
        self.name = name
    }

    /// The service whose instance it is, of those that have one on every node; nil: it stands for itself.
    var service: String? { creation.labels[SwarmLabel.global] }
}

/// A container that was made.
struct CreatedContainer: Sendable, Equatable {
    /// Its ID.
    var id: String
    /// The engine that it is on.
    var address: NodeAddress
    /// What the engine had to say about it.
    var warnings: [String] = []
}
