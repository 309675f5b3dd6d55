internal import Synchronization

extension RoutingTable {
    /// The path to forward in place of `path`, or nil if it stays.
    ///
    /// First `strip_prefix` is taken off, by whole segments; then, where `rewrite` matches anywhere, its target becomes the
    /// whole path, groups filled in. A result without a slash at its beginning gets one; a result that cannot be sent (a control
    /// character, a space, or a `.` or `..` segment pieced together from groups) becomes `/`. Both are counted in
    /// ``mendedPaths``. The query is not part of it.
    public func forwardedPath(of route: Int, path: RawSpan) -> [UInt8]? {
        guard let edit = actions(of: route)?.path else { return nil }
        switch edit.apply(to: path) {
        case .unchanged:
            return nil
        case .changed(let path):
            return path
        case .mended(let path):
            mendedPaths.wrappingAdd(1, ordering: .relaxed)
            return path
        }
    }

    /// The redirect that answers a request of `route`, or nil if it is forwarded.
    ///
    /// Whatever the client sent, `location` is visible ASCII: other octets of variables are percent-encoded. A path of several
    /// leading slashes does not make it another site's address.
    ///
    /// - Parameters:
    ///   - route: an index into `routes`.
    ///   - scheme: `http` or `https`, as the client reached us.
    ///   - host: the authority as sent; `$host` is its host, `$authority` the whole.
    ///   - path: the path as it was matched.
    ///   - query: what followed the `?`, without it.
    ///   - hasQuery: whether there was a `?`.
    public func redirect(
        of route: Int, scheme: StaticString, host: RawSpan, path: RawSpan, query: RawSpan, hasQuery: Bool
    ) -> RedirectAnswer? {
        actions(of: route)?.redirect?.answer(scheme: scheme, host: host, path: path, query: query, hasQuery: hasQuery)
    }

    /// What `route` does to requests' fields; nil: nothing.
    public func requestEdits(of route: Int) -> CompiledEdits? {
        actions(of: route)?.requestEdits
    }

    /// What `route` does to responses' fields; nil: nothing.
    public func responseEdits(of route: Int) -> CompiledEdits? {
        actions(of: route)?.responseEdits
    }

    func actions(of route: Int) -> RouteActions? {
        guard route >= 0, route < routes.count, routes[route].action >= 0 else { return nil }
        return routeParts.actions[Int(routes[route].action)]
    }
}
