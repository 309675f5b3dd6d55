public import Routing

/// A route that follows from a service; the same object as long as nothing of its service's places changes.
public final class DerivedRoute: Sendable {
    /// The route.
    public let route: RouteDescription
    /// What it says of waits, retries and limits beyond its service.
    public let policy: ServicePolicy
    /// Of those with the same hosts, paths and conditions, the highest counts.
    public let priority: Int
    /// Attributes ask for it; without that it follows from the name.
    public let isExplicit: Bool
    /// The service that it leads to has lost its last endpoint.
    public let isVanished: Bool
    /// It follows from a name that is one label, so that no other such route has its hosts.
    public let isSimple: Bool

    init(
        _ route: RouteDescription, policy: ServicePolicy = ServicePolicy(), priority: Int = 0, isExplicit: Bool,
        isVanished: Bool, isSimple: Bool
    ) {
        self.route = route
        self.policy = policy
        self.priority = priority
        self.isExplicit = isExplicit
        self.isVanished = isVanished
        self.isSimple = isSimple
    }
}
