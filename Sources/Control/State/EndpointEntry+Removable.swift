internal import Discovery

extension EndpointEntry: Removable {
    /// One endpoint of a service replaces another.
    var group: String { service }
}

extension RouteEntry: Removable {
    /// No route replaces another.
    var group: String { key }
}
