/// What an operator has said of an endpoint while the edge runs: it stands above the store's word until it is taken back or
/// the endpoint goes.
public struct EndpointOverride: Sendable, Equatable, Codable {
    /// Whether the endpoint is kept from requests.
    public enum State: String, Sendable, Codable {
        /// Nobody new; what is there, and whom a cookie keeps there, goes on.
        case drain
        /// As if its key were gone.
        case disable
    }

    /// Whether it is kept from requests; nil: as the store says.
    public var state: State?
    /// Its weight, 0 to 65535; nil: the store's.
    public var weight: Int?
    /// Seconds since 1970 at which it was last changed.
    public var since: Int64

    /// One that says nothing yet.
    public init(since: Int64) {
        self.since = since
    }

    /// Whether it says nothing, and so is none.
    public var isEmpty: Bool { state == nil && weight == nil }
}

/// A change of an ``EndpointOverride``.
public enum EndpointOrder: Sendable, Equatable {
    /// Keeps the endpoint from requests; nil takes that back.
    case state(EndpointOverride.State?)
    /// Gives it a weight, 0 to 65535; nil takes that back.
    case weight(Int?)
}

/// Why an order is not followed.
public enum OrderRefusal: Error, Sendable, Equatable {
    /// There is no such service or endpoint.
    case unknown
    /// What is asked for is the store's word, which an order cannot take back: what it says.
    case storeSays(String)
    /// The weight is none.
    case badWeight
    /// The controller has ended, or is too busy.
    case unanswered
}

/// An endpoint of which an operator has said something.
public struct OverriddenEndpoint: Sendable, Equatable {
    /// Its service.
    public var service: String
    /// Its address, as the table has it.
    public var address: String
    /// What was said.
    public var override: EndpointOverride
}

extension EndpointOrder: CustomStringConvertible {
    /// `drain`, `disable`, `enable`, `weight 5`, `weight as the store says`.
    public var description: String {
        switch self {
        case .state(let state): state?.rawValue ?? "enable"
        case .weight(let weight?): "weight \(weight)"
        case .weight(nil): "weight as the store says"
        }
    }
}
