/// Another service that is asked about each request before it goes on, as nginx's auth_request and Traefik's ForwardAuth do.
public struct ForwardAuth: Sendable, Equatable, Codable {
    /// Whether it is asked: a route may do without what its service has.
    public var isOn = true
    /// The service's name.
    public var service: String
    /// What it is asked for.
    public var path = "/"
    /// The Host that it is asked by; nil: the request's own.
    public var host: String?
    /// Fields of the request that it is told, beside those about the client; nil: all but those of the body and of
    /// conditions.
    public var requestHeaders: [String]?
    /// Fields of its answer that the request takes along, in place of the client's own of these names.
    public var responseHeaders: [String] = []
    /// Milliseconds until it must have answered, all tries together.
    public var timeout: UInt32 = 10_000

    /// Asks `service` for `/`.
    public init(service: String) {
        self.service = service
    }
}
