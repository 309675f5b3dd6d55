/// What the hot path needs of an endpoint.
@frozen
public struct EndpointRecord: Sendable {
    /// The address to connect to.
    public var address: EndpointAddress
    /// ``EndpointState/slot``.
    public var slot: Int32
    /// Its service, an index into ``RoutingTable/services``.
    public var service: Int32
    /// Its weight, 0 to 65535.
    public var weight: Int32
    /// Used only when no other is in.
    public var isBackup: Bool
    /// Gets no new request.
    public var isDraining: Bool
}
