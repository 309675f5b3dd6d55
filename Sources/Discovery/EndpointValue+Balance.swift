internal import Routing

extension EndpointValue {
    /// Reads `zone`, and what is said of the service: `hash`, `sticky`, `sticky_*`, `slow_start` and `panic`, which stay among the
    /// attributes for templates too.
    ///
    /// What makes no sense is a problem, and the endpoint is served without it.
    mutating func readBalance() {
        zone = attributes["zone"] ?? ""
        guard attributes.keys.contains(where: Self.isOfSpread) else { return }
        let reader = DocumentReader(source: "")
        if let node = member("hash") {
            reader.readHash(key: node, into: &policy.hash)
            if policy.balance == nil, policy.hash.source != nil { policy.balance = .hash }
        }
        policy.hash.boundPercent = reader.bound(member("hash_bound"), "hash_bound")
        reader.readSticky(members: members("sticky_", of: DocumentReader.stickyKeys), into: &policy.sticky)
        if let node = member("sticky") { reader.readSticky(word: node, into: &policy.sticky) }
        policy.slowStart = reader.milliseconds(member("slow_start"), "slow_start")
        policy.panicPercent = reader.fraction(member("panic"), "panic").map { Int(($0 * 100).rounded()) }
        problems += reader.errors.map { "\($0.message): the endpoint is served without it" }
    }

    private static func isOfSpread(_ name: String) -> Bool {
        name.hasPrefix("hash") || name.hasPrefix("sticky") || name == "slow_start" || name == "panic"
    }
}
