/// Who waits for which change; found by the changed key, so that a thousand waiters elsewhere cost a write nothing.
struct ChangeWaiters: Sendable {
    /// A number that is not used again.
    typealias ID = UInt64

    private var waiting: [ID: (scope: ChangeScope, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var scopes: [ChangeScope: Set<ID>] = [:]
    /// How many scopes are prefixes of that length: only these lengths need to be looked up for a key.
    private var prefixLengths: [Int: Int] = [:]

    /// How many wait.
    var count: Int { waiting.count }

    /// Lets `continuation` wait.
    mutating func add(_ id: ID, _ scope: ChangeScope, _ continuation: CheckedContinuation<Void, Never>) {
        waiting[id] = (scope, continuation)
        if scopes[scope, default: []].isEmpty, case .prefix(let prefix) = scope {
            prefixLengths[prefix.count, default: 0] += 1
        }
        scopes[scope, default: []].insert(id)
    }

    /// Takes one out, to be resumed by the caller.
    mutating func take(_ id: ID) -> CheckedContinuation<Void, Never>? {
        guard let (scope, continuation) = waiting.removeValue(forKey: id) else { return nil }
        scopes[scope]?.remove(id)
        if scopes[scope]?.isEmpty ?? false { forget(scope) }
        return continuation
    }

    /// Takes out all whom `changes` concerns, to be resumed by the caller.
    mutating func take(for changes: StoreChanges) -> [CheckedContinuation<Void, Never>] {
        guard !waiting.isEmpty else { return [] }
        var taken: [CheckedContinuation<Void, Never>] = []
        if !changes.sessions.isEmpty { take(.sessions, into: &taken) }
        for key in changes.keys {
            let octets = Array(key.utf8)
            take(.key(octets), into: &taken)
            for length in prefixLengths.keys where length <= octets.count {
                take(.prefix(Array(octets[..<length])), into: &taken)
            }
        }
        return taken
    }

    /// Takes out everybody.
    mutating func takeAll() -> [CheckedContinuation<Void, Never>] {
        let all = waiting.values.map(\.continuation)
        self = ChangeWaiters()
        return all
    }

    private mutating func take(_ scope: ChangeScope, into taken: inout [CheckedContinuation<Void, Never>]) {
        guard let ids = scopes[scope] else { return }
        for id in ids {
            if let (_, continuation) = waiting.removeValue(forKey: id) { taken.append(continuation) }
        }
        forget(scope)
    }

    private mutating func forget(_ scope: ChangeScope) {
        scopes[scope] = nil
        guard case .prefix(let prefix) = scope, let count = prefixLengths[prefix.count] else { return }
        prefixLengths[prefix.count] = count > 1 ? count - 1 : nil
    }
}
