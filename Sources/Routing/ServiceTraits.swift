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
    /// Another endpoint is asked as well where an answer takes long: ``ServiceRecord/hedge``.
    @inlinable public static var hedged: ServiceTraits { ServiceTraits(rawValue: 1 << 5) }
    /// TCP sessions end when their endpoint leaves the table.
    @inlinable public static var cutsLeaving: ServiceTraits { ServiceTraits(rawValue: 1 << 28) }
    /// Endpoints that answer badly leave the rotation: ``ServiceRecord/outlier``.
    @inlinable public static var outlier: ServiceTraits { ServiceTraits(rawValue: 1 << 8) }
    /// It is balanced by a hash: requests need a ``EndpointChoice/key``.
    @inlinable public static var keyed: ServiceTraits { ServiceTraits(rawValue: 1 << 16) }
    /// A cookie keeps clients at their endpoints.
    @inlinable public static var sticky: ServiceTraits { ServiceTraits(rawValue: 1 << 17) }
    /// How long its endpoints let wait is to be observed: ``EndpointState/observe(latency:now:)``.
    @inlinable public static var measured: ServiceTraits { ServiceTraits(rawValue: 1 << 18) }
    /// Some of its endpoints are in the edge's zone, and some are not.
    @inlinable public static var zoned: ServiceTraits { ServiceTraits(rawValue: 1 << 19) }
    /// All endpoints are used when too few are in.
    @inlinable public static var panics: ServiceTraits { ServiceTraits(rawValue: 1 << 20) }
    /// New endpoints, and those that are back, get to their weight by and by.
    @inlinable public static var slowStart: ServiceTraits { ServiceTraits(rawValue: 1 << 21) }
    /// What the choice of an endpoint alone goes by.
    static var spread: ServiceTraits { [.keyed, .sticky, .zoned, .panics, .slowStart] }
    /// What must be taken from the request before an endpoint is chosen.
    @inlinable public static var affinity: ServiceTraits { [.keyed, .sticky] }
    /// Not everybody may use it, or not over everything: ``ServiceRecord/access``.
    @inlinable public static var guarded: ServiceTraits { ServiceTraits(rawValue: 1 << 12) }
    /// Somebody is asked before its requests go on, where a route says nothing else.
    @inlinable public static var permission: ServiceTraits { ServiceTraits(rawValue: 1 << 25) }
    /// Its answers are compressed where a route says nothing else.
    @inlinable public static var compression: ServiceTraits { ServiceTraits(rawValue: 1 << 24) }
}
