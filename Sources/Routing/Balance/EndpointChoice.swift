/// What one choice of an endpoint goes by.
@frozen
public struct EndpointChoice: Sendable {
    /// Any number.
    public var random: UInt64
    /// Monotonic nanoseconds, against which ejections are held.
    public var now: UInt64
    /// Endpoints tried before by this request: they get nothing.
    public var tried: TriedEndpoints
    /// Endpoints with this many requests or more get nothing; 0 for no limit.
    public var limit: Int32 = 0
    /// A hash of what the service is balanced by (the client's address, a field's value); 0 where it is balanced otherwise.
    public var key: UInt64 = 0

    /// A choice by turn and chance alone.
    @inlinable
    public init(random: UInt64, now: UInt64, tried: TriedEndpoints = TriedEndpoints()) {
        self.random = random
        self.now = now
        self.tried = tried
    }
}
