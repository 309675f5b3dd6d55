/// One follower of a prefix: asked for the next news, it looks, and waits only if there is none.
actor EmbeddedWatch {
    private let store: EmbeddedStore
    private let prefix: String
    /// The index that was told last.
    private var lastIndex: UInt64?

    /// A follower that has not been told anything.
    init(store: EmbeddedStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    /// The newest state, once it is another than the last one told; nil when the task is cancelled or the store closed.
    func next() async -> KeyValueWatchEvent? {
        while !Task.isCancelled, !store.isClosed {
            let state = store.snapshot()
            let index = state.index(prefix: prefix)
            if index != lastIndex {
                lastIndex = index
                return .listing(state.listing(prefix: prefix), isRegressed: false, isFirstAfterOutage: false)
            }
            await store.waitForChange(.prefix(prefix), since: state.index)
        }
        return nil
    }
}
