/// What became of an endpoint without anybody's doing: told once, as it happens.
public struct EndpointEvent: Sendable, Equatable {
    /// What became of it.
    public enum Kind: String, Sendable {
        /// Its checks fail: it gets no more requests while others are in.
        case down
        /// Its checks pass again.
        case up
        /// It answers badly and is out for a while.
        case ejected
        /// It is back from that.
        case returned
    }

    /// Which: `service/address`.
    public var identity: String
    /// What became of it.
    public var kind: Kind
    /// Why: `GET /healthz: 503, expected 200-399`.
    public var reason: String

    /// An event.
    public init(identity: String, kind: Kind, reason: String) {
        self.identity = identity
        self.kind = kind
        self.reason = reason
    }
}

extension EndpointEvent: CustomStringConvertible {
    /// `web-80/10.0.0.5:80 is down: GET /healthz: 503, expected 200-399`.
    public var description: String {
        switch kind {
        case .down: "\(identity) is down: \(reason)"
        case .up: "\(identity) is up: \(reason)"
        case .ejected: "\(identity) is ejected: \(reason)"
        case .returned: "\(identity) has returned: \(reason)"
        }
    }
}
