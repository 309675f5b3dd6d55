/// Why a container cannot be placed, in the words that clients of Docker Swarm know.
public struct PlacementError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The whole text.
    public let description: String

    /// An error of these words.
    public init(_ description: String) {
        self.description = description
    }

    /// No engine is there, and nobody asked for healthy ones.
    static let noNode = PlacementError("No nodes available in the cluster")
    /// No engine is healthy.
    static let noHealthyNode = PlacementError("No healthy node available in the cluster")
    /// Engines are left, and none has enough memory or processors.
    static let noResources = PlacementError("no resources available to schedule container")
}
