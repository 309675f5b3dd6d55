/// When another endpoint is asked as well, because the first takes long.
@frozen
public struct HedgePolicy: Sendable, Equatable, Codable {
    /// Milliseconds after which it is; 0: as long as `quantile` of the service's answers take.
    public var delay: UInt32 = 0
    /// Thousandths of the answers that come sooner.
    public var quantile: UInt16 = 950

    /// After what 95 % of the answers take.
    public init() {}
}
