extension RoutingTable {
    /// Who may use a service whose ``ServiceRecord/access`` is `index`, which is not -1.
    public func serviceAccess(_ index: Int32) -> CompiledAccess { serviceParts.accesses.all[Int(index)] }

    /// Who may use a route whose ``RouteRecord/access`` is `index`, which is not -1.
    public func routeAccess(_ index: Int32) -> CompiledAccess { routeParts.accesses.all[Int(index)] }
}
