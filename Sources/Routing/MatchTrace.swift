/// Who looks on while a request is matched.
///
/// There is one walk through the index (``RouteIndex``), which requests and explanations share: requests with a trace that is
/// compiled away, explanations with one that writes down what the walk comes by. So they cannot disagree.
protocol MatchTrace {
    /// The walk has come to the routes of a host whose pattern covers the request's.
    mutating func reach(host: Int, by kind: RouteIndex.HostKind)
    /// The walk has come to routes whose path covers the request's, too; of a prefix, with the octets of it.
    mutating func reach(place: Int, by kind: RouteIndex.PathKind)
    /// A route asks for a field that the request does not have, the one at `header` of the index's.
    mutating func lacksHeader(_ header: Int, route: Int)
    /// A route does not take the request's method.
    mutating func refusesMethod(route: Int)
    /// A route takes the request.
    ///
    /// - Returns: whether the walk ends here, as a request's does.
    mutating func take(route: Int) -> Bool
}

/// Nobody looks on.
struct NoTrace: MatchTrace {
    @inline(__always) init() {}
    @inline(__always) mutating func reach(host: Int, by kind: RouteIndex.HostKind) {}
    @inline(__always) mutating func reach(place: Int, by kind: RouteIndex.PathKind) {}
    @inline(__always) mutating func lacksHeader(_ header: Int, route: Int) {}
    @inline(__always) mutating func refusesMethod(route: Int) {}
    @inline(__always) mutating func take(route: Int) -> Bool { true }
}

extension RouteIndex {
    /// How a host's pattern covers the request's host.
    enum HostKind: Equatable {
        /// It is the host.
        case exact
        /// It is `*.` and what begins at this offset of the host.
        case wildcard(from: Int)
        /// It is so many octets of the host, its first label.
        case firstLabel(count: Int)
        /// It is a regular expression, this one of the index's.
        case regex(Int)
        /// It is any host, and none.
        case any
    }

    /// How a path's pattern covers the request's path.
    enum PathKind: Equatable {
        /// It is the path.
        case exact
        /// It is so many octets of the path.
        case prefix(count: Int)
        /// It is a regular expression, this one of the index's.
        case regex(Int)
        /// It is any path.
        case any
    }
}
