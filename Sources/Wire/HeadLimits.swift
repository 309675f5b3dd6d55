/// The limits that a head is parsed under.
@frozen
public struct HeadLimits: Sendable {
    /// Octets of the whole head.
    public var headBytes: Int
    /// Octets of the request target.
    public var targetBytes: Int
    /// Octets of a field name.
    public var nameBytes: Int

    /// The defaults: 32 KiB a head, 8 KiB a target, 256 octets a name.
    @inlinable
    public init(headBytes: Int = 32 << 10, targetBytes: Int = 8 << 10, nameBytes: Int = 256) {
        self.headBytes = headBytes
        self.targetBytes = targetBytes
        self.nameBytes = nameBytes
    }
}
