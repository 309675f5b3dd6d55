/// How a service's requests are spread over its endpoints.
public enum Balance: String, Sendable, Codable, CaseIterable {
    case roundRobin = "round-robin"
    case leastConnections = "least-connections"
    case randomTwo = "random-two"
}
