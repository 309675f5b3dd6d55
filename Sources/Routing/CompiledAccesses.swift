/// The access policies of a table's services or routes, each kind compiled once.
struct CompiledAccesses: Sendable {
    /// What records point into.
    private(set) var all: [CompiledAccess] = []
    private var indices: [AccessPolicy: Int32] = [:]

    /// Where the compiled form of `policy` is; -1 where it asks for nothing.
    ///
    /// A policy that `previous` has stays the same object: lists of thousands of networks are sorted once.
    mutating func index(of policy: AccessPolicy, previous: CompiledAccesses?) -> Int32 {
        if policy.isEmpty { return -1 }
        if let index = indices[policy] { return index }
        let old = previous?.indices[policy].map { previous?.all[Int($0)] } ?? nil
        guard let compiled = old ?? CompiledAccess(policy) else { return -1 }
        let index = Int32(all.count)
        all.append(compiled)
        indices[policy] = index
        return index
    }
}
