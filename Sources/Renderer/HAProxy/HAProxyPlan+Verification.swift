extension HAProxyPlan {
    /// What of `running` is not as the new text says, nil if all is.
    ///
    /// - Parameter leaving: servers that were removed and may still be there, out of rotation.
    func discrepancy(in running: ServersState, leaving: Set<ServerName>) -> String? {
        for backend in backends {
            let servers = running.backends[backend.name] ?? [:]
            if let reason = Self.mismatch(servers, backend.new, backend, leaving: leaving) { return reason }
            for (name, change) in backend.changes {
                guard let wanted = backend.new[name], let server = servers[name] else { continue }
                var (weight, isDisabled): (Int?, Bool?) = (wanted.weight, wanted.isDisabled)
                if case .modify(_, let newWeight, let newState) = change {
                    (weight, isDisabled) = (newWeight, newState)
                }
                if let weight, server.weight != weight {
                    return "\(backend.name)/\(name): weight \(server.weight) instead of \(weight)"
                }
                if let isDisabled, server.isInMaintenance != isDisabled || server.isDraining {
                    return "\(backend.name)/\(name): not \(isDisabled ? "in maintenance" : "ready")"
                }
            }
        }
        return nil
    }

    /// Where a backend's running servers are not those that a text says, by name and address.
    static func mismatch(
        _ servers: [String: ServersState.Server], _ wanted: [String: Server], _ backend: Backend,
        leaving: Set<ServerName>
    ) -> String? {
        for (name, server) in servers where wanted[name] == nil && !backend.templateNames.contains(name) {
            guard leaving.contains(ServerName(backend: backend.name, server: name)) else {
                return "\(backend.name)/\(name) is there and should not be"
            }
            guard server.isInMaintenance || server.isDraining else {
                return "\(backend.name)/\(name) is leaving, and in rotation"
            }
        }
        for name in backend.templateNames where servers[name] == nil { return "\(backend.name)/\(name) is missing" }
        for (name, server) in wanted {
            guard let found = servers[name] else { return "\(backend.name)/\(name) is missing" }
            if let address = server.address, !found.isAt(address) {
                return "\(backend.name)/\(name) is at \(found.host) port \(found.port), not at \(address.text)"
            }
        }
        return nil
    }
}
