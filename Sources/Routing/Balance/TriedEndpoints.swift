/// The endpoints that a request has tried: a handful at the most, so they lie in line.
@frozen
public struct TriedEndpoints: Sendable {
    /// Slots of the endpoints (not indices: those change with the table), -1 where unused.
    public var slots: (Int32, Int32, Int32, Int32) = (-1, -1, -1, -1)
    /// None yet.
    @inlinable
    public init() {}
    /// Whether `slot` was tried.
    @inlinable
    public func contains(_ slot: Int) -> Bool {
        let slot = Int32(truncatingIfNeeded: slot)
        return slots.0 == slot || slots.1 == slot || slots.2 == slot || slots.3 == slot
    }
    /// Notes `slot`; the oldest is forgotten when there are four.
    @inlinable
    public mutating func insert(_ slot: Int) {
        slots = (Int32(truncatingIfNeeded: slot), slots.0, slots.1, slots.2)
    }
}
