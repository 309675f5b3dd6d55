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
    /// What it speaks.
    public var `protocol`: EndpointProtocol
    /// The protocol and the TLS policy that it goes by, as one number.
    ///
    /// Along a chain of tables it stays with the endpoint as long as both stay the same, and is never used for anything else:
    /// connections that were made for another number in the same slot are not to be used any more.
    public var dialect: Int32
    /// The version of the PROXY header that its connections begin with, 0 for none.
    public var proxyVersion: UInt8 = 0
}
