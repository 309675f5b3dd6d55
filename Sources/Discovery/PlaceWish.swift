internal import Routing

/// Where an endpoint asks to be reached.
enum PlaceWish: Hashable, Sendable {
    /// Hosts and paths of its attributes.
    case mount(Mount)
    /// A whole route.
    case route(EndpointRoute)
    /// Nothing is asked for: the default hosts of its service.
    case standard

    /// What `entry` asks for; never nothing.
    static func wishes(of entry: EndpointEntry) -> [PlaceWish] {
        if entry.mount.isDefault, entry.routes.isEmpty { return [.standard] }
        return (entry.mount.isDefault ? [] : [.mount(entry.mount)]) + entry.routes.map { .route($0) }
    }

    /// The same for each of its hosts by itself.
    var eachHost: [PlaceWish] {
        guard case .mount(var mount) = self, mount.hosts.count > 1 else { return [self] }
        return mount.hosts.map { host in
            mount.hosts = [host]
            return .mount(mount)
        }
    }

    /// The route that it comes to.
    var route: EndpointRoute {
        if case .route(let route) = self { return route }
        var route = RouteDescription(name: "", provenance: Provenance(source: ""))
        if case .mount(let mount) = self {
            route.hosts = mount.hosts
            route.paths = mount.paths
            route.stripPrefix = mount.strip
        }
        return EndpointRoute(route: route)
    }
}
