/// What a service asks for beyond plain forwarding.
///
/// The request path asks once whether there is anything at all, so that what is not asked for costs nothing.
@frozen
public struct ServiceTraits: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// From bits.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Requests under way are limited: ``ServiceRecord/connectionsPerEndpoint`` or ``ServiceRecord/circuit``.
    @inlinable public static var limited: ServiceTraits { ServiceTraits(rawValue: 1 << 4) }
    /// Endpoints that answer badly leave the rotation: ``ServiceRecord/outlier``.
    @inlinable public static var outlier: ServiceTraits { ServiceTraits(rawValue: 1 << 8) }
}
