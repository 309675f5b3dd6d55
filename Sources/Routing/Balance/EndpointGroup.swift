/// Endpoints that lie together and are spread over together: a service's rotation, or its backups.
@frozen
@usableFromInline
struct EndpointGroup: Sendable, Equatable {
    /// The first of them, an index into ``RoutingTable/endpoints``.
    @usableFromInline var first: Int32 = 0
    /// How many.
    @usableFromInline var count: Int32 = 0
    /// Where their weighted sequence begins in ``RoutingTable``'s rotations.
    @usableFromInline var rotation: Int32 = 0
    /// Entries in that sequence; 0 where all weights are equal and the group itself is the rotation.
    @usableFromInline var rotationCount: Int32 = 0

    /// The sum of their weights.
    @usableFromInline var weight: Int = 0

    @usableFromInline init() {}
}
