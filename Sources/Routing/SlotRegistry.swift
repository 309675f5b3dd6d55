internal import Synchronization

/// Hands out the small integers by which workers index what they keep of endpoints, routes and services.
///
/// One registry goes along a chain of tables. A number is given again only when no table holds its owner any more, so a worker
/// that has let go of its old table never sees one number mean two things.
final class SlotRegistry: Sendable {
    private struct State {
        var free: [Int] = []
        var limit = 0
    }

    private let state = Mutex(State())

    /// A number that no other living owner has: one given back, else the next.
    func take() -> Int {
        state.withLock { state in
            if let slot = state.free.popLast() { return slot }
            state.limit += 1
            return state.limit - 1
        }
    }

    /// Gives `slot` back; called once by its owner's `deinit`.
    func giveBack(_ slot: Int) {
        state.withLock { $0.free.append(slot) }
    }

    /// One more than the largest number ever given.
    var limit: Int { state.withLock { $0.limit } }
}

/// A number of a ``SlotRegistry``, held as long as the lease lives.
final class SlotLease: Sendable {
    /// The number.
    let slot: Int
    private let registry: SlotRegistry

    /// Takes a number of `registry`.
    init(from registry: SlotRegistry) {
        self.registry = registry
        slot = registry.take()
    }

    deinit {
        registry.giveBack(slot)
    }
}
