/// What a route asks for before a request is forwarded, beyond its actions.
///
/// The request path asks once whether there is anything at all, so that what is not asked for costs nothing.
@frozen
public struct RouteTraits: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// From bits.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Not everybody may use it, or not over everything: ``RouteRecord/access``.
    @inlinable public static var guarded: RouteTraits { RouteTraits(rawValue: 1 << 12) }

    /// It has its own word on whether somebody is asked before its requests go on.
    @inlinable public static var permission: RouteTraits { RouteTraits(rawValue: 1 << 25) }
    /// It has its own word on compression, whatever its service's is.
    @inlinable public static var compression: RouteTraits { RouteTraits(rawValue: 1 << 24) }
}
