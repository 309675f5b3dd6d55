/// A service and its share of a route's requests.
public struct WeightedService: Sendable, Equatable, Codable {
    /// The service's name.
    public var service: String
    /// Its share among the route's services.
    public var weight: Int
    /// A share of `weight`.
    public init(service: String, weight: Int = 1) {
        self.service = service
        self.weight = weight
    }
}
