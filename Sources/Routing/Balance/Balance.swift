/// How a service's requests are spread over its endpoints.
///
/// All but ``first`` heed weights.
public enum Balance: String, Sendable, Codable, CaseIterable {
    /// Each in turn.
    case roundRobin = "round-robin"
    /// The one with the fewest requests.
    case leastConnections = "least-connections"
    /// Of two chosen at random the one with fewer requests.
    case randomTwo = "random-two"
    /// Of two chosen at random the one that answers sooner, by what its answers took lately and the requests that it has.
    case peakEWMA = "peak-ewma"
    /// The same endpoint for the same key, which ``HashPolicy`` names.
    case hash
    /// The same endpoint for the same client's address.
    case source
    /// The first in the order of the description until it is full.
    case first
}
