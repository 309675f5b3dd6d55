extension ServiceRecord {
    /// Takes over what the description says of retries' budget and of limits; a negative limit is none.
    mutating func protect(by description: ServiceDescription) {
        retryBudget = description.retryBudget
        if let policy = description.hedge {
            hedge = policy
            traits.insert(.hedged)
        }
        circuit = description.circuit
        circuit.connections = max(0, circuit.connections)
        circuit.pending = max(0, circuit.pending)
        if connectionsPerEndpoint > 0 || circuit.connections > 0 { traits.insert(.limited) }
    }
}
