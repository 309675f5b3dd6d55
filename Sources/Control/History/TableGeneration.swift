/// A table that was in force, in short.
public struct TableGeneration: Sendable, Equatable, Codable {
    /// Its number.
    public var generation: UInt64
    /// Seconds since 1970 at which it was put in force.
    public var installedAt: Int64
    /// What had changed: `endpoints +1 -0 ~0 (+web-80/10.0.0.5:80)`.
    public var changes: String
    /// Services in it.
    public var services: Int
    /// Routes in it.
    public var routes: Int

    init(_ entry: TableHistory.Entry) {
        generation = entry.generation
        installedAt = entry.installedAt
        changes = entry.summary
        services = entry.parts.services.count
        routes = entry.parts.routes.count
    }
}
