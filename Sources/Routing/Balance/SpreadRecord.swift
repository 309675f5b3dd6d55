/// What the choice of an endpoint needs of a service that asks for more than a balance.
struct SpreadRecord: Sendable {
    /// Those of the rotation that are in the edge's own zone, and the others; both empty where zones make no difference.
    var near = EndpointGroup()
    var far = EndpointGroup()
    /// Nanoseconds in which an endpoint that has come or come back gets to its whole weight; 0: at once.
    var slowStart: UInt64 = 0
    /// Fewer endpoints that are in than this percentage, and all are used; 0: only when none is in.
    var panicPercent = 0
    /// ``HashPolicy/boundPercent``.
    var boundPercent = 0
    /// What ties requests to endpoints, an index into ``CompiledBalancing/affinities``, or -1.
    var affinity: Int32 = -1
}
