internal import KeyValue

/// Answers from a store without a catalog of its own: keys as they are, services as Portico keeps them under `services/`.
struct StoreSource: AnswerSource {
    let store: any KeyValueStore
    private let catalog: StoreCatalog

    /// Answers from `store`.
    init(_ store: any KeyValueStore) {
        self.store = store
        catalog = StoreCatalog(store)
    }

    /// Follows one question.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        guard let keys = KeyQuestion(dependency.question) else { return await catalog.follow(dependency, tell) }
        var memory = KeyPairMemory()
        await store.watch(prefix: keys.text).follow(tell) { listing, isSuspect in
            keys.word(listing, isSuspect: isSuspect, memory: &memory)
        }
    }
}
