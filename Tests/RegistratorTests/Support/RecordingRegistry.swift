import Synchronization

@testable import Registrator

/// A registry in memory that counts, and fails when it is told to.
final class RecordingRegistry: Registry {
    private struct State {
        var services: [HostedService] = []
        var isAway = false
        var isForgotten = false
        var calls: [String] = []
        var waiters: [(isMet: @Sendable (RecordingRegistry.View) -> Bool, resume: CheckedContinuation<Void, Never>)] =
            []
    }

    /// What can be waited for.
    struct View: Sendable {
        var tree: String
        var calls: [String]
    }

    struct Away: Error {}

    let name = "recording"
    private let state = Mutex(State())

    var view: View { state.withLock { Self.view($0) } }

    private static func view(_ state: State) -> View {
        View(tree: Tree.text(state.services), calls: state.calls)
    }

    /// Whether it fails.
    func setAway(_ isAway: Bool, forgets: Bool = false) {
        state.withLock { state in
            state.isAway = isAway
            if forgets {
                state.services = []
                state.isForgotten = true
            }
        }
    }

    /// Waits until `isMet`.
    func wait(for isMet: @escaping @Sendable (View) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                if isMet(Self.view(state)) { return true }
                state.waiters.append((isMet, continuation))
                return false
            }
            if isNow { continuation.resume() }
        }
    }

    private func call<Result: Sendable>(_ name: String, _ body: (inout State) -> Result) throws(Away) -> Result {
        let (result, ready): (Result?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            state.calls.append(name)
            let result = state.isAway ? nil : body(&state)
            let view = Self.view(state)
            let ready = state.waiters.filter { $0.isMet(view) }.map(\.resume)
            state.waiters.removeAll { $0.isMet(view) }
            return (result, ready)
        }
        for continuation in ready { continuation.resume() }
        guard let result else { throw Away() }
        return result
    }

    func ping() async throws {
        try call("ping") { _ in }
    }

    func reconcile(_ services: [HostedService]) async throws -> RegistryChange {
        try call("reconcile") { state in
            var change = RegistryChange()
            change.written = services.count { !state.services.contains($0) }
            change.removed = state.services.count { !services.contains($0) }
            state.services = services
            state.isForgotten = false
            return change
        }
    }

    func refresh() async throws -> Bool {
        try call("refresh") { !$0.isForgotten }
    }

    func leave() async throws {
        try call("leave") { $0.services = [] }
    }
}
