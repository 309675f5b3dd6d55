/// What matching a request came to.
@frozen
public enum RouteMatch: Sendable, Equatable {
    /// The index of the route in ``RoutingTable/routes``.
    case route(Int)
    /// No route has this host and path: 404.
    case noRoute
    /// Routes have this host and path but not this method: 405.
    case methodNotAllowed
}
