/// Everything that a table is compiled from: plain values, sorted and compared by the control plane.
public struct TableDescription: Sendable, Equatable, Codable {
    /// The table's number, counted up by the control plane.
    public var generation: UInt64 = 0
    /// All services.
    public var services: [ServiceDescription] = []
    /// All routes, in any order: the match order is the table's.
    public var routes: [RouteDescription] = []

    /// An empty table: every host is unknown.
    public init() {}
}
