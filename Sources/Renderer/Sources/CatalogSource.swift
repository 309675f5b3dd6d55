internal import KeyValue

/// Answers from Consul where the services' keys are made of its catalog: services, nodes and health are asked of Consul
/// itself, keys of the store that has them all.
struct CatalogSource: AnswerSource {
    private let consul: ConsulSource
    private let keys: StoreSource

    /// Answers from `store`.
    init(_ store: CatalogStore) {
        consul = ConsulSource(store: store.consul)
        keys = StoreSource(store)
    }

    /// Follows one question.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        if KeyQuestion(dependency.question) == nil {
            await consul.follow(dependency, tell)
        } else {
            await keys.follow(dependency, tell)
        }
    }
}
