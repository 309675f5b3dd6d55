internal import Reactor
internal import Routing

/// The TLS contexts of one table: a context for each distinct policy, made off the workers and shared by them.
struct UpstreamSecurity: Sendable {
    /// By service; nil where its endpoints are plain, or where its policy cannot be: then connections fail.
    private var contexts: [TLSClientContext?] = []

    /// Plain throughout.
    init() {}

    /// For `table`, taking what `known` has already and leaving there what the table uses.
    init(_ table: RoutingTable, known: inout [UpstreamTLS: TLSClientContext]) {
        var used: [UpstreamTLS: TLSClientContext] = [:]
        contexts = table.services.map { service in
            let first = Int(service.firstEndpoint)
            let endpoints = table.endpoints[first..<(first + Int(service.endpointCount))]
            let isChecked = !table.checks.isEmpty && endpoints.indices.contains { table.isCheckSecure(of: $0) }
            guard isChecked || endpoints.contains(where: { $0.protocol.isSecure }) else { return nil }
            let policy = service.upstreamTLS >= 0 ? table.upstreamTLS[Int(service.upstreamTLS)] : .standard
            let context = used[policy] ?? known[policy] ?? (try? policy.makeContext())
            used[policy] = context
            return context
        }
        known = used
    }

    /// The context of the service at `index` of the table.
    func context(of index: Int) -> TLSClientContext? {
        contexts.indices.contains(index) ? contexts[index] : nil
    }
}

extension RoutingTable {
    /// Whether `endpoint` is checked under TLS, whatever it speaks.
    fileprivate func isCheckSecure(of endpoint: Int) -> Bool {
        check(of: endpoint).map { checks[$0].policy.scheme == .https } ?? false
    }
}

extension UpstreamTLS {
    /// What the reactor makes sessions of.
    fileprivate func makeContext() throws(TLSError) -> TLSClientContext {
        try TLSClientContext(
            verifies: verifies, authorities: authorities, serverName: serverName, certificate: certificate, key: key)
    }
}
