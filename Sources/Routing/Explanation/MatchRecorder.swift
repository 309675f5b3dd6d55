/// Writes down what a match comes by, to the end of all that it might come by.
struct MatchRecorder: MatchTrace {
    /// What came of a route at one host and path.
    enum Verdict: Equatable {
        case taken, shadowed, refusesMethod
        /// The condition that does not hold, an index into the table's.
        case lacksHeader(Int)
    }

    /// A route that was looked at.
    struct Step {
        var route: Int
        var host: RouteIndex.HostKind
        var path: RouteIndex.PathKind
        var verdict: Verdict
    }

    /// The hosts in the order in which they were reached.
    private(set) var hosts: [(host: Int, kind: RouteIndex.HostKind)] = []
    /// The routes in the order in which they were looked at, each once with each verdict.
    private(set) var steps: [Step] = []
    /// The step whose route takes the request.
    private(set) var taken: Step?
    private var path = RouteIndex.PathKind.any

    /// What the request's own match comes to.
    var match: RouteMatch {
        if let taken { return .route(taken.route) }
        return steps.contains { $0.verdict == .refusesMethod } ? .methodNotAllowed : .noRoute
    }

    mutating func reach(host: Int, by kind: RouteIndex.HostKind) { hosts.append((host, kind)) }

    mutating func reach(place: Int, by kind: RouteIndex.PathKind) { path = kind }

    mutating func lacksHeader(_ header: Int, route: Int) { note(route, .lacksHeader(header)) }

    mutating func refusesMethod(route: Int) { note(route, .refusesMethod) }

    mutating func take(route: Int) -> Bool {
        note(route, taken == nil ? .taken : .shadowed)
        return false
    }

    private mutating func note(_ route: Int, _ verdict: Verdict) {
        // A route that was looked at under a stronger pattern of its own.
        guard !steps.contains(where: { $0.route == route }), let host = hosts.last else { return }
        let step = Step(route: route, host: host.kind, path: path, verdict: verdict)
        steps.append(step)
        if verdict == .taken { taken = step }
    }
}
