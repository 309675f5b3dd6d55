/// What the health checks of an endpoint say of it.
public enum EndpointHealth: UInt8, Sendable, Codable {
    /// It is not checked, or no check has ended: it counts as in.
    case unknown
    /// Its checks pass.
    case up
    /// Its checks fail: it gets no request while others are in.
    case down
}
