/// The methods that Portico tells apart; any other token is `.other` and is forwarded as it came.
@frozen
public enum Method: UInt8, Sendable, CaseIterable {
    case other, get, head, post, put, delete, options, patch, connect, trace

    /// Safe to repeat: the effect of many is the effect of one (RFC 9110 §9.2.2).
    @inlinable
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .other, .post, .patch, .connect: false
        }
    }
}
