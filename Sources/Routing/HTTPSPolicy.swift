/// Over what a route or service is served where the edge has a listener for https.
public enum HTTPSPolicy: String, Sendable, Codable, CaseIterable {
    /// Over http and https alike.
    case both
    /// Over https; a plain request is sent there by a 308.
    case redirect
    /// Over https alone; a plain request is refused.
    case only
    /// Over plain http alone.
    case off
}
